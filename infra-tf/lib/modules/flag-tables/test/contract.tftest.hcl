# The real provider, offline: policies are rendered and arguments checked as in a deployment, and nothing is reached.
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "offline"
  secret_key                  = "offline"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  context = {
    environment        = "blue"
    service            = "flags"
    environment_suffix = "a1"
    region             = "us-east-1"
    account_id         = "123456789012"
    cost_center        = "payments-4711"
    owner              = "team-platform"
  }
  topology = {
    home    = "us-east-1"
    standby = "us-west-2"
    regions = [{ name = "us-east-1" }, { name = "us-west-2" }, { name = "eu-west-1" }]
    services = [
      { name = "checkout", cell = "cell-1" },
      { name = "basket", cell = "cell-1" },
      { name = "search", cell = "cell-2" },
    ]
  }
  kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/mrk-11111111111111111111111111111111"
  tables      = ["flags", "proposals", "changes"]
}

run "rejects_a_table_that_the_plan_does_not_have" {
  command = plan
  variables {
    tables = ["flag"]
  }
  expect_failures = [var.tables]
}

run "rejects_homes_tables_elsewhere" {
  command = plan
  variables {
    context     = merge(var.context, { region = "eu-west-1" })
    tables      = ["proposals"]
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/mrk-11111111111111111111111111111111"
  }
  expect_failures = [var.tables]
}

run "rejects_a_second_global_table_in_the_standby" {
  command = plan
  variables {
    context     = merge(var.context, { region = "us-west-2" })
    tables      = ["flags"]
    kms_key_arn = "arn:aws:kms:us-west-2:123456789012:key/mrk-11111111111111111111111111111111"
  }
  expect_failures = [var.tables]
}

run "rejects_a_key_of_one_region" {
  command = plan
  variables {
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/11111111-1111-1111-1111-111111111111"
  }
  expect_failures = [var.kms_key_arn]
}

run "rejects_a_replica_outside_of_the_topology" {
  command = plan
  variables {
    replica_regions = ["eu-north-1"]
  }
  expect_failures = [var.replica_regions]
}

run "rejects_readers_by_wildcard" {
  command = plan
  variables {
    reader_role_arns = { green = "arn:aws:iam::210987654321:role/*" }
  }
  expect_failures = [var.reader_role_arns]
}

run "rejects_a_reader_whose_name_makes_no_sid" {
  command = plan
  variables {
    reader_role_arns = { "green-one" = "arn:aws:iam::210987654321:role/accept" }
  }
  expect_failures = [var.reader_role_arns]
}

run "rejects_authors_where_nothing_is_proposed" {
  command = plan
  variables {
    tables  = ["flags"]
    authors = { users = true }
  }
  expect_failures = [var.authors]
}

# Whoever signs in by OIDC names the session.
run "rejects_a_provider_that_does_not_name_the_session" {
  command = plan
  variables {
    authors = { saml_provider_arn = "arn:aws:iam::123456789012:oidc-provider/company" }
  }
  expect_failures = [var.authors]
}

run "rejects_a_program_under_any_name" {
  command = plan
  variables {
    authors = { programs = { pipeline = { role_arn = "arn:aws:iam::123456789012:role/pipeline", session_name = "*" } } }
  }
  expect_failures = [var.authors]
}

# By that name its trust would replace that of the people.
run "rejects_a_program_in_the_place_of_the_users" {
  command = plan
  variables {
    authors = { users = true, programs = { users = { role_arn = "arn:aws:iam::123456789012:role/pipeline", session_name = "pipeline" } } }
  }
  expect_failures = [var.authors]
}

run "rejects_a_program_in_the_place_of_the_canary" {
  command = plan
  variables {
    authors = { programs = { canary = { role_arn = "arn:aws:iam::123456789012:role/pipeline", session_name = "flaghoist-canary" } } }
  }
  expect_failures = [var.authors]
}

# By its session alone a change would count as the canary's.
run "rejects_a_program_under_the_session_of_the_canary" {
  command = plan
  variables {
    authors = { programs = { pipeline = { role_arn = "arn:aws:iam::123456789012:role/pipeline", session_name = "flaghoist-canary" } } }
  }
  expect_failures = [var.authors]
}

run "rejects_a_program_in_the_place_of_those_who_sign_in" {
  command = plan
  variables {
    authors = { saml_provider_arn = "arn:aws:iam::123456789012:saml-provider/company", programs = { sign-in = { role_arn = "arn:aws:iam::123456789012:role/pipeline", session_name = "pipeline" } } }
  }
  expect_failures = [var.authors]
}

# IAM fills ? and policy variables in as it does *.
run "rejects_a_reader_with_a_place_for_any_letter" {
  command = plan
  variables {
    reader_role_arns = { green = "arn:aws:iam::210987654321:role/accep?" }
  }
  expect_failures = [var.reader_role_arns]
}

run "rejects_a_reader_by_a_policy_variable" {
  command = plan
  variables {
    reader_role_arns = { green = "arn:aws:iam::210987654321:role/$${aws:username}" }
  }
  expect_failures = [var.reader_role_arns]
}

run "rejects_a_program_by_a_policy_variable" {
  command = plan
  variables {
    authors = { programs = { "pipeline" = { role_arn = "arn:aws:iam::123456789012:role/$${aws:username}", session_name = "pipeline" } } }
  }
  expect_failures = [var.authors]
}

run "rejects_a_program_of_another_account" {
  command = plan
  variables {
    authors = { programs = { "pipeline" = { role_arn = "arn:aws:iam::210987654321:role/pipeline", session_name = "pipeline" } } }
  }
  expect_failures = [var.authors]
}

run "rejects_people_whom_another_account_signs_in" {
  command = plan
  variables {
    authors = { saml_provider_arn = "arn:aws:iam::210987654321:saml-provider/company" }
  }
  expect_failures = [var.authors]
}

run "rejects_a_key_of_another_account" {
  command = plan
  variables {
    kms_key_arn = "arn:aws:kms:us-east-1:210987654321:key/mrk-11111111111111111111111111111111"
  }
  expect_failures = [var.kms_key_arn]
}

run "rejects_a_key_of_another_partition" {
  command = plan
  variables {
    kms_key_arn = "arn:aws-cn:kms:us-east-1:123456789012:key/mrk-11111111111111111111111111111111"
  }
  expect_failures = [var.kms_key_arn]
}

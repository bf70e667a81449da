mock_provider "aws" {}

variables {
  context = {
    environment        = "blue"
    service            = "flag-api"
    environment_suffix = "a1"
    region             = "eu-west-1"
    account_id         = "123456789012"
    cost_center        = "payments-4711"
    owner              = "team-platform"
  }
  purpose     = "data"
  description = "Everything that the application stores."
}

run "rejects_a_blank_description" {
  command = plan
  variables {
    description = " "
  }
  expect_failures = [var.description]
}

run "rejects_everybody_as_a_service" {
  command = plan
  variables {
    service_principals = ["*"]
  }
  expect_failures = [var.service_principals]
}

run "rejects_a_service_named_twice" {
  command = plan
  variables {
    service_principals = ["config.amazonaws.com", "config.amazonaws.com"]
  }
  expect_failures = [var.service_principals]
}

run "rejects_all_roles_of_an_account" {
  command = plan
  variables {
    users = { blue = { role_arn = "arn:aws:iam::210987654321:role/*", via_services = ["s3"] } }
  }
  expect_failures = [var.users]
}

run "rejects_a_user_without_services" {
  command = plan
  variables {
    users = { blue = { role_arn = "arn:aws:iam::210987654321:role/blue", via_services = [] } }
  }
  expect_failures = [var.users]
}

run "rejects_a_user_whose_name_makes_no_sid" {
  command = plan
  variables {
    users = { "Blue One" = { role_arn = "arn:aws:iam::210987654321:role/blue", via_services = ["s3"] } }
  }
  expect_failures = [var.users]
}

run "rejects_a_replica_of_a_key_of_one_region" {
  command = plan
  variables { replica_of = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef" }
  expect_failures = [var.replica_of]
}

run "rejects_a_replica_in_its_own_region" {
  command = plan
  variables { replica_of = "arn:aws:kms:eu-west-1:123456789012:key/mrk-0123456789abcdef0123456789abcdef" }
  expect_failures = [var.replica_of]
}

run "rejects_a_user_with_a_place_for_any_letter" {
  command = plan
  variables {
    users = { blue = { role_arn = "arn:aws:iam::210987654321:role/blu?", via_services = ["s3"] } }
  }
  expect_failures = [var.users]
}

run "rejects_a_user_by_a_policy_variable" {
  command = plan
  variables {
    users = { blue = { role_arn = "arn:aws:iam::210987654321:role/$${aws:username}", via_services = ["s3"] } }
  }
  expect_failures = [var.users]
}

run "rejects_a_replica_of_a_key_of_another_account" {
  command = plan
  variables {
    replica_of = "arn:aws:kms:us-east-1:210987654321:key/mrk-0123456789abcdef0123456789abcdef"
  }
  expect_failures = [var.replica_of]
}

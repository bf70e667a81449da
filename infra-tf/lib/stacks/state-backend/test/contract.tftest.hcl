mock_provider "aws" {
  mock_resource "aws_dynamodb_table" {
    defaults = { arn = "arn:aws:dynamodb:eu-west-1:444444444444:table/locks" }
  }
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-west-1:444444444444:key/00000000-0000-0000-0000-000000000001" }
  }
}

variables {
  context = {
    environment        = "shared"
    service            = "flag-api"
    environment_suffix = "a1"
    region             = "eu-west-1"
    account_id         = "444444444444"
    cost_center        = "payments-4711"
    owner              = "team-platform"
  }
  deployment_role_name = "deployment/flag-api"
  environments_file    = "test/environments/valid.json"
}

run "rejects_an_environment_as_the_backends_own" {
  command = plan
  variables {
    context = merge(var.context, { environment = "blue" })
  }
  expect_failures = [var.context]
}

run "rejects_an_account_of_eleven_digits" {
  command = plan
  variables {
    environments_file = "test/environments/short-account.json"
  }
  expect_failures = [var.environments_file]
}

run "rejects_two_environments_in_one_account" {
  command = plan
  variables {
    environments_file = "test/environments/one-account.json"
  }
  expect_failures = [var.environments_file]
}

run "rejects_an_upstream_that_is_no_environment" {
  command = plan
  variables {
    environments_file = "test/environments/unknown-upstream.json"
  }
  expect_failures = [var.environments_file]
}

# AWS would say so at apply, half-way.
run "refuses_more_environments_than_a_policy_has_room_for" {
  command = plan
  variables {
    environments_file = "test/environments/sixty.json"
    reader_role_name  = "{environment}-flags-role-drift-{region}-a1"
  }
  expect_failures = [output.bucket_name]
}

run "rejects_a_role_by_wildcard" {
  command = plan
  variables {
    deployment_role_name = "deployment/*"
  }
  expect_failures = [var.deployment_role_name]
}

run "rejects_sharing_everything" {
  command = plan
  variables {
    shared_state_keys = ["*"]
  }
  expect_failures = [var.shared_state_keys]
}

run "rejects_that_environments_read_this_stacks_state" {
  command = plan
  variables {
    stack_state_keys = ["state-backend/terraform.tfstate"]
  }
  expect_failures = [var.stack_state_keys]
}

run "rejects_states_that_cannot_be_brought_back_for_a_month" {
  command = plan
  variables {
    old_state_retention_days = 7
  }
  expect_failures = [var.old_state_retention_days]
}

run "rejects_an_access_log_of_less_than_a_quarter" {
  command = plan
  variables {
    access_log_retention_days = 30
  }
  expect_failures = [var.access_log_retention_days]
}

run "rejects_readers_by_wildcard" {
  command = plan
  variables { reader_role_name = "{environment}-*" }
  expect_failures = [var.reader_role_name]
}

run "rejects_a_reader_by_an_unknown_word" {
  command = plan
  variables { reader_role_name = "{account}-drift" }
  expect_failures = [var.reader_role_name]
}

run "rejects_the_role_that_deploys_as_reader" {
  command = plan
  variables { reader_role_name = "deployment/flag-api" }
  expect_failures = [var.reader_role_name]
}

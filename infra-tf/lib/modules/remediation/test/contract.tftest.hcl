# The real provider, offline: it computes the policies.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "offline"
  secret_key                  = "offline"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

# The provider asks AWS whether a definition is valid, at plan. packages/remediation runs it.
override_resource {
  target = aws_sfn_state_machine.this
}

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
  schedule_expression = "rate(1 day)"
  runner = {
    sources              = { type = "GITHUB", location = "https://github.com/example/flags.git", version = "refs/tags/v1" }
    connection_arn       = "arn:aws:codeconnections:eu-west-1:123456789012:connection/00000000-0000-0000-0000-000000000001"
    network              = { vpc_id = "vpc-1", subnet_ids = ["subnet-1"], internet_cidr = "0.0.0.0/0" }
    deployment_role_arns = ["arn:aws:iam::123456789012:role/flaghoist-deployment"]
  }
  subscriptions = { on-call = { protocol = "https", endpoint = "https://on-call.example/hook" } }
  watched = {
    cluster_arn  = "arn:aws:ecs:eu-west-1:123456789012:cluster/blue-flag-api-cluster-a1"
    database_ids = ["blue-flag-api-database-cluster-a1"]
    config_rules = ["restricted-ssh"]
  }
  trail              = { deployment = "{}", bus_arn = "arn:aws:events:eu-west-1:123456789012:event-bus/blue-flags-event-bus-a1" }
  kms_key_arn        = "arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000001"
  log_retention_days = 365
}

run "rejects_a_stack_that_is_a_path" {
  command = plan
  variables {
    stack = "../application"
  }
  expect_failures = [var.stack]
}

run "rejects_a_schedule_that_is_none" {
  command = plan
  variables {
    schedule_expression = "daily"
  }
  expect_failures = [var.schedule_expression]
}

run "rejects_a_subscription_that_is_not_encrypted" {
  command = plan
  variables {
    subscriptions = { open = { protocol = "http", endpoint = "http://on-call.example" } }
  }
  expect_failures = [var.subscriptions]
}

run "rejects_a_key_of_another_region_and_logs_for_two_days" {
  command = plan
  variables {
    kms_key_arn        = "arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000002"
    log_retention_days = 2
  }
  expect_failures = [var.kms_key_arn, var.log_retention_days]
}

run "rejects_a_trail_of_any_bus" {
  command = plan
  variables {
    trail = { deployment = "{}", bus_arn = "arn:aws:events:eu-west-1:123456789012:event-bus/*" }
  }
  expect_failures = [var.trail]
}

run "rejects_a_trail_of_a_bus_of_another_account" {
  command = plan
  variables {
    trail = { deployment = "{}", bus_arn = "arn:aws:events:eu-west-1:210987654321:event-bus/blue-flags-event-bus-a1" }
  }
  expect_failures = [var.trail]
}

run "rejects_a_trail_of_a_bus_by_a_policy_variable" {
  command = plan
  variables {
    trail = { deployment = "{}", bus_arn = "arn:aws:events:eu-west-1:123456789012:event-bus/$${aws:username}" }
  }
  expect_failures = [var.trail]
}

run "rejects_a_key_of_another_account" {
  command = plan
  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:210987654321:key/00000000-0000-0000-0000-000000000001"
  }
  expect_failures = [var.kms_key_arn]
}

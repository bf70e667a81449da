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
  purpose                      = "evidence"
  expire_noncurrent_after_days = 30
}

run "rejects_versions_that_expire_at_once" {
  command = plan
  variables {
    expire_noncurrent_after_days = 0
  }
  expect_failures = [var.expire_noncurrent_after_days]
}

run "rejects_half_a_day" {
  command = plan
  variables {
    expire_after_days = 1.5
  }
  expect_failures = [var.expire_after_days]
}

run "rejects_a_log_prefix_without_slash" {
  command = plan
  variables {
    access_log = { bucket = "the-log-bucket", prefix = "evidence" }
  }
  expect_failures = [var.access_log]
}

run "rejects_a_statement_without_a_reason" {
  command = plan
  variables {
    policy_documents = ["{\"Statement\":[{\"Effect\":\"Deny\"}]}"]
  }
  expect_failures = [var.policy_documents]
}

run "rejects_a_key_of_another_region" {
  command = plan
  variables {
    key = { arn = "arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000002" }
  }
  expect_failures = [var.key]
}

run "rejects_logs_of_any_bucket" {
  command = plan
  variables {
    access_log_sources = ["arn:aws:s3:::*"]
  }
  expect_failures = [var.access_log_sources]
}

run "rejects_a_key_of_another_account" {
  command = plan
  variables {
    key = { arn = "arn:aws:kms:eu-west-1:210987654321:key/00000000-0000-0000-0000-000000000001" }
  }
  expect_failures = [var.key]
}

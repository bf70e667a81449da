mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/one" }
  }
  mock_resource "aws_secretsmanager_secret" {
    defaults = { arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:one-AbCdEf" }
  }
}

mock_provider "aws" {
  alias = "replica"
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
  replica_region            = "eu-central-1"
  secrets                   = { signing-key = { description = "Signs evidence, for the control plane." } }
  evidence_retention_days   = 2555
  access_log_retention_days = 400
  kms_key_arn               = "arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000001"
  replica_kms_key_arn       = "arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000002"
}

run "rejects_what_is_not_a_region" {
  command = plan
  variables {
    replica_region = "frankfurt"
  }
  expect_failures = [var.replica_region]
}

run "rejects_the_home_region_as_replica" {
  command = plan
  variables {
    replica_region = "eu-west-1"
  }
  expect_failures = [var.replica_region]
}

run "rejects_a_secret_whose_name_has_capitals" {
  command = plan
  variables {
    secrets = { SigningKey = { description = "Signs evidence." } }
  }
  expect_failures = [var.secrets]
}

run "rejects_a_secret_that_nobody_explains" {
  command = plan
  variables {
    secrets = { signing-key = { description = "" } }
  }
  expect_failures = [var.secrets]
}

run "rejects_evidence_that_expires_at_once" {
  command = plan
  variables {
    evidence_retention_days = 0
  }
  expect_failures = [var.evidence_retention_days]
}

run "rejects_an_access_log_that_expires_at_once" {
  command = plan
  variables {
    access_log_retention_days = 0
  }
  expect_failures = [var.access_log_retention_days]
}

run "exports_what_a_restore_needs" {
  command = apply

  assert {
    condition     = output.secret_arns == { signing-key = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:one-AbCdEf" }
    error_message = "The ARN of each secret must be exported by short name."
  }
  assert {
    condition     = output.replica_bucket_arn == "arn:aws:s3:::${output.replica_bucket_name}"
    error_message = "The copy must be findable without the home region."
  }
}

run "rejects_keys_of_the_other_region" {
  command = plan
  variables {
    kms_key_arn         = "arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000002"
    replica_kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000001"
  }
  expect_failures = [var.kms_key_arn, var.replica_kms_key_arn]
}

run "rejects_keys_of_another_account" {
  command = plan
  variables {
    kms_key_arn         = "arn:aws:kms:eu-west-1:210987654321:key/00000000-0000-0000-0000-000000000001"
    replica_kms_key_arn = "arn:aws:kms:eu-central-1:210987654321:key/00000000-0000-0000-0000-000000000002"
  }
  expect_failures = [var.kms_key_arn, var.replica_kms_key_arn]
}

mock_provider "aws" {
  mock_resource "aws_backup_vault" {
    defaults = { arn = "arn:aws:backup:eu-west-1:123456789012:backup-vault:home" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/one" }
  }
}

mock_provider "aws" {
  alias = "replica"

  mock_resource "aws_backup_vault" {
    defaults = { arn = "arn:aws:backup:eu-central-1:123456789012:backup-vault:replica" }
  }
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
  replica_region      = "eu-central-1"
  resource_arns       = ["arn:aws:rds:eu-west-1:123456789012:cluster:one"]
  retention_days      = 35
  copy_retention_days = 365
  kms_key_arn         = "arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000001"
  replica_kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000002"
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

run "rejects_a_plan_that_selects_nothing" {
  command = plan
  variables {
    resource_arns = []
  }
  expect_failures = [var.resource_arns]
}

run "rejects_resources_that_the_role_cannot_back_up" {
  command = plan
  variables {
    resource_arns = ["arn:aws:dynamodb:eu-west-1:123456789012:table/one"]
  }
  expect_failures = [var.resource_arns]
}

run "rejects_a_rate_as_schedule" {
  command = plan
  variables {
    schedule = "rate(1 day)"
  }
  expect_failures = [var.schedule]
}

run "rejects_backups_that_expire_at_once" {
  command = plan
  variables {
    retention_days = 0
  }
  expect_failures = [var.retention_days]
}

run "rejects_copies_that_expire_at_once" {
  command = plan
  variables {
    copy_retention_days = 0
  }
  expect_failures = [var.copy_retention_days]
}

run "rejects_keys_of_the_other_region" {
  command = plan
  variables {
    kms_key_arn         = "arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000002"
    replica_kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000001"
  }
  expect_failures = [var.kms_key_arn, var.replica_kms_key_arn]
}

run "rejects_an_alias_as_a_clusters_key" {
  command = plan
  variables {
    source_kms_key_arns = ["arn:aws:kms:eu-west-1:123456789012:alias/one"]
  }
  expect_failures = [var.source_kms_key_arns]
}

run "rejects_a_cluster_with_a_place_for_any_letter" {
  command = plan
  variables {
    resource_arns = ["arn:aws:rds:eu-west-1:123456789012:cluster:on?"]
  }
  expect_failures = [var.resource_arns]
}

run "rejects_a_cluster_of_another_account" {
  command = plan
  variables {
    resource_arns = ["arn:aws:rds:eu-west-1:210987654321:cluster:one"]
  }
  expect_failures = [var.resource_arns]
}

run "rejects_keys_of_another_account" {
  command = plan
  variables {
    kms_key_arn         = "arn:aws:kms:eu-west-1:210987654321:key/00000000-0000-0000-0000-000000000001"
    replica_kms_key_arn = "arn:aws:kms:eu-central-1:210987654321:key/00000000-0000-0000-0000-000000000002"
    source_kms_key_arns = ["arn:aws:kms:eu-west-1:210987654321:key/00000000-0000-0000-0000-000000000001"]
  }
  expect_failures = [var.kms_key_arn, var.replica_kms_key_arn, var.source_kms_key_arns]
}

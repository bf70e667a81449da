mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
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
  load_balancer               = { arn_suffix = "app/blue/1", target_group_arn_suffix = "targetgroup/blue/2" }
  service                     = { cluster_name = "blue-cluster", service_name = "blue-service" }
  database_cluster_identifier = "blue-database"
  backup_vault                = { name = "blue-vault", arn = "arn:aws:backup:eu-west-1:123456789012:backup-vault:blue-vault" }
  kms_key_arn                 = "arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000001"
}

run "rejects_a_subscription_that_is_not_encrypted" {
  command = plan
  variables { subscriptions = { open = { protocol = "http", endpoint = "http://on-call.example" } } }
  expect_failures = [var.subscriptions]
}

run "rejects_a_key_of_another_region" {
  command = plan
  variables { kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000002" }
  expect_failures = [var.kms_key_arn]
}

run "rejects_a_key_of_another_account" {
  command = plan
  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:210987654321:key/00000000-0000-0000-0000-000000000001"
  }
  expect_failures = [var.kms_key_arn]
}

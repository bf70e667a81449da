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
    home     = "us-east-1"
    regions  = [{ name = "us-east-1" }, { name = "eu-west-1" }]
    services = [{ name = "checkout", cell = "cell-1" }]
  }
  kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/mrk-11111111111111111111111111111111"
  cache_nodes = 2
}

run "rejects_a_key_of_another_region" {
  command = plan
  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/mrk-11111111111111111111111111111111"
  }
  expect_failures = [var.kms_key_arn]
}

run "rejects_half_a_node" {
  command = plan
  variables {
    cache_nodes = 1.5
  }
  expect_failures = [var.cache_nodes]
}

run "rejects_more_nodes_than_elasticache_takes" {
  command = plan
  variables {
    cache_nodes = 7
  }
  expect_failures = [var.cache_nodes]
}

run "rejects_an_audit_domain_where_nothing_is_audited" {
  command = plan
  variables {
    context      = merge(var.context, { region = "eu-west-1" })
    kms_key_arn  = "arn:aws:kms:eu-west-1:123456789012:key/mrk-11111111111111111111111111111111"
    audit_domain = { name = "blue-flags-audit-a1", volume_gb = 20 }
  }
  expect_failures = [var.audit_domain]
}

run "rejects_an_audit_domain_without_a_volume" {
  command = plan
  variables {
    audit_domain = { name = "blue-flags-audit-a1", volume_gb = 0 }
  }
  expect_failures = [var.audit_domain]
}

run "rejects_a_topic_of_another_region" {
  command = plan
  variables {
    topic_arn = "arn:aws:sns:eu-west-1:123456789012:alarms"
  }
  expect_failures = [var.topic_arn]
}

run "rejects_a_fifo_topic" {
  command = plan
  variables {
    topic_arn = "arn:aws:sns:us-east-1:123456789012:alarms.fifo"
  }
  expect_failures = [var.topic_arn]
}

run "rejects_a_log_group_that_no_function_writes" {
  command = plan
  variables {
    log_group_names = { workflows = "/aws/vendedlogs/states/verify" }
  }
  expect_failures = [var.log_group_names]
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

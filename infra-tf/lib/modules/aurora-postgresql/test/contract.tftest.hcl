# The real provider, offline, as in values.tftest.hcl. Each run breaks one rule in each of the variables that it expects to be refused.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "offline"
  secret_key                  = "offline"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
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
  vpc_id                = "vpc-1"
  data_subnet_ids       = ["subnet-a", "subnet-b", "subnet-c"]
  availability_zones    = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
  engine_version        = "16.8"
  instance_class        = "db.r6g.large"
  instance_count        = 2
  database_name         = "flags"
  backup_retention_days = 14
  kms_key_arn           = "arn:aws:kms:eu-west-1:123456789012:key/11111111-1111-1111-1111-111111111111"
  log_retention_days    = 365
}

run "exports_what_others_compose_with" {
  command = plan

  assert {
    condition     = output.cluster_identifier == "blue-flag-api-database-cluster-a1" && output.port == 5432 && output.database_name == "flags" && output.instance_count == 2
    error_message = "Identifier, port, database and number of instances must be exported."
  }
  assert {
    condition     = output.log_group_name == "/aws/rds/cluster/blue-flag-api-database-cluster-a1/postgresql"
    error_message = "The log group must be exported."
  }
}

run "accepts_the_limits" {
  command = plan

  variables {
    port                                = 1150
    instance_count                      = 16
    backup_retention_days               = 35
    log_min_duration_ms                 = 0
    performance_insights_retention_days = 713
    maintenance_window                  = "mon:23:30-tue:00:30"
  }

  assert {
    condition     = max([for instance in values(aws_rds_cluster_instance.this) : instance.promotion_tier]...) == 15
    error_message = "Sixteen instances must fit the sixteen promotion tiers."
  }
}

run "rejects_ids_and_words_of_something_else" {
  command = plan

  variables {
    vpc_id                = "subnet-a"
    instance_class        = "db serverless"
    engine_version        = "16"
    database_name         = "postgres"
    master_username       = "admin"
    backup_window         = "25:00-26:00"
    maintenance_window    = "sunday"
    kms_key_arn           = "arn:aws:kms:eu-west-1:123456789012:alias/data"
    log_statement         = "none"
    certificate_authority = "rds-ca-2019"
  }

  expect_failures = [
    var.vpc_id, var.instance_class, var.engine_version, var.database_name, var.master_username, var.backup_window,
    var.maintenance_window, var.kms_key_arn, var.log_statement, var.certificate_authority,
  ]
}

run "rejects_sizes_below_their_limits" {
  command = plan

  variables {
    data_subnet_ids                     = ["subnet-a", "subnet-b"]
    instance_count                      = 1
    port                                = 1149
    backup_retention_days               = 0
    log_retention_days                  = 42
    log_min_duration_ms                 = -1
    monitoring_interval_seconds         = 0
    performance_insights_retention_days = 8
  }

  expect_failures = [
    var.data_subnet_ids, var.instance_count, var.port, var.backup_retention_days, var.log_retention_days, var.log_min_duration_ms,
    var.monitoring_interval_seconds, var.performance_insights_retention_days,
  ]
}

run "rejects_two_zones_and_sizes_above_their_limits" {
  command = plan

  variables {
    data_subnet_ids       = ["subnet-a", "subnet-b"]
    availability_zones    = ["eu-west-1a", "eu-west-1b"]
    instance_count        = 17
    backup_retention_days = 36
    log_min_duration_ms   = 60001
  }

  expect_failures = [var.availability_zones, var.instance_count, var.backup_retention_days, var.log_min_duration_ms]
}

run "rejects_zones_of_another_region" {
  command = plan

  variables {
    availability_zones = ["eu-west-1a", "eu-west-1b", "eu-central-1c"]
  }

  expect_failures = [var.availability_zones]
}

run "rejects_one_subnet_twice" {
  command = plan

  variables {
    data_subnet_ids = ["subnet-a", "subnet-a", "subnet-b"]
  }

  expect_failures = [var.data_subnet_ids]
}

run "rejects_serverless_without_its_capacity" {
  command = plan
  variables { instance_class = "db.serverless" }
  expect_failures = [var.instance_class]
}

run "rejects_a_capacity_of_another_class" {
  command = plan
  variables { serverless_capacity = { min = 0.5, max = 2 } }
  expect_failures = [var.instance_class]
}

run "rejects_a_capacity_between_two_halves" {
  command = plan
  variables {
    instance_class      = "db.serverless"
    serverless_capacity = { min = 0.3, max = 2 }
  }
  expect_failures = [var.serverless_capacity]
}

run "rejects_to_begin_with_neither_a_snapshot_nor_a_cluster" {
  command = plan
  variables {
    restore_from = {}
  }
  expect_failures = [var.restore_from]
}

run "rejects_to_begin_with_a_snapshot_and_a_cluster" {
  command = plan
  variables {
    restore_from = { snapshot_arn = "arn:aws:rds:eu-west-1:123456789012:cluster-snapshot:one", cluster_id = "two" }
  }
  expect_failures = [var.restore_from]
}

run "rejects_to_begin_with_a_snapshot_of_another_region" {
  command = plan
  variables {
    restore_from = { snapshot_arn = "arn:aws:rds:eu-west-2:123456789012:cluster-snapshot:one" }
  }
  expect_failures = [var.restore_from]
}

run "rejects_to_begin_with_a_snapshot_at_a_second" {
  command = plan
  variables {
    restore_from = { snapshot_arn = "arn:aws:rds:eu-west-1:123456789012:cluster-snapshot:one", to = "2026-11-01T06:00:00Z" }
  }
  expect_failures = [var.restore_from]
}

run "rejects_to_begin_with_a_cluster_by_no_name" {
  command = plan
  variables {
    restore_from = { cluster_id = "" }
  }
  expect_failures = [var.restore_from]
}

run "rejects_to_begin_with_a_cluster_by_an_arn" {
  command = plan
  variables {
    restore_from = { cluster_id = "arn:aws:rds:eu-west-1:123456789012:cluster:two" }
  }
  expect_failures = [var.restore_from]
}

run "rejects_to_begin_with_a_time_that_is_none" {
  command = plan
  variables {
    restore_from = { cluster_id = "two", to = "yesterday" }
  }
  expect_failures = [var.restore_from]
}

run "rejects_to_begin_with_a_day_that_is_none" {
  command = plan
  variables {
    restore_from = { cluster_id = "two", to = "2026-11-31T06:00:00Z" }
  }
  expect_failures = [var.restore_from]
}

run "rejects_a_key_of_another_account" {
  command = plan
  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:210987654321:key/11111111-1111-1111-1111-111111111111"
  }
  expect_failures = [var.kms_key_arn]
}

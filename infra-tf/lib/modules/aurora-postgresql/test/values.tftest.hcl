# The real provider, offline: policies are rendered and arguments checked as in a deployment, and nothing is reached.
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
  instance_count        = 4
  database_name         = "flags"
  port                  = 6432
  backup_retention_days = 14
  kms_key_arn           = "arn:aws:kms:eu-west-1:123456789012:key/11111111-1111-1111-1111-111111111111"
  log_retention_days    = 365
}

run "names_and_tags_follow_the_convention" {
  command = plan

  assert {
    condition = concat(
      [
        aws_rds_cluster.this.cluster_identifier, aws_db_subnet_group.this.name, aws_security_group.this.name,
        aws_rds_cluster_parameter_group.this.name, aws_db_parameter_group.this.name, aws_iam_role.monitoring.name,
      ],
      [for key in sort(keys(aws_rds_cluster_instance.this)) : aws_rds_cluster_instance.this[key].identifier],
      ) == [
      "blue-flag-api-database-cluster-a1", "blue-flag-api-database-subnets-a1", "blue-flag-api-security-group-database-a1",
      "blue-flag-api-database-parameters-cluster-16-a1", "blue-flag-api-database-parameters-instance-16-a1", "blue-flag-api-role-database-monitoring-euw1-a1",
      "blue-flag-api-database-instance-01-a1", "blue-flag-api-database-instance-02-a1", "blue-flag-api-database-instance-03-a1", "blue-flag-api-database-instance-04-a1",
    ]
    error_message = "Names must read {environment}-{service}-{resource-type}[-{qualifier}]-{environment_suffix}."
  }
  assert {
    condition = alltrue([
      for tags in concat(
        [
          aws_rds_cluster.this.tags, aws_db_subnet_group.this.tags, aws_security_group.this.tags, aws_rds_cluster_parameter_group.this.tags,
          aws_db_parameter_group.this.tags, aws_iam_role.monitoring.tags, aws_cloudwatch_log_group.postgresql.tags, aws_cloudwatch_log_group.monitoring[0].tags,
        ],
        [for instance in values(aws_rds_cluster_instance.this) : instance.tags],
      ) : { for key in ["environment", "cost-center", "owner", "service", "managed-by"] : key => tags[key] } == module.naming.tags
    ])
    error_message = "Every resource that can carry tags must carry the mandatory ones."
  }
}

run "instances_are_spread_over_the_zones_in_private" {
  command = plan

  assert {
    condition     = [for key in ["01", "02", "03", "04"] : aws_rds_cluster_instance.this[key].availability_zone] == ["eu-west-1a", "eu-west-1b", "eu-west-1c", "eu-west-1a"]
    error_message = "Instances must take the zones in turn, so that any two of the first three are apart."
  }
  assert {
    condition     = [for key in ["01", "02", "03", "04"] : aws_rds_cluster_instance.this[key].promotion_tier] == [0, 1, 2, 3]
    error_message = "Instances must take over in the order of their numbers."
  }
  assert {
    condition     = alltrue([for instance in values(aws_rds_cluster_instance.this) : !instance.publicly_accessible]) && aws_db_subnet_group.this.subnet_ids == toset(var.data_subnet_ids) && aws_rds_cluster.this.db_subnet_group_name == aws_db_subnet_group.this.name
    error_message = "The cluster must stand in the data subnets, without public addresses."
  }
}

run "everything_is_encrypted_with_the_key" {
  command = plan

  assert {
    condition     = aws_rds_cluster.this.storage_encrypted && alltrue([for instance in values(aws_rds_cluster_instance.this) : instance.performance_insights_enabled])
    error_message = "Storage must be encrypted, and performance insights on."
  }
  assert {
    condition = toset(concat(
      [aws_rds_cluster.this.kms_key_id, aws_rds_cluster.this.master_user_secret_kms_key_id, aws_cloudwatch_log_group.postgresql.kms_key_id, aws_cloudwatch_log_group.monitoring[0].kms_key_id],
      [for instance in values(aws_rds_cluster_instance.this) : instance.performance_insights_kms_key_id],
    )) == toset([var.kms_key_arn])
    error_message = "Storage, master user's secret, logs and performance insights must be encrypted with the key."
  }
}

run "no_password_is_in_the_plan" {
  command = plan

  assert {
    condition     = aws_rds_cluster.this.manage_master_user_password && aws_rds_cluster.this.master_password == null && aws_rds_cluster.this.iam_database_authentication_enabled
    error_message = "RDS must make and keep the master user's password; applications sign in by IAM."
  }
}

run "tls_is_forced_and_statements_are_logged" {
  command = plan

  assert {
    condition     = { for parameter in aws_rds_cluster_parameter_group.this.parameter : parameter.name => parameter.value } == { "rds.force_ssl" = "1", log_statement = "mod", log_min_duration_statement = "1000", log_connections = "1", log_disconnections = "1" }
    error_message = "The cluster must refuse connections without TLS and log connections, changes and slow statements."
  }
  assert {
    condition     = { for parameter in aws_db_parameter_group.this.parameter : parameter.name => parameter.value } == { log_statement = "mod", log_min_duration_statement = "1000" }
    error_message = "An instance's group must not log less than the cluster's."
  }
  assert {
    condition     = aws_rds_cluster_parameter_group.this.family == "aurora-postgresql16" && aws_db_parameter_group.this.family == "aurora-postgresql16"
    error_message = "The family must follow the major version."
  }
  assert {
    condition     = aws_rds_cluster.this.enabled_cloudwatch_logs_exports == toset(["postgresql"]) && aws_cloudwatch_log_group.postgresql.name == "/aws/rds/cluster/${aws_rds_cluster.this.cluster_identifier}/postgresql"
    error_message = "The log must go to the log group that is encrypted and has a retention."
  }
}

run "the_monitoring_role_serves_these_instances_and_one_log_group" {
  command = plan

  assert {
    condition     = jsondecode(aws_iam_role.monitoring.assume_role_policy).Statement[0].Condition.ArnLike["aws:SourceArn"] == [for key in ["01", "02", "03", "04"] : "arn:aws:rds:eu-west-1:123456789012:db:blue-flag-api-database-instance-${key}-a1"]
    error_message = "Only this cluster's instances may take the role on."
  }
  assert {
    condition     = alltrue([for resource in flatten([for statement in jsondecode(aws_iam_role_policy.monitoring.policy).Statement : statement.Resource]) : startswith(resource, "arn:aws:logs:eu-west-1:123456789012:log-group:RDSOSMetrics")])
    error_message = "The role must reach the log group of enhanced monitoring and no other."
  }
  assert {
    condition     = alltrue([for instance in values(aws_rds_cluster_instance.this) : instance.monitoring_interval == 60])
    error_message = "Enhanced monitoring must be on."
  }
}

run "the_cluster_is_backed_up_and_destroyable" {
  command = plan

  assert {
    condition     = aws_rds_cluster.this.copy_tags_to_snapshot && alltrue([for instance in values(aws_rds_cluster_instance.this) : instance.copy_tags_to_snapshot])
    error_message = "Backups must carry the tags."
  }
  assert {
    condition     = aws_rds_cluster.this.skip_final_snapshot == module.governance.skip_final_snapshot && aws_rds_cluster.this.deletion_protection == module.governance.deletion_protection && aws_rds_cluster.this.delete_automated_backups
    error_message = "Nothing may stand in the way of a destroy, and nothing may be left behind."
  }
  assert {
    condition     = !aws_rds_cluster.this.allow_major_version_upgrade && alltrue([for instance in values(aws_rds_cluster_instance.this) : !instance.auto_minor_version_upgrade])
    error_message = "Versions must change by review only."
  }
}

run "a_second_cluster_shares_the_monitoring_log_group" {
  command = plan

  variables {
    create_monitoring_log_group = false
    instance_count              = 2
    engine_version              = "17.4"
  }

  assert {
    condition     = length(aws_cloudwatch_log_group.monitoring) == 0 && length(aws_iam_role_policy.monitoring.policy) > 0
    error_message = "Where another cluster owns the log group it must not be created, and still be written to."
  }
  assert {
    condition     = aws_rds_cluster_parameter_group.this.name == "blue-flag-api-database-parameters-cluster-17-a1" && aws_rds_cluster_parameter_group.this.family == "aurora-postgresql17"
    error_message = "Another major version must get parameter groups of its own."
  }
  assert {
    condition     = output.instance_count == 2 && aws_rds_cluster_instance.this["01"].availability_zone != aws_rds_cluster_instance.this["02"].availability_zone
    error_message = "The smallest cluster must stand in two zones."
  }
}

run "a_serverless_database_has_its_capacity" {
  command = plan
  variables {
    instance_class      = "db.serverless"
    serverless_capacity = { min = 0.5, max = 2 }
  }

  assert {
    condition     = [for each in aws_rds_cluster.this.serverlessv2_scaling_configuration : [each.min_capacity, each.max_capacity]] == [[0.5, 2]] && alltrue([for instance in values(aws_rds_cluster_instance.this) : instance.instance_class == "db.serverless"])
    error_message = "Cluster and instances must be serverless, between the two sizes."
  }
}

run "a_major_upgrade_takes_the_group_of_the_new_family_along" {
  command = plan
  variables {
    engine_version              = "17.4"
    allow_major_version_upgrade = true
  }

  assert {
    condition     = aws_rds_cluster.this.allow_major_version_upgrade && aws_rds_cluster.this.db_instance_parameter_group_name == aws_db_parameter_group.this.name && aws_db_parameter_group.this.family == "aurora-postgresql17"
    error_message = "The upgrade must be allowed, and name the instances' group of the new family."
  }
}

run "a_cluster_begins_with_a_snapshot" {
  command = plan

  variables {
    restore_from = { snapshot_arn = "arn:aws:rds:eu-west-1:123456789012:cluster-snapshot:awsbackup:job-1" }
  }

  assert {
    condition     = aws_rds_cluster.this.snapshot_identifier == "arn:aws:rds:eu-west-1:123456789012:cluster-snapshot:awsbackup:job-1" && length(aws_rds_cluster.this.restore_to_point_in_time) == 0
    error_message = "The cluster must begin with the snapshot, and with nothing else."
  }
  assert {
    condition     = aws_rds_cluster.this.storage_encrypted && aws_rds_cluster.this.kms_key_id == var.kms_key_arn && aws_rds_cluster.this.manage_master_user_password
    error_message = "A restored cluster must have key and password as any other."
  }
}

run "a_cluster_begins_as_another_was_at_a_second" {
  command = plan

  variables {
    restore_from = { cluster_id = "blue-flag-api-spoilt", to = "2026-11-01T06:00:00Z" }
  }

  assert {
    condition     = one(aws_rds_cluster.this.restore_to_point_in_time).source_cluster_identifier == "blue-flag-api-spoilt" && one(aws_rds_cluster.this.restore_to_point_in_time).restore_to_time == "2026-11-01T06:00:00Z" && one(aws_rds_cluster.this.restore_to_point_in_time).use_latest_restorable_time == null
    error_message = "The cluster must begin as the other one was at that second."
  }
}

run "a_cluster_begins_as_another_was_last" {
  command = plan

  variables {
    restore_from = { cluster_id = "blue-flag-api-lost" }
  }

  assert {
    condition     = one(aws_rds_cluster.this.restore_to_point_in_time).use_latest_restorable_time && one(aws_rds_cluster.this.restore_to_point_in_time).restore_to_time == null
    error_message = "Without a time it must be the latest second that can be restored."
  }
}

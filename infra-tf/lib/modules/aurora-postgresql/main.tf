module "governance" {
  source = "../governance"
}

module "naming" {
  source  = "../naming"
  context = var.context
  resources = merge(
    {
      cluster             = { type = "database-cluster" }
      subnets             = { type = "database-subnets" }
      cluster_parameters  = { type = "database-parameters", qualifier = "cluster-${local.major_version}" }
      instance_parameters = { type = "database-parameters", qualifier = "instance-${local.major_version}" }
      security_group      = { type = "security-group", qualifier = "database" }
      monitoring_role     = { type = "role", qualifier = "database-monitoring" }
      monitoring_policy   = { type = "policy", qualifier = "database-monitoring" }
    },
    { for key in keys(local.instances) : key => { type = "database-instance", qualifier = key } },
  )
}

locals {
  major_version = split(".", var.engine_version)[0]

  # Two digits, so that the keys sort as the numbers do.
  instances = {
    for index in range(var.instance_count) : format("%02d", index + 1) => {
      availability_zone = var.availability_zones[index % length(var.availability_zones)]
      # Who takes over first. Aurora knows 16 tiers, 0 to 15.
      promotion_tier = index
    }
  }
}

resource "aws_rds_cluster" "this" {
  cluster_identifier = module.naming.names["cluster"]
  engine             = "aurora-postgresql"
  engine_mode        = "provisioned"
  engine_version     = var.engine_version
  database_name      = var.database_name
  port               = var.port

  # No availability_zones: Aurora takes those of the subnets, and would replace the cluster at a difference.
  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = [aws_security_group.this.id]

  master_username                     = var.master_username
  manage_master_user_password         = true
  master_user_secret_kms_key_id       = var.kms_key_arn
  iam_database_authentication_enabled = true

  storage_encrypted = true
  kms_key_id        = var.kms_key_arn

  db_cluster_parameter_group_name = aws_rds_cluster_parameter_group.this.name
  enabled_cloudwatch_logs_exports = ["postgresql"]
  allow_major_version_upgrade     = var.allow_major_version_upgrade
  # AWS asks for it in the upgrade itself: the instances' former group is of the former family.
  db_instance_parameter_group_name = var.allow_major_version_upgrade ? aws_db_parameter_group.this.name : null
  apply_immediately                = var.apply_immediately
  preferred_maintenance_window     = var.maintenance_window

  dynamic "serverlessv2_scaling_configuration" {
    for_each = var.serverless_capacity == null ? [] : [var.serverless_capacity]

    content {
      min_capacity = serverlessv2_scaling_configuration.value.min
      max_capacity = serverlessv2_scaling_configuration.value.max
    }
  }

  snapshot_identifier = try(var.restore_from.snapshot_arn, null)

  dynamic "restore_to_point_in_time" {
    for_each = try(var.restore_from.cluster_id, null)[*]

    content {
      source_cluster_identifier  = restore_to_point_in_time.value
      restore_type               = "full-copy"
      restore_to_time            = var.restore_from.to
      use_latest_restorable_time = var.restore_from.to == null ? true : null
    }
  }

  backup_retention_period  = var.backup_retention_days
  preferred_backup_window  = var.backup_window
  copy_tags_to_snapshot    = true
  delete_automated_backups = true
  deletion_protection      = module.governance.deletion_protection
  skip_final_snapshot      = module.governance.skip_final_snapshot

  tags = module.naming.named_tags["cluster"]

  lifecycle {
    # What a cluster began with says nothing later: the provider would replace one that runs, with its data, when the input goes.
    ignore_changes = [snapshot_identifier, restore_to_point_in_time]
  }

  # RDS creates the log group by itself when it finds none: unencrypted, kept for ever, and left behind by a destroy.
  depends_on = [aws_cloudwatch_log_group.postgresql]
}

resource "aws_rds_cluster_instance" "this" {
  for_each = local.instances

  identifier              = module.naming.names[each.key]
  cluster_identifier      = aws_rds_cluster.this.id
  engine                  = aws_rds_cluster.this.engine
  engine_version          = aws_rds_cluster.this.engine_version
  instance_class          = var.instance_class
  availability_zone       = each.value.availability_zone
  promotion_tier          = each.value.promotion_tier
  db_subnet_group_name    = aws_db_subnet_group.this.name
  db_parameter_group_name = aws_db_parameter_group.this.name
  ca_cert_identifier      = var.certificate_authority
  publicly_accessible     = false
  copy_tags_to_snapshot   = true
  apply_immediately       = var.apply_immediately

  # AWS would raise the version of one environment before that of the next.
  auto_minor_version_upgrade   = false
  preferred_maintenance_window = var.maintenance_window

  monitoring_interval = var.monitoring_interval_seconds
  monitoring_role_arn = aws_iam_role.monitoring.arn

  performance_insights_enabled          = true
  performance_insights_kms_key_id       = var.kms_key_arn
  performance_insights_retention_period = var.performance_insights_retention_days

  tags = module.naming.named_tags[each.key]

  # Without the permission the instance is created, and its metrics are missing without a word.
  depends_on = [aws_iam_role_policy.monitoring, aws_cloudwatch_log_group.monitoring]
}

locals {
  family = "aurora-postgresql${local.major_version}"
}

# The names carry the major version: a group of another family is another group, and must exist before the old one goes.
resource "aws_rds_cluster_parameter_group" "this" {
  name        = module.naming.names["cluster_parameters"]
  description = "TLS forced, statements and connections logged."
  family      = local.family

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  parameter {
    name  = "log_statement"
    value = var.log_statement
  }

  parameter {
    name  = "log_min_duration_statement"
    value = tostring(var.log_min_duration_ms)
  }

  parameter {
    name  = "log_connections"
    value = "1"
  }

  parameter {
    name  = "log_disconnections"
    value = "1"
  }

  tags = module.naming.named_tags["cluster_parameters"]

  lifecycle {
    create_before_destroy = true
  }
}

# What an instance's group says goes before what the cluster's says, so that it repeats what must hold.
resource "aws_db_parameter_group" "this" {
  name        = module.naming.names["instance_parameters"]
  description = "Statements logged."
  family      = local.family

  parameter {
    name  = "log_statement"
    value = var.log_statement
  }

  parameter {
    name  = "log_min_duration_statement"
    value = tostring(var.log_min_duration_ms)
  }

  tags = module.naming.named_tags["instance_parameters"]

  lifecycle {
    create_before_destroy = true
  }
}

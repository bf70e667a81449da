locals {
  family = "aurora-postgresql${local.major_version}"

  # In both groups: what an instance's group says goes before what the cluster's says.
  logging = {
    log_min_duration_statement = tostring(var.log_min_duration_ms)
    log_statement              = var.log_statement
  }
}

# The names carry the major version: a group of another family is another group, and must exist before the old one goes.
resource "aws_rds_cluster_parameter_group" "this" {
  name        = module.naming.names["cluster_parameters"]
  description = "TLS forced, statements and connections logged."
  family      = local.family

  dynamic "parameter" {
    for_each = merge(local.logging, {
      "rds.force_ssl"    = "1"
      log_connections    = "1"
      log_disconnections = "1"
    })

    content {
      name         = parameter.key
      value        = parameter.value
      apply_method = "immediate"
    }
  }

  tags = module.naming.named_tags["cluster_parameters"]

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_parameter_group" "this" {
  name        = module.naming.names["instance_parameters"]
  description = "Statements logged."
  family      = local.family

  dynamic "parameter" {
    for_each = local.logging

    content {
      name         = parameter.key
      value        = parameter.value
      apply_method = "immediate"
    }
  }

  tags = module.naming.named_tags["instance_parameters"]

  lifecycle {
    create_before_destroy = true
  }
}

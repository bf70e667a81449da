locals {
  # A copy of every document in each zone.
  zones = min(var.size.instances, 3)
}

resource "aws_opensearch_domain" "this" {
  domain_name     = local.domain.name
  engine_version  = "OpenSearch_2.19"
  access_policies = data.aws_iam_policy_document.access.json

  # The body of a request names no other index than its path: a role is let in by paths.
  advanced_options = {
    "rest.action.multi.allow_explicit_index" = "false"
    "override_main_response_version"         = "false"
  }

  # Nobody has a password here, and the one role that can set rights is the function's that does nothing else.
  advanced_security_options {
    enabled                        = true
    internal_user_database_enabled = false

    master_user_options {
      # As the function's module gives it, so that the role is there first.
      master_user_arn = module.bootstrap.role_arn
    }
  }

  cluster_config {
    instance_type            = var.size.instance_type
    instance_count           = var.size.instances
    zone_awareness_enabled   = local.zones > 1
    dedicated_master_enabled = var.size.manager_type != null
    dedicated_master_type    = var.size.manager_type
    dedicated_master_count   = var.size.manager_type == null ? null : 3

    dynamic "zone_awareness_config" {
      for_each = local.zones > 1 ? [local.zones] : []

      content {
        availability_zone_count = zone_awareness_config.value
      }
    }
  }

  ebs_options {
    ebs_enabled = true
    volume_type = "gp3"
    volume_size = var.size.volume_gb
  }

  vpc_options {
    subnet_ids         = slice(var.subnet_ids, 0, local.zones)
    security_group_ids = [aws_security_group.domain.id]
  }

  domain_endpoint_options {
    enforce_https       = true
    tls_security_policy = "Policy-Min-TLS-1-2-PFS-2023-10"
  }

  encrypt_at_rest {
    enabled    = true
    kms_key_id = var.kms_key_arn
  }

  node_to_node_encryption {
    enabled = true
  }

  # A version that AWS installs by itself in one environment is a difference that nobody reviewed.
  software_update_options {
    auto_software_update_enabled = false
  }

  dynamic "log_publishing_options" {
    for_each = local.logs

    content {
      log_type                 = log_publishing_options.key
      cloudwatch_log_group_arn = aws_cloudwatch_log_group.domain[log_publishing_options.key].arn
    }
  }

  tags = merge(local.tags, { Name = local.domain.name })

  # OpenSearch checks that it may write its logs.
  depends_on = [aws_cloudwatch_log_resource_policy.domain]
}

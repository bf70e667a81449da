resource "aws_cloudwatch_log_group" "postgresql" {
  name              = "/aws/rds/cluster/${module.naming.names["cluster"]}/postgresql"
  kms_key_id        = var.kms_key_arn
  retention_in_days = var.log_retention_days
  tags              = module.naming.tags
}

# RDS writes the metrics of all clusters of an account and region into the group of this name.
resource "aws_cloudwatch_log_group" "monitoring" {
  count = var.create_monitoring_log_group ? 1 : 0

  name              = local.monitoring_log_group
  kms_key_id        = var.kms_key_arn
  retention_in_days = var.log_retention_days
  tags              = module.naming.tags
}

locals {
  monitoring_log_group     = "RDSOSMetrics"
  monitoring_log_group_arn = "arn:${var.context.partition}:logs:${var.context.region}:${var.context.account_id}:log-group:${local.monitoring_log_group}"
}

resource "aws_iam_role" "monitoring" {
  name                 = module.naming.names["monitoring_role"]
  description          = "Writes the instances' enhanced monitoring."
  permissions_boundary = var.context.permissions_boundary_arn
  assume_role_policy   = data.aws_iam_policy_document.assume.json
  tags                 = module.naming.named_tags["monitoring_role"]
}

resource "aws_iam_role_policy" "monitoring" {
  name   = module.naming.names["monitoring_policy"]
  role   = aws_iam_role.monitoring.id
  policy = data.aws_iam_policy_document.monitoring.json
}

data "aws_iam_policy_document" "assume" {
  statement {
    sid     = "InstancesOfThisCluster"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["monitoring.rds.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.context.account_id]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = [for key in keys(local.instances) : "arn:${var.context.partition}:rds:${var.context.region}:${var.context.account_id}:db:${module.naming.names[key]}"]
    }
  }
}

# AWS's own AmazonRDSEnhancedMonitoringRole reaches every log group whose name begins with RDS.
data "aws_iam_policy_document" "monitoring" {
  statement {
    sid       = "EnsureLogGroup"
    actions   = ["logs:CreateLogGroup", "logs:PutRetentionPolicy"]
    resources = [local.monitoring_log_group_arn, "${local.monitoring_log_group_arn}:*"]
  }

  statement {
    sid = "WriteMetrics"
    actions = [
      "logs:CreateLogStream",
      "logs:DescribeLogStreams",
      "logs:GetLogEvents",
      "logs:PutLogEvents",
    ]
    resources = ["${local.monitoring_log_group_arn}:log-stream:*"]
  }
}

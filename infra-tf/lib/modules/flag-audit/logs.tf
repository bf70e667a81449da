locals {
  # By OpenSearch's word for each of its logs.
  logs = {
    AUDIT_LOGS          = "audit"
    ES_APPLICATION_LOGS = "application"
    INDEX_SLOW_LOGS     = "slow-writes"
    SEARCH_SLOW_LOGS    = "slow-searches"
  }
}

resource "aws_cloudwatch_log_group" "domain" {
  for_each = local.logs

  name              = module.naming.names["log/${each.key}"]
  kms_key_id        = var.kms_key_arn
  retention_in_days = var.log_retention_days
  tags              = module.naming.named_tags["log/${each.key}"]
}

data "aws_iam_policy_document" "logs" {
  statement {
    sid       = "LogsOfThisDomain"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:PutLogEventsBatch"]
    resources = [for name in local.log_names : "arn:${var.context.partition}:logs:${var.context.region}:${var.context.account_id}:log-group:${name}:*"]

    principals {
      type        = "Service"
      identifiers = ["es.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.context.account_id]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [local.domain.arn]
    }
  }
}

locals {
  log_names = [for log in keys(local.logs) : module.naming.names["log/${log}"]]
}

resource "aws_cloudwatch_log_resource_policy" "domain" {
  policy_name     = module.naming.names["logs"]
  policy_document = data.aws_iam_policy_document.logs.json
}

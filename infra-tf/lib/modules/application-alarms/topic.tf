resource "aws_sns_topic" "this" {
  name              = module.naming.names["topic"]
  kms_master_key_id = var.kms_key_arn
  policy            = data.aws_iam_policy_document.topic.json
  tags              = module.naming.named_tags["topic"]
}

resource "aws_sns_topic_subscription" "this" {
  for_each = var.subscriptions

  topic_arn = aws_sns_topic.this.arn
  protocol  = each.value.protocol
  endpoint  = each.value.endpoint
  # AWS Backup tells of a job once, and SNS gives up an address of https within minutes.
  redrive_policy = jsonencode({ deadLetterTargetArn = module.naming.arns["queue"] })

  depends_on = [aws_sqs_queue.undelivered]
}

locals {
  tellers = {
    cloudwatch = { service = "cloudwatch.amazonaws.com", sources = [for key in concat(keys(local.alarms), [local.short]) : module.naming.arns[key]] }
    events     = { service = "events.amazonaws.com", sources = [for key in keys(local.jobs) : "arn:${var.context.partition}:events:${var.context.region}:${var.context.account_id}:rule/${module.naming.names[key]}"] }
  }
}

data "aws_iam_policy_document" "topic" {
  dynamic "statement" {
    for_each = local.tellers

    content {
      sid       = "Told${title(statement.key)}"
      actions   = ["sns:Publish"]
      resources = [module.naming.arns["topic"]]

      principals {
        type        = "Service"
        identifiers = [statement.value.service]
      }

      condition {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [var.context.account_id]
      }

      condition {
        test     = "ArnLike"
        variable = "aws:SourceArn"
        values   = statement.value.sources
      }
    }
  }

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["sns:Publish"]
    resources = [module.naming.arns["topic"]]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

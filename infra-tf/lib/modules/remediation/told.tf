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
  # People are asked once, and SNS gives up an address of https within minutes.
  redrive_policy = jsonencode({ deadLetterTargetArn = module.naming.arns["queue"] })

  depends_on = [aws_sqs_queue.dead]
}

locals {
  rule_arns = {
    for key in concat(["look"], keys(local.started), keys(local.told), keys(local.told_by_hoist)) : key => join("", [
      "arn:${var.context.partition}:events:${var.context.region}:${var.context.account_id}:rule/",
      # A rule of the default bus has no bus in its ARN.
      contains(keys(local.told_by_hoist), key) ? "${local.trail_bus}/" : "",
      module.naming.names["rule/${key}"],
    ])
  }

  own_services = {
    events     = { service = "events.amazonaws.com", sources = [for key in concat(keys(local.told), keys(local.told_by_hoist)) : local.rule_arns[key]] }
    cloudwatch = { service = "cloudwatch.amazonaws.com", sources = [module.naming.arns["alarm"]] }
  }
}

data "aws_iam_policy_document" "topic" {
  dynamic "statement" {
    for_each = local.own_services

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

# What a rule could not deliver within a day, and what who is on call did not take.
resource "aws_sqs_queue" "dead" {
  name                      = module.naming.names["queue"]
  kms_master_key_id         = var.kms_key_arn
  message_retention_seconds = 1209600
  policy                    = data.aws_iam_policy_document.queue.json
  tags                      = module.naming.named_tags["queue"]
}

data "aws_iam_policy_document" "queue" {
  statement {
    sid       = "RulesOfThisModule"
    actions   = ["sqs:SendMessage"]
    resources = [module.naming.arns["queue"]]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.context.account_id]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = values(local.rule_arns)
    }
  }

  statement {
    sid       = "TopicOfThisModule"
    actions   = ["sqs:SendMessage"]
    resources = [module.naming.arns["queue"]]

    principals {
      type        = "Service"
      identifiers = ["sns.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [module.naming.arns["topic"]]
    }
  }

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = [module.naming.arns["queue"]]

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

resource "aws_cloudwatch_metric_alarm" "dead" {
  alarm_name          = module.naming.names["alarm"]
  alarm_description   = "Something about drift reached nobody, and lies in the queue ${module.naming.names["queue"]}. What to do: ${var.runbook}#drift-that-is-put-back, remediation-dead."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = module.naming.names["queue"] }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this.arn]
  tags                = module.naming.named_tags["alarm"]
}

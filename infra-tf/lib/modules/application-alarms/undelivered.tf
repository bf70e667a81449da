# What a rule could not deliver within a day, and what who is on call did not take.
resource "aws_sqs_queue" "undelivered" {
  name                      = module.naming.names["queue"]
  sqs_managed_sse_enabled   = true
  message_retention_seconds = 1209600
  policy                    = data.aws_iam_policy_document.queue.json
  tags                      = module.naming.named_tags["queue"]
}

locals {
  givers = {
    Rules = { service = "events.amazonaws.com", sources = local.tellers.events.sources }
    Topic = { service = "sns.amazonaws.com", sources = [module.naming.arns["topic"]] }
  }
}

data "aws_iam_policy_document" "queue" {
  dynamic "statement" {
    for_each = local.givers

    content {
      sid       = "${statement.key}OfThisModule"
      actions   = ["sqs:SendMessage"]
      resources = [module.naming.arns["queue"]]

      principals {
        type        = "Service"
        identifiers = [statement.value.service]
      }

      condition {
        test     = "ArnEquals"
        variable = "aws:SourceArn"
        values   = statement.value.sources
      }
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

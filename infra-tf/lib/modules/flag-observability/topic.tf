resource "aws_sns_topic" "alarms" {
  for_each = toset(var.topic_arn == null ? ["alarms"] : [])

  name              = local.naming.names["topic/alarms"]
  kms_master_key_id = var.kms_key_arn
  policy            = data.aws_iam_policy_document.topic.json
  tags              = local.naming.named_tags["topic/alarms"]
}

data "aws_iam_policy_document" "topic" {
  statement {
    sid       = "AlarmsOfThisRegion"
    actions   = ["sns:Publish"]
    resources = [local.naming.arns["topic/alarms"]]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = [replace(local.naming.arns["alarm/unhealthy"], "-unhealthy-", "-*-")]
    }
  }

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["sns:Publish"]
    resources = [local.naming.arns["topic/alarms"]]

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

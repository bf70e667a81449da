resource "aws_sns_topic" "this" {
  for_each = local.topics

  name              = each.value.name
  kms_master_key_id = var.kms_key_arn
  policy            = data.aws_iam_policy_document.topic[each.key].json
  tags              = merge(local.tags, { Name = each.value.name })
}

# Who may publish is said by the publishers' own roles, all of this account.
data "aws_iam_policy_document" "topic" {
  for_each = local.topics

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["sns:Publish"]
    resources = [each.value.arn]

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

# A filter keeps away from a service what does not concern it. SNS takes 200 filters for a topic.
resource "aws_sns_topic_subscription" "this" {
  for_each = local.subscriptions

  topic_arn            = aws_sns_topic.this[each.value.topic].arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.this[each.value.queue_key].arn
  raw_message_delivery = each.value.rawMessageDelivery
  filter_policy        = each.value.filter
  filter_policy_scope  = "MessageAttributes"
  redrive_policy       = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead_letters[each.value.deadLetter].arn })
}

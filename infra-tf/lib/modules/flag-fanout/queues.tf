locals {
  # A queue takes what its own sources send it, and what roles of this account may send; over TLS. Written out and not by data
  # sources: for each of hundreds of queues, Terraform would evaluate all of those.
  policies = {
    for key, each in local.queues : key => jsonencode({
      Version = "2012-10-17"
      Statement = concat(
        [
          for service, arns in each.senders : {
            Sid       = "SentBy${title(split(".", service)[0])}"
            Effect    = "Allow"
            Principal = { Service = service }
            Action    = "sqs:SendMessage"
            Resource  = each.arn
            Condition = { ArnEquals = { "aws:SourceArn" = arns } }
          } if length(arns) > 0
        ],
        [{
          Sid       = "TlsOnly"
          Effect    = "Deny"
          Principal = { AWS = "*" }
          Action    = "sqs:*"
          Resource  = each.arn
          Condition = { Bool = { "aws:SecureTransport" = "false" } }
        }],
      )
    })
  }
}

resource "aws_sqs_queue" "dead_letters" {
  for_each = local.dead_letters

  name                      = each.value.name
  message_retention_seconds = each.value.retention_seconds
  sqs_managed_sse_enabled   = true
  policy                    = local.policies[each.key]
  redrive_allow_policy = length(local.gives_up_to[each.key]) == 0 ? null : jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = local.gives_up_to[each.key]
  })
  tags = merge(local.tags, { Name = each.value.name })
}

resource "aws_sqs_queue" "this" {
  for_each = local.received

  name                       = each.value.name
  visibility_timeout_seconds = each.value.visibility_seconds
  message_retention_seconds  = each.value.retention_seconds
  receive_wait_time_seconds  = 20
  sqs_managed_sse_enabled    = true
  policy                     = local.policies[each.key]
  # By reference: an ARN written out would not wait for the queue.
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters[each.value.dead_letter_key].arn
    maxReceiveCount     = each.value.receives
  })
  tags = merge(local.tags, { Name = each.value.name })
}

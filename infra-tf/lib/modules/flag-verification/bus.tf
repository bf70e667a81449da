resource "aws_cloudwatch_event_bus" "this" {
  for_each = module.plan.buses

  name               = each.value.name
  description        = "What happened to changes of flags, in this region."
  kms_key_identifier = var.kms_key_arn

  # What the key cannot encrypt or decrypt, being disabled or closed, reaches no rule: the dead letters of rules would not have it.
  dead_letter_config {
    arn = local.queue_arns[each.value.dead_letter]
  }

  tags = merge(local.tags, { Name = each.value.name })
}

# Who may put events is said by the roles of this account.
data "aws_iam_policy_document" "bus" {
  for_each = module.plan.buses

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["events:PutEvents"]
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

resource "aws_cloudwatch_event_bus_policy" "this" {
  for_each = module.plan.buses

  event_bus_name = aws_cloudwatch_event_bus.this[each.key].name
  policy         = data.aws_iam_policy_document.bus[each.key].json
}

locals {
  # What a rule needs of the bus: EventBridge knows it by its name, which is known before the bus is there.
  buses = { for bus in aws_cloudwatch_event_bus.this : bus.name => bus.name }
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = local.rules

  name           = each.value.name
  description    = "The rule ${each.key} of the plan."
  event_bus_name = local.buses[each.value.bus]
  event_pattern  = each.value.pattern
  tags           = merge(local.tags, { Name = each.value.name })
}

resource "aws_cloudwatch_event_target" "this" {
  for_each = local.rules

  rule           = aws_cloudwatch_event_rule.this[each.key].name
  event_bus_name = aws_cloudwatch_event_rule.this[each.key].event_bus_name
  target_id      = each.key
  arn            = each.value.queue != null ? local.queue_arns[each.value.queue] : aws_sfn_state_machine.this[each.value.workflow].arn
  # A queue takes what the rule sends by the queue's own policy.
  role_arn = each.value.queue != null ? null : aws_iam_role.rule[each.key].arn

  dead_letter_config {
    arn = local.queue_arns[each.value.dead_letter]
  }

  retry_policy {
    maximum_event_age_in_seconds = 86400
    maximum_retry_attempts       = 185
  }
}

# Guarded by where it happened: no event reaches a third bus.
resource "aws_cloudwatch_event_rule" "forward" {
  for_each = local.forwards

  name           = each.value.name
  description    = "Passes on what happened here (${each.key})."
  event_bus_name = local.buses[each.value.bus]
  event_pattern  = each.value.pattern
  tags           = merge(local.tags, { Name = each.value.name })
}

resource "aws_cloudwatch_event_target" "forward" {
  for_each = local.forwards

  rule           = aws_cloudwatch_event_rule.forward[each.key].name
  event_bus_name = aws_cloudwatch_event_rule.forward[each.key].event_bus_name
  target_id      = each.key
  arn            = each.value.to_bus_arn
  role_arn       = aws_iam_role.forwards["forwards"].arn

  dead_letter_config {
    arn = local.queue_arns[each.value.dead_letter]
  }

  retry_policy {
    maximum_event_age_in_seconds = 86400
    maximum_retry_attempts       = 185
  }
}

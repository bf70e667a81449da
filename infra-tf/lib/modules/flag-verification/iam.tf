locals {
  partition = var.context.partition
  account   = var.context.account_id
  region    = var.context.region

  # A single region has nobody to pass anything on to.
  passing_on = toset(length(local.forwards) > 0 ? ["forwards"] : [])

  # Who takes a role on, and for which of our resources: without the second another customer's could make use of it.
  callers = merge(
    { for key, workflow in local.workflows : "workflow/${key}" => { service = "states.amazonaws.com", sources = [workflow.arn] } },
    { for key, rule in local.starting : "rule/${key}" => { service = "events.amazonaws.com", sources = [rule.arn] } },
    # A pattern for the rules of each bus: named one by one, those of twelve regions may be more than the 2,048 characters that IAM takes.
    { for key in local.passing_on : key => { service = "events.amazonaws.com", sources = distinct([for forward in local.forwards : "${dirname(forward.arn)}/*"]) } },
    {
      schedules = { service = "scheduler.amazonaws.com", sources = ["arn:${local.partition}:scheduler:${local.region}:${local.account}:schedule-group/default"] }
    },
  )
}

data "aws_iam_policy_document" "assume" {
  for_each = local.callers

  statement {
    sid     = "ForResourcesOfThePlan"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = [each.value.service]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = each.value.sources
    }
  }
}

resource "aws_iam_role" "workflow" {
  for_each = local.workflows

  name                 = module.naming.names["role/workflow/${each.key}"]
  description          = "Calls the functions of the workflow ${each.key}."
  permissions_boundary = var.context.permissions_boundary_arn
  assume_role_policy   = data.aws_iam_policy_document.assume["workflow/${each.key}"].json
  tags                 = module.naming.named_tags["role/workflow/${each.key}"]
}

data "aws_iam_policy_document" "workflow" {
  for_each = local.workflows

  statement {
    sid       = "CallItsFunctions"
    actions   = ["lambda:InvokeFunction"]
    resources = [for function in values(each.value.functions) : local.live_arns[function]]
  }

  statement {
    sid = "DeliverItsLog"
    actions = [
      "logs:CreateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:DescribeLogGroups",
      "logs:DescribeResourcePolicies",
      "logs:GetLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:UpdateLogDelivery",
    ]
    # Deliveries of logs know no resource.
    resources = ["*"]
  }

  statement {
    sid     = "Trace"
    actions = ["xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments"]
    # These actions know no resource.
    resources = ["*"]
  }

  statement {
    sid       = "ReadItsEncryptedExecutions"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.kms_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:EncryptionContext:aws:states:stateMachineArn"
      values   = [each.value.arn]
    }
  }

  # An encrypted workflow's lines are encrypted on their way to the log too, with another context.
  statement {
    sid       = "EncryptItsLog"
    actions   = ["kms:GenerateDataKey"]
    resources = [var.kms_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:EncryptionContext:SourceArn"
      values   = ["arn:${local.partition}:logs:${local.region}:${local.account}:*"]
    }
  }
}

resource "aws_iam_role_policy" "workflow" {
  for_each = local.workflows

  name   = module.naming.names["policy/workflow/${each.key}"]
  role   = aws_iam_role.workflow[each.key].id
  policy = data.aws_iam_policy_document.workflow[each.key].json
}

resource "aws_iam_role" "rule" {
  for_each = local.starting

  name                 = module.naming.names["role/rule/${each.key}"]
  description          = "Starts the workflow ${each.value.workflow}."
  permissions_boundary = var.context.permissions_boundary_arn
  assume_role_policy   = data.aws_iam_policy_document.assume["rule/${each.key}"].json
  tags                 = module.naming.named_tags["role/rule/${each.key}"]
}

data "aws_iam_policy_document" "rule" {
  for_each = local.starting

  statement {
    sid       = "StartItsWorkflow"
    actions   = ["states:StartExecution"]
    resources = [local.workflows[each.value.workflow].arn]
  }
}

resource "aws_iam_role_policy" "rule" {
  for_each = local.starting

  name   = module.naming.names["policy/rule/${each.key}"]
  role   = aws_iam_role.rule[each.key].id
  policy = data.aws_iam_policy_document.rule[each.key].json
}

resource "aws_iam_role" "forwards" {
  for_each = local.passing_on

  name                 = module.naming.names["role/forwards"]
  description          = "Passes events on to the buses of other regions."
  permissions_boundary = var.context.permissions_boundary_arn
  assume_role_policy   = data.aws_iam_policy_document.assume["forwards"].json
  tags                 = module.naming.named_tags["role/forwards"]
}

data "aws_iam_policy_document" "forwards" {
  for_each = local.passing_on

  statement {
    sid       = "PassOnToTheseBuses"
    actions   = ["events:PutEvents"]
    resources = distinct([for forward in local.forwards : forward.to_bus_arn])
  }
}

resource "aws_iam_role_policy" "forwards" {
  for_each = local.passing_on

  name   = module.naming.names["policy/forwards"]
  role   = aws_iam_role.forwards[each.key].id
  policy = data.aws_iam_policy_document.forwards[each.key].json
}

resource "aws_iam_role" "schedules" {
  name                 = module.naming.names["role/schedules"]
  description          = "Calls what the plan has on a schedule."
  permissions_boundary = var.context.permissions_boundary_arn
  assume_role_policy   = data.aws_iam_policy_document.assume["schedules"].json
  tags                 = module.naming.named_tags["role/schedules"]
}

data "aws_iam_policy_document" "schedules" {
  statement {
    sid       = "CallWhatIsScheduled"
    actions   = ["lambda:InvokeFunction"]
    resources = distinct([for schedule in local.schedules : local.live_arns[schedule.function] if schedule.function != null])
  }

  statement {
    sid       = "PublishWhatIsScheduled"
    actions   = ["sns:Publish"]
    resources = distinct([for schedule in local.schedules : schedule.topic_arn if schedule.topic_arn != null])
  }

  statement {
    sid       = "EncryptForTheTopic"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.kms_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["sns.${local.region}.amazonaws.com"]
    }
  }

  statement {
    sid       = "KeepWhatCouldNotBeCalled"
    actions   = ["sqs:SendMessage"]
    resources = distinct([for schedule in local.schedules : module.plan.queues[schedule.dead_letter].arn])
  }

  statement {
    sid       = "ReadEncryptedSchedules"
    actions   = ["kms:Decrypt"]
    resources = [var.kms_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["scheduler.${local.region}.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "schedules" {
  name   = module.naming.names["policy/schedules"]
  role   = aws_iam_role.schedules.id
  policy = data.aws_iam_policy_document.schedules.json
}

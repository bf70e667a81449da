locals {
  partition = var.context.partition
  account   = var.context.account_id
  region    = var.context.region

  # Who takes a role on, and for which of our resources: without the second another customer's could make use of it.
  callers = {
    workflow = { service = "states.amazonaws.com", sources = [module.naming.arns["workflow"]] }
    rule     = { service = "events.amazonaws.com", sources = [for key in ["look", "approved"] : local.rule_arns[key]] }
  }
}

data "aws_iam_policy_document" "assume" {
  for_each = local.callers

  statement {
    sid     = "ForResourcesOfThisModule"
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
  name                 = module.naming.names["role/workflow"]
  description          = "Starts the builds that put drift back, and tells who is on call."
  permissions_boundary = var.context.permissions_boundary_arn
  assume_role_policy   = data.aws_iam_policy_document.assume["workflow"].json
  tags                 = module.naming.named_tags["role/workflow"]
}

data "aws_iam_policy_document" "workflow" {
  statement {
    sid       = "RunItsBuilds"
    actions   = ["codebuild:BatchGetBuilds", "codebuild:StartBuild", "codebuild:StopBuild"]
    resources = [module.runner.project_arn]
  }

  # How Step Functions learns that a build has ended: by a rule of its own, whose name AWS gives.
  statement {
    sid       = "HearOfTheirEnd"
    actions   = ["events:DescribeRule", "events:PutRule", "events:PutTargets"]
    resources = ["arn:${local.partition}:events:${local.region}:${local.account}:rule/StepFunctionsGetEventForCodeBuildStartBuildRule"]
  }

  statement {
    sid       = "TellWhoIsOnCall"
    actions   = ["sns:Publish"]
    resources = [module.naming.arns["topic"]]
  }

  statement {
    sid       = "NoteAndReadWhatWasAsked"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${local.bucket_arn}/asked"]
  }

  # Without it S3 says of an object that is not there that it is forbidden.
  statement {
    sid       = "SeeThatNothingWasAsked"
    actions   = ["s3:ListBucket"]
    resources = [local.bucket_arn]
  }

  # An execution that applies has a name, and EventBridge can give none.
  statement {
    sid       = "TakeOnAnApproval"
    actions   = ["states:StartExecution"]
    resources = [module.naming.arns["workflow"]]
  }

  statement {
    sid       = "EncryptForTopicAndBucket"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.kms_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${local.region}.amazonaws.com", "sns.${local.region}.amazonaws.com"]
    }
  }

  statement {
    sid       = "ReadItsEncryptedExecutions"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.kms_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:EncryptionContext:aws:states:stateMachineArn"
      values   = [module.naming.arns["workflow"]]
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
}

resource "aws_iam_role_policy" "workflow" {
  name   = module.naming.names["policy/workflow"]
  role   = aws_iam_role.workflow.id
  policy = data.aws_iam_policy_document.workflow.json
}

resource "aws_iam_role" "rule" {
  name                 = module.naming.names["role/rule"]
  description          = "Starts the workflow that puts drift back."
  permissions_boundary = var.context.permissions_boundary_arn
  assume_role_policy   = data.aws_iam_policy_document.assume["rule"].json
  tags                 = module.naming.named_tags["role/rule"]
}

data "aws_iam_policy_document" "rule" {
  statement {
    sid       = "StartTheWorkflow"
    actions   = ["states:StartExecution"]
    resources = [module.naming.arns["workflow"]]
  }
}

resource "aws_iam_role_policy" "rule" {
  name   = module.naming.names["policy/rule"]
  role   = aws_iam_role.rule.id
  policy = data.aws_iam_policy_document.rule.json
}

locals {
  plans_arn = module.plans.arn
}

# A plan holds what resources hold.
module "plans" {
  source = "../bucket"

  context                      = var.context
  purpose                      = "remediation-${var.stack}"
  key                          = { arn = var.kms_key_arn }
  expire_noncurrent_after_days = var.retention_days
  access_log                   = { bucket = module.access_logs.name, prefix = "remediation/" }
  policy_documents             = [data.aws_iam_policy_document.approvals.json]
}

module "access_logs" {
  source = "../bucket"

  context                      = var.context
  purpose                      = "remediation-${var.stack}-logs"
  expire_after_days            = var.retention_days
  expire_noncurrent_after_days = 30
  access_log_sources           = [local.plans_arn]
}

# Rule 18, with S3 instead of DynamoDB: everybody writes below their own user id and nowhere else, so the place says who it was. That
# holds for administrators too.
data "aws_iam_policy_document" "approvals" {
  statement {
    sid           = "ApproveInOwnNameOnly"
    effect        = "Deny"
    actions       = ["s3:PutObject", "s3:ReplicateObject"]
    not_resources = concat(local.written_by_builds, ["${local.bucket_arn}/approvals/$${aws:userid}/*", "${local.bucket_arn}/asked"])

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }

  statement {
    sid       = "PlansComeFromBuilds"
    effect    = "Deny"
    actions   = ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject", "s3:ReplicateObject"]
    resources = local.written_by_builds

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = [module.runner.role_arn]
    }
  }

  # Else somebody keeps a plan from people.
  statement {
    sid       = "AskedIsNotedByTheWorkflow"
    effect    = "Deny"
    actions   = ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject", "s3:ReplicateObject"]
    resources = ["${local.bucket_arn}/asked"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = [module.naming.arns["role/workflow"]]
    }
  }
}

# Computed from the name, because the bucket's own policy is made of it.
module "plans_name" {
  source    = "../naming"
  context   = var.context
  resources = { plans = { type = "bucket", qualifier = "remediation-${var.stack}" } }
}

locals {
  bucket_arn = module.plans_name.arns["plans"]
  # By remediate.sh: what hoist keeps, what the last plan found, and what the last build said.
  written_by_builds = [for key in ["plans/*", "report.txt", "build.txt"] : "${local.bucket_arn}/${key}"]
}

data "aws_iam_policy_document" "plans" {
  statement {
    sid       = "KeepPlansAndReports"
    actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
    resources = local.written_by_builds
  }

  statement {
    sid       = "ReadApprovalsAndWhatWasAsked"
    actions   = ["s3:GetObject"]
    resources = ["${local.bucket_arn}/approvals/*", "${local.bucket_arn}/asked"]
  }

  statement {
    sid       = "ListPlansAndApprovals"
    actions   = ["s3:ListBucket"]
    resources = [local.bucket_arn]
  }
}

data "aws_iam_policy_document" "trail" {
  count = var.trail == null ? 0 : 1

  statement {
    sid       = "TellTheTrail"
    actions   = ["events:PutEvents"]
    resources = [var.trail.bus_arn]

    condition {
      test     = "StringEquals"
      variable = "events:source"
      values   = ["flaghoist"]
    }

    condition {
      test     = "StringEquals"
      variable = "events:detail-type"
      values   = ["DriftDetected", "DriftRemediated", "RemediationRefused"]
    }
  }
}

# An approval that is put down starts the apply.
resource "aws_s3_bucket_notification" "approvals" {
  bucket      = module.plans.name
  eventbridge = true
}

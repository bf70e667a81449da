# What a run over the application stack calls on an emulator (which checks no permissions), what the types call that the
# emulator cannot create, and what those of the flags' stacks call. Another stack that needs more has resources that are told as
# unread, with the action's name.
data "aws_iam_policy_document" "read" {
  statement {
    sid     = "ReadStates"
    actions = ["s3:GetObject"]
    # States and no other object. Which of them, says the policy of their bucket, which denies this role all others.
    resources = ["arn:${var.context.partition}:s3:::*/terraform.tfstate"]
  }

  # What is deployed is compared by what the bucket says of each zip, and S3 says that to whoever may get it.
  statement {
    sid       = "ReadWhatIsDeployed"
    actions   = ["s3:GetObject"]
    resources = ["arn:${var.context.partition}:s3:::*/functions/*.zip"]
  }

  # Settings that are encrypted are shown to whoever may decrypt them, through the service that keeps them, and to others as if
  # they were not there. Tables, queues, topics and secrets are none of these services.
  statement {
    sid       = "ReadEncryptedSettings"
    actions   = ["kms:Decrypt"]
    resources = ["arn:${var.context.partition}:kms:*:${var.context.account_id}:key/*"]

    condition {
      test     = "StringLike"
      variable = "kms:ViaService"
      values   = [for service in ["lambda", "s3", "scheduler", "states"] : "${service}.*.amazonaws.com"]
    }
  }

  statement {
    sid       = "TakeItselfOn"
    actions   = ["sts:AssumeRole"]
    resources = [local.role_arn]
  }

  statement {
    sid     = "ReadSettings"
    actions = module.governance.reading_actions
    # Most of these actions know no resource, and drift is looked for in all that the state has.
    resources = ["*"]
  }
}

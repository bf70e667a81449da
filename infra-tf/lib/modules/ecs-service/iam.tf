# Only tasks of this account and region may take the roles on: without the conditions another customer's task could be made
# to use them through the service.
data "aws_iam_policy_document" "assume" {
  statement {
    sid     = "TasksOfThisAccount"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.context.account_id]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${var.context.partition}:ecs:${var.context.region}:${var.context.account_id}:*"]
    }
  }
}

# What ECS does on the task's behalf, before the container runs.
resource "aws_iam_role" "execution" {
  name                 = module.naming.names["execution_role"]
  description          = "Pulls the image, writes logs and reads secrets for tasks that start."
  permissions_boundary = var.context.permissions_boundary_arn
  assume_role_policy   = data.aws_iam_policy_document.assume.json
  tags                 = module.naming.named_tags["execution_role"]
}

resource "aws_iam_role_policy" "execution" {
  name   = module.naming.names["execution_policy"]
  role   = aws_iam_role.execution.id
  policy = data.aws_iam_policy_document.execution.json
}

data "aws_iam_policy_document" "execution" {
  statement {
    sid     = "SignInToRegistry"
    actions = ["ecr:GetAuthorizationToken"]
    # The action knows no resource; what the token may pull is decided by the next statement.
    resources = ["*"]
  }

  statement {
    sid = "PullImage"
    actions = [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:GetDownloadUrlForLayer",
    ]
    resources = distinct(concat([local.image_repository_arn], [for name in sort(keys(var.sidecars)) : var.sidecars[name].repository_arn]))
  }

  statement {
    sid       = "WriteLogs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${local.log_group_arn}:log-stream:*"]
  }

  dynamic "statement" {
    for_each = length(var.secrets) > 0 ? [local.secret_arns] : []

    content {
      sid       = "ReadSecrets"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = statement.value
    }
  }

  dynamic "statement" {
    for_each = length(var.secrets) > 0 ? [distinct(concat([var.kms_key_arn], var.secret_kms_key_arns))] : []

    content {
      sid       = "DecryptSecrets"
      actions   = ["kms:Decrypt"]
      resources = statement.value

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["secretsmanager.${var.context.region}.amazonaws.com"]
      }
    }
  }
}

# What the application does itself.
resource "aws_iam_role" "task" {
  name                 = module.naming.names["task_role"]
  description          = "What the application in the container may do."
  permissions_boundary = var.context.permissions_boundary_arn
  assume_role_policy   = data.aws_iam_policy_document.assume.json
  tags                 = module.naming.named_tags["task_role"]
}

resource "aws_iam_role_policy" "task" {
  count = var.database.user == null && length(var.task_permissions) == 0 ? 0 : 1

  name   = module.naming.names["task_policy"]
  role   = aws_iam_role.task.id
  policy = data.aws_iam_policy_document.task.json
}

data "aws_iam_policy_document" "task" {
  dynamic "statement" {
    for_each = var.database.user == null ? [] : [var.database.user]

    content {
      sid       = "SignInToDatabase"
      actions   = ["rds-db:connect"]
      resources = ["arn:${var.context.partition}:rds-db:${var.context.region}:${var.context.account_id}:dbuser:${var.database.resource_id}/${statement.value}"]
    }
  }

  dynamic "statement" {
    for_each = var.task_permissions

    content {
      sid       = statement.key
      actions   = statement.value.actions
      resources = statement.value.resources

      dynamic "condition" {
        for_each = statement.value.via_service == null ? [] : [statement.value.via_service]

        content {
          test     = "StringEquals"
          variable = "kms:ViaService"
          values   = ["${condition.value}.${var.context.region}.amazonaws.com"]
        }
      }
    }
  }
}

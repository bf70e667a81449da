# Lambda names neither account nor function when it takes a role on; only this account can hand it one of its roles.
data "aws_iam_policy_document" "assume" {
  statement {
    sid     = "FunctionsOfThisAccount"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "this" {
  name                 = local.function.role_name
  description          = "What ${var.function} may do, and nobody else."
  permissions_boundary = var.context.permissions_boundary_arn
  assume_role_policy   = data.aws_iam_policy_document.assume.json
  tags                 = module.naming.named_tags["role"]
}

resource "aws_iam_role_policy" "this" {
  name   = module.naming.names["policy"]
  role   = aws_iam_role.this.id
  policy = data.aws_iam_policy_document.this.json

  lifecycle {
    precondition {
      condition     = length(local.unresolved) == 0
      error_message = "${var.function} may do something with what nothing names: ${join(", ", local.unresolved)}. Put their ARNs into resources, or [] where there are none."
    }

    precondition {
      condition     = length(jsonencode(jsondecode(data.aws_iam_policy_document.this.json))) <= 10240
      error_message = "The policy of ${var.function} is longer than the 10,240 characters that IAM takes for a role: its cell has too many services. Make more cells."
    }
  }
}

locals {
  # A word of the plan that is no ARN is the caller's to fill; an empty list says that there is none here.
  words      = distinct([for resource in flatten(local.function.statements[*].resources) : resource if !startswith(resource, "arn:") && resource != "*"])
  unresolved = [for word in local.words : word if !contains(keys(var.resources), word)]
  statements = [
    for statement in local.function.statements : merge(statement, {
      resources = flatten([for resource in statement.resources : contains(local.words, resource) ? lookup(var.resources, resource, []) : [resource]])
    })
  ]

  # Topics are encrypted, each with the key of its own region: whoever publishes there needs a data key from it.
  topic_arns    = flatten([for statement in local.statements : statement.resources if contains(statement.actions, "sns:Publish")])
  topic_regions = distinct([for arn in local.topic_arns : split(":", arn)[3]])
  key_parts     = split(":", var.kms_key_arn)

  # Tables of another account are encrypted with a key of that account.
  foreign_tables = [
    for parts in [for arn in distinct(flatten(local.statements[*].resources)) : split(":", arn) if startswith(arn, "arn:${var.context.partition}:dynamodb:")] :
    { region = parts[3], account_id = parts[4] } if parts[4] != var.context.account_id
  ]
}

data "aws_iam_policy_document" "this" {
  dynamic "statement" {
    for_each = [for statement in local.statements : statement if length(statement.resources) > 0]

    content {
      sid       = statement.value.sid
      actions   = statement.value.actions
      resources = statement.value.resources

      # ForAllValues alone is true of a request without keys.
      dynamic "condition" {
        for_each = length(statement.value.keys) == 0 ? {} : {
          "ForAllValues:StringLike" = statement.value.keys
          "Null"                    = ["false"]
        }

        content {
          test     = condition.key
          variable = "dynamodb:LeadingKeys"
          values   = condition.value
        }
      }
    }
  }

  dynamic "statement" {
    for_each = local.function.streams

    content {
      sid       = "ReadTheStreamOf${title(statement.key)}"
      actions   = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]
      resources = [lookup(var.stream_arns, statement.key, "arn:missing")]
    }
  }

  dynamic "statement" {
    for_each = length(local.function.streams) == 0 ? [] : [keys(local.function.streams)]

    content {
      sid       = "FindStreams"
      actions   = ["dynamodb:ListStreams"]
      resources = [for table in statement.value : "${module.plan.tables[table].arn}/stream/*"]
    }
  }

  statement {
    sid       = "WriteLogs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${local.function.log_group_arn}:log-stream:*"]
  }

  statement {
    sid     = "Trace"
    actions = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
    # These actions know no resource.
    resources = ["*"]
  }

  statement {
    sid       = "ReadEncryptedTables"
    actions   = ["kms:Decrypt"]
    resources = [var.kms_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["dynamodb.${var.context.region}.amazonaws.com"]
    }
  }

  # Lambda makes a grant for the role when the function is configured. It is for that role alone: one that was removed and made anew under
  # the same name has none, and no environment of the function would start.
  statement {
    sid       = "ReadItsVariables"
    actions   = ["kms:Decrypt"]
    resources = [var.kms_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:EncryptionContext:aws:lambda:FunctionArn"
      values   = [local.function.arn]
    }
  }

  # Which key it is, that key's own policy says: it lets this role in by name, and no other key of the account does.
  dynamic "statement" {
    for_each = length(local.foreign_tables) == 0 ? [] : [distinct(local.foreign_tables)]

    content {
      sid       = "ReadEncryptedTablesOfOthers"
      actions   = ["kms:Decrypt"]
      resources = [for table in statement.value : "arn:${var.context.partition}:kms:${table.region}:${table.account_id}:key/*"]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = distinct([for table in statement.value : "dynamodb.${table.region}.amazonaws.com"])
      }
    }
  }

  dynamic "statement" {
    for_each = length(local.topic_regions) == 0 ? [] : [local.topic_regions]

    content {
      sid       = "EncryptForTopics"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [for region in statement.value : "arn:${var.context.partition}:kms:${region}:${local.key_parts[4]}:${local.key_parts[5]}"]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = [for region in statement.value : "sns.${region}.amazonaws.com"]
      }
    }
  }

  dynamic "statement" {
    for_each = local.network

    content {
      sid     = "HaveInterfaces"
      actions = ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces"]
      # The interfaces do not exist yet, and describing knows no resource.
      resources = ["*"]
    }
  }

  # Lambda makes the interfaces, with this role, before the code runs; the code has no business with them.
  dynamic "statement" {
    for_each = local.network

    content {
      sid       = "ButNotByItsCode"
      effect    = "Deny"
      actions   = ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces"]
      resources = ["*"]

      condition {
        test     = "ArnEquals"
        variable = "lambda:SourceFunctionArn"
        values   = [local.function.arn]
      }
    }
  }
}

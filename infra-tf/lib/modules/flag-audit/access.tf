locals {
  # What comes by HTTP, and from whom. A function's are those of its own policy; whoever audits searches, and nothing else.
  callers = merge(
    {
      for key, function in local.functions : replace(title(replace(key, "/[.-]/", " ")), " ", "") => {
        role_arn = function.role_arn
        statements = [
          for statement in function.statements : { actions = statement.actions, resources = statement.resources }
          if alltrue([for action in statement.actions : startswith(action, "es:")])
        ]
      }
    },
    {
      for name, arn in var.reader_role_arns : "Reader${title(name)}" => {
        role_arn   = arn
        statements = [{ actions = ["es:ESHttpGet", "es:ESHttpPost"], resources = ["${local.domain.arn}/${local.domain.stream}/_search"] }]
      }
    },
  )

  allowed = merge([
    for name, caller in local.callers : {
      for index, statement in caller.statements : "${name}${index + 1}" => merge(statement, { role_arn = caller.role_arn })
    }
  ]...)

  # What OpenSearch's rights cannot tell apart, paths do: by its own name an index behind a stream takes more than creations.
  paths = { for name, caller in local.callers : name => { role_arn = caller.role_arn, resources = distinct(flatten(caller.statements[*].resources)) } }
}

data "aws_iam_policy_document" "access" {
  # The principal is the account, the condition the role: a role named as principal must exist, and would be forgotten when it is
  # made anew.
  dynamic "statement" {
    for_each = local.allowed

    content {
      sid       = "Allow${statement.key}"
      actions   = statement.value.actions
      resources = statement.value.resources

      principals {
        type        = "AWS"
        identifiers = ["arn:${var.context.partition}:iam::${var.context.account_id}:root"]
      }

      condition {
        test     = "ArnEquals"
        variable = "aws:PrincipalArn"
        values   = [statement.value.role_arn]
      }
    }
  }

  # Nor by a policy of his own: an administrator of the account has no right here.
  statement {
    sid       = "NobodyElse"
    effect    = "Deny"
    actions   = ["es:ESHttp*"]
    resources = ["${local.domain.arn}/*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "ArnNotEquals"
      variable = "aws:PrincipalArn"
      values   = sort([for caller in local.callers : caller.role_arn])
    }
  }

  dynamic "statement" {
    for_each = local.paths

    content {
      sid           = "OnlyThere${statement.key}"
      effect        = "Deny"
      actions       = ["es:ESHttp*"]
      not_resources = statement.value.resources

      principals {
        type        = "AWS"
        identifiers = ["*"]
      }

      condition {
        test     = "ArnEquals"
        variable = "aws:PrincipalArn"
        values   = [statement.value.role_arn]
      }
    }
  }

  statement {
    sid       = "NothingIsDeleted"
    effect    = "Deny"
    actions   = ["es:ESHttpDelete", "es:ESHttpPatch"]
    resources = ["${local.domain.arn}/*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
}

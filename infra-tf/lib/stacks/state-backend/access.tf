# Who may touch which state. All states of an environment lie below the number of its account, which AWS knows of each caller
# and no caller can choose: one statement holds for all environments, however many there are. Roles are known by their names: a
# role named as principal must exist before the policy, and is forgotten when it is made anew.
locals {
  # Computed, so that the plan shows whom the policies let in, and how long they are.
  lock_table_arn = "arn:${var.context.partition}:dynamodb:${var.context.region}:${var.context.account_id}:table/${module.naming.names["locks"]}"

  by_name       = { for environment in local.environments : environment.name => environment }
  sids          = { for name in keys(local.by_name) : name => join("", [for word in split("-", name) : title(word)]) }
  account_roots = [for environment in local.environments : "arn:${var.context.partition}:iam::${environment.account}:root"]
  role_arns     = { for name, environment in local.by_name : name => "arn:${var.context.partition}:iam::${environment.account}:role/${var.deployment_role_name}" }

  # In any account: which ones are let in is said by the principals of what is allowed.
  deployment_roles = ["arn:${var.context.partition}:iam::*:role/${var.deployment_role_name}"]
  state_roles      = concat(local.deployment_roles, local.reader_roles)

  # `init` runs in the workspace `default`: it cannot make the second workspace of a stack, because it then asks which of those
  # that exist is meant. There it looks for a state, must be told that there is none, and S3 tells so only to who may read it.
  default_state_arns = [for key in var.stack_state_keys : "${module.states.arn}/${key}"]

  # A lock on a state is the object <key>.tflock beside it, so the prefix holds it too.
  callers_states = "${module.states.arn}/$${aws:PrincipalAccount}/*"
  callers_locks  = "${module.states.name}/$${aws:PrincipalAccount}/*"

  upstream_state_arns = { for name, environment in local.by_name : name => [
    for key in environment.upstream == null ? [] : var.shared_state_keys : "${module.states.arn}/${local.by_name[environment.upstream].account}/${environment.upstream}/${key}"
  ] }

  # Who is upstream of whom is known to the list of environments alone, so this is the one that grows with it.
  upstream_statements = [for name, arns in local.upstream_state_arns : {
    Sid       = "${local.sids[name]}ReadsUpstream"
    Effect    = "Allow"
    Principal = { AWS = "arn:${var.context.partition}:iam::${local.by_name[name].account}:root" }
    Action    = "s3:GetObject"
    Resource  = arns
    Condition = { ArnLike = { "aws:PrincipalArn" = local.state_roles } }
  } if length(arns) > 0]

  state_statements = concat([
    {
      # Listing is not held to a prefix: only who may list the bucket is told that a state does not exist yet, all others get
      # "access denied", and the first deployment fails. It shows accounts and the names of workspaces and stacks, nothing more.
      Sid       = "ReadOwnStates"
      Effect    = "Allow"
      Principal = { AWS = local.account_roots }
      Action    = ["s3:GetObject", "s3:ListBucket"]
      Resource  = concat([module.states.arn, local.callers_states], local.default_state_arns)
      Condition = { ArnLike = { "aws:PrincipalArn" = local.state_roles } }
    },
    {
      Sid       = "KeepOwnStates"
      Effect    = "Allow"
      Principal = { AWS = local.account_roots }
      Action    = ["s3:DeleteObject", "s3:PutObject"]
      Resource  = [local.callers_states]
      Condition = { ArnLike = { "aws:PrincipalArn" = local.deployment_roles } }
    },
    # In the bucket's own account an IAM policy could allow more than stands here; the denials hold against it.
    {
      # Whoever may change the bucket's policy has all states in the end.
      Sid       = "LeaveTheBucketAlone"
      Effect    = "Deny"
      Principal = { AWS = "*" }
      NotAction = ["s3:ListBucket"]
      Resource  = [module.states.arn]
      Condition = { ArnLike = { "aws:PrincipalArn" = local.state_roles } }
    },
    {
      Sid         = "ChangeNoOthers"
      Effect      = "Deny"
      Principal   = { AWS = "*" }
      NotAction   = ["s3:GetObject", "s3:ListBucket"]
      NotResource = [module.states.arn, local.callers_states]
      Condition   = { ArnLike = { "aws:PrincipalArn" = local.state_roles } }
    },
    {
      Sid       = "ReadNoOthers"
      Effect    = "Deny"
      Principal = { AWS = "*" }
      Action    = ["s3:GetObject*"]
      NotResource = concat([local.callers_states], local.default_state_arns, flatten([
        for name, arns in local.upstream_state_arns : arns if local.by_name[name].account == var.context.account_id
      ]))
      Condition = {
        ArnLike      = { "aws:PrincipalArn" = local.state_roles }
        StringEquals = { "aws:PrincipalAccount" = var.context.account_id }
      }
    },
  ], local.upstream_statements)

  lock_statements = [
    {
      Sid       = "LockOwnStates"
      Effect    = "Allow"
      Principal = { AWS = local.account_roots }
      Action    = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"]
      Resource  = local.lock_table_arn
      Condition = {
        ArnLike                   = { "aws:PrincipalArn" = local.deployment_roles }
        "ForAllValues:StringLike" = { "dynamodb:LeadingKeys" = [local.callers_locks] }
      }
    },
    {
      Sid       = "LockNoOthers"
      Effect    = "Deny"
      Principal = { AWS = "*" }
      Action    = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
      Resource  = local.lock_table_arn
      Condition = {
        ArnLike                     = { "aws:PrincipalArn" = local.deployment_roles }
        "ForAnyValue:StringNotLike" = { "dynamodb:LeadingKeys" = [local.callers_locks] }
      }
    },
    {
      # Ways around the key: many items at once, statements, and the table with its policy.
      Sid       = "LeaveTheTableAlone"
      Effect    = "Deny"
      Principal = { AWS = "*" }
      Action = [
        "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:DeleteResourcePolicy", "dynamodb:DeleteTable",
        "dynamodb:PartiQLDelete", "dynamodb:PartiQLInsert", "dynamodb:PartiQLSelect", "dynamodb:PartiQLUpdate",
        "dynamodb:PutResourcePolicy", "dynamodb:Query", "dynamodb:Scan", "dynamodb:UpdateContinuousBackups",
        "dynamodb:UpdateTable", "dynamodb:UpdateTimeToLive",
      ]
      Resource  = local.lock_table_arn
      Condition = { ArnLike = { "aws:PrincipalArn" = local.deployment_roles } }
    },
  ]

  # What the role itself needs, in its own account: across accounts, both sides must allow.
  role_statements = { for name in keys(local.by_name) : name => [
    {
      Sid      = "ListStates"
      Effect   = "Allow"
      Action   = "s3:ListBucket"
      Resource = module.states.arn
    },
    {
      Sid      = "KeepOwnStates"
      Effect   = "Allow"
      Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
      Resource = "${module.states.arn}/${local.by_name[name].account}/*"
    },
    {
      Sid      = "LookForDefaultStates"
      Effect   = "Allow"
      Action   = "s3:GetObject"
      Resource = local.default_state_arns
    },
    {
      Sid      = "ReadUpstreamOutputs"
      Effect   = "Allow"
      Action   = "s3:GetObject"
      Resource = local.upstream_state_arns[name]
    },
    {
      Sid       = "LockOwnStates"
      Effect    = "Allow"
      Action    = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"]
      Resource  = local.lock_table_arn
      Condition = { "ForAllValues:StringLike" = { "dynamodb:LeadingKeys" = ["${module.states.name}/${local.by_name[name].account}/*"] } }
    },
    {
      Sid       = "UseKeyOfLocks"
      Effect    = "Allow"
      Action    = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
      Resource  = module.locks_key.key_arn
      Condition = { StringEquals = { "kms:ViaService" = "dynamodb.${var.context.region}.amazonaws.com" } }
    },
  ] }
}

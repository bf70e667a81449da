# Who may touch which state. The principal of each statement is the environment's account and its condition the deployment
# role: a role named as principal must exist before the policy, and is forgotten when it is made anew.
locals {
  # Computed, so that the plan shows whom the policies let in, and how long they are.
  lock_table_arn = "arn:${var.context.partition}:dynamodb:${var.context.region}:${var.context.account_id}:table/${module.naming.names["locks"]}"

  by_name   = { for environment in local.environments : environment.name => environment }
  sids      = { for name in keys(local.by_name) : name => join("", [for word in split("-", name) : title(word)]) }
  accounts  = { for name, environment in local.by_name : name => "arn:${var.context.partition}:iam::${environment.account}:root" }
  role_arns = { for name, environment in local.by_name : name => "arn:${var.context.partition}:iam::${environment.account}:role/${var.deployment_role_name}" }

  # The second pattern is for stacks with one state per region, whose workspaces read <environment>-<region>.
  prefixes = { for name in keys(local.by_name) : name => ["env:/${name}/*", "env:/${name}-*/*"] }

  # A lock on a state is the object <key>.tflock beside it, so the prefix holds it too.
  own_state_arns = { for name, prefixes in local.prefixes : name => [for prefix in prefixes : "${module.states.arn}/${prefix}"] }
  upstream_state_arns = { for name, environment in local.by_name : name => [
    for key in environment.upstream == null ? [] : var.shared_state_keys : "${module.states.arn}/env:/${environment.upstream}/${key}"
  ] }
  # `init` runs in the workspace `default`: it cannot make the second workspace of a stack, because it then asks which of those
  # that exist is meant. There it looks for a state, must be told that there is none, and S3 tells so only to who may read it.
  default_state_arns = [for key in var.stack_state_keys : "${module.states.arn}/${key}"]
  readable_arns      = { for name, arns in local.upstream_state_arns : name => concat(local.default_state_arns, arns) }
  lock_ids           = { for name, prefixes in local.prefixes : name => [for prefix in prefixes : "${module.states.name}/${prefix}"] }

  state_statements = flatten([for name in keys(local.by_name) : [
    {
      # Not held to a prefix: only who may list the bucket is told that a state does not exist yet, all others get "access
      # denied", and the first deployment fails. It shows the names of workspaces and stacks, nothing more.
      Sid       = "${local.sids[name]}ListsStates"
      Effect    = "Allow"
      Principal = { AWS = local.accounts[name] }
      Action    = "s3:ListBucket"
      Resource  = module.states.arn
      Condition = { ArnEquals = { "aws:PrincipalArn" = local.role_arns[name] } }
    },
    {
      Sid       = "${local.sids[name]}KeepsOwnStates"
      Effect    = "Allow"
      Principal = { AWS = local.accounts[name] }
      Action    = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
      Resource  = local.own_state_arns[name]
      Condition = { ArnEquals = { "aws:PrincipalArn" = local.role_arns[name] } }
    },
    {
      Sid       = "${local.sids[name]}LooksForDefaultStates"
      Effect    = "Allow"
      Principal = { AWS = local.accounts[name] }
      Action    = "s3:GetObject"
      Resource  = local.default_state_arns
      Condition = { ArnEquals = { "aws:PrincipalArn" = local.role_arns[name] } }
    },
    [for arns in [local.upstream_state_arns[name]] : {
      Sid       = "${local.sids[name]}ReadsUpstreamOutputs"
      Effect    = "Allow"
      Principal = { AWS = local.accounts[name] }
      Action    = "s3:GetObject"
      Resource  = arns
      Condition = { ArnEquals = { "aws:PrincipalArn" = local.role_arns[name] } }
    } if length(arns) > 0],
    {
      # An IAM policy of the bucket's own account could allow more; this holds against it.
      Sid         = "${local.sids[name]}StaysInOwnStates"
      Effect      = "Deny"
      Principal   = { AWS = "*" }
      Action      = "s3:*"
      NotResource = concat([module.states.arn], local.own_state_arns[name], local.readable_arns[name])
      Condition   = { ArnEquals = { "aws:PrincipalArn" = local.role_arns[name] } }
    },
    {
      # Whoever may change the bucket's policy, in the bucket's own account, has all states in the end.
      Sid       = "${local.sids[name]}LeavesTheBucketAlone"
      Effect    = "Deny"
      Principal = { AWS = "*" }
      NotAction = "s3:ListBucket"
      Resource  = [module.states.arn]
      Condition = { ArnEquals = { "aws:PrincipalArn" = local.role_arns[name] } }
    },
    {
      Sid       = "${local.sids[name]}OnlyReadsOthers"
      Effect    = "Deny"
      Principal = { AWS = "*" }
      NotAction = "s3:GetObject"
      Resource  = local.readable_arns[name]
      Condition = { ArnEquals = { "aws:PrincipalArn" = local.role_arns[name] } }
    },
  ]])

  lock_statements = flatten([for name in keys(local.by_name) : [
    {
      Sid       = "${local.sids[name]}LocksOwnStates"
      Effect    = "Allow"
      Principal = { AWS = local.accounts[name] }
      Action    = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"]
      Resource  = local.lock_table_arn
      Condition = {
        ArnEquals                 = { "aws:PrincipalArn" = local.role_arns[name] }
        "ForAllValues:StringLike" = { "dynamodb:LeadingKeys" = local.lock_ids[name] }
      }
    },
    {
      Sid       = "${local.sids[name]}LocksNoOthers"
      Effect    = "Deny"
      Principal = { AWS = local.accounts[name] }
      Action    = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
      Resource  = local.lock_table_arn
      Condition = {
        ArnEquals                   = { "aws:PrincipalArn" = local.role_arns[name] }
        "ForAnyValue:StringNotLike" = { "dynamodb:LeadingKeys" = local.lock_ids[name] }
      }
    },
    {
      # Ways around the key: many items at once, statements, and the table with its policy.
      Sid       = "${local.sids[name]}LeavesTheTableAlone"
      Effect    = "Deny"
      Principal = { AWS = local.accounts[name] }
      Action = [
        "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:DeleteResourcePolicy", "dynamodb:DeleteTable",
        "dynamodb:PartiQLDelete", "dynamodb:PartiQLInsert", "dynamodb:PartiQLSelect", "dynamodb:PartiQLUpdate",
        "dynamodb:PutResourcePolicy", "dynamodb:Query", "dynamodb:Scan", "dynamodb:UpdateContinuousBackups",
        "dynamodb:UpdateTable", "dynamodb:UpdateTimeToLive",
      ]
      Resource  = local.lock_table_arn
      Condition = { ArnEquals = { "aws:PrincipalArn" = local.role_arns[name] } }
    },
  ]])

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
      Resource = local.own_state_arns[name]
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
      Condition = { "ForAllValues:StringLike" = { "dynamodb:LeadingKeys" = local.lock_ids[name] } }
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

module "governance" {
  source = "../governance"
}

locals {
  access = jsondecode(file("${path.module}/access.json"))

  iam          = "arn:${var.account.partition}:iam::${var.account.id}"
  arn          = "${local.iam}:role/${var.name}"
  name_starts  = [for service in var.services : "${var.environment}-${service}-"]
  role_arns    = [for start in local.name_starts : "${local.iam}:role/${start}*"]
  function_arn = "arn:${var.account.partition}:lambda:*:${var.account.id}:function"

  # What all types of resources need together, but for what has a statement of its own.
  apart   = concat(["iam:PassRole", "kms:CreateGrant", "lambda:CreateEventSourceMapping"], keys(local.access.no_resource), local.access.through_services)
  actions = sort(distinct([for action in flatten(values(local.access.types)) : action if !contains(local.apart, action)]))

  where = {
    for service, places in local.access.where : service => distinct(flatten([
      for place in places : [
        for start in local.name_starts : replace(replace(replace(place, "{partition}", var.account.partition), "{account}", var.account.id), "{name}", start)
      ]
    ]))
  }

  by_service = {
    for service, places in local.where : service => {
      Sid      = "Write${join("", [for word in split("-", service) : title(word)])}"
      Effect   = "Allow"
      Action   = [for action in local.actions : action if startswith(action, "${service}:")]
      Resource = places
    }
  }

  others = [
    {
      Sid      = "WhatKnowsNoResource"
      Effect   = "Allow"
      Action   = keys(local.access.no_resource)
      Resource = ["*"]
    },
    {
      Sid       = "SourcesOfEventsOfOwnFunctions"
      Effect    = "Allow"
      Action    = ["lambda:CreateEventSourceMapping"]
      Resource  = ["*"]
      Condition = { ArnLike = { "lambda:FunctionArn" = [for start in local.name_starts : "${local.function_arn}:${start}*"] } }
    },
    {
      # A service asks in its own name for what it keeps with a key; whoever holds the role can open nothing themselves.
      Sid       = "KeysThroughServices"
      Effect    = "Allow"
      Action    = local.access.through_services
      Resource  = ["arn:${var.account.partition}:kms:*:${var.account.id}:key/*"]
      Condition = { StringLike = { "kms:ViaService" = "*.amazonaws.com" } }
    },
    {
      Sid       = "KeysForServices"
      Effect    = "Allow"
      Action    = ["kms:CreateGrant"]
      Resource  = ["arn:${var.account.partition}:kms:*:${var.account.id}:key/*"]
      Condition = { Bool = { "kms:GrantIsForAWSResource" = "true" } }
    },
  ]

  # What the module module-registry makes: an organisation has it once, so that no other environment's role has to reach it.
  registry_actions = concat(flatten(values(local.access.registry.types)), local.access.registry.reads)
  registry = [
    {
      Sid      = "WriteRegistry"
      Effect   = "Allow"
      Action   = sort(distinct([for action in local.registry_actions : action if !contains(keys(local.access.registry.no_resource), action)]))
      Resource = [for start in local.name_starts : "arn:${var.account.partition}:codecommit:*:${var.account.id}:${start}*"]
    },
    {
      Sid      = "WriteApprovals"
      Effect   = "Allow"
      Action   = keys(local.access.registry.no_resource)
      Resource = ["*"]
    },
    {
      # CodeCommit encrypts anew what it has when the repository gets another key.
      Sid       = "ChangeKeyOfRegistry"
      Effect    = "Allow"
      Action    = ["kms:ReEncryptFrom", "kms:ReEncryptTo"]
      Resource  = ["arn:${var.account.partition}:kms:*:${var.account.id}:key/*"]
      Condition = { StringLike = { "kms:ViaService" = "codecommit.*.amazonaws.com" } }
    },
  ]

  identity = [
    {
      Sid       = "PassRolesToWhatRuns"
      Effect    = "Allow"
      Action    = ["iam:PassRole"]
      Resource  = local.role_arns
      Condition = { StringEquals = { "iam:PassedToService" = local.access.passed_to } }
    },
    {
      Sid       = "MakeRolesOfServices"
      Effect    = "Allow"
      Action    = ["iam:CreateServiceLinkedRole"]
      Resource  = ["${local.iam}:role/aws-service-role/*"]
      Condition = { StringEquals = { "iam:AWSServiceName" = local.access.linked } }
    },
  ]

  bounding = [
    {
      # A role without it could be given every right, and passed to a function.
      Sid       = "BoundWhatIsMade"
      Effect    = "Deny"
      Action    = ["iam:AttachRolePolicy", "iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"]
      Resource  = ["*"]
      Condition = { StringNotEquals = { "iam:PermissionsBoundary" = var.permissions_boundary_arn } }
    },
    {
      Sid      = "KeepWhatBounds"
      Effect   = "Deny"
      Action   = ["iam:DeleteRolePermissionsBoundary"]
      Resource = ["*"]
    },
  ]

  # What holds whatever else is allowed, here or by another policy that somebody attaches to the role.
  guards = concat(
    [
      {
        # Not these: they are called in one region whatever is asked for, or for the states, which may be in another region.
        Sid       = "OwnRegionsOnly"
        Effect    = "Deny"
        NotAction = ["dynamodb:*Item", "dynamodb:DescribeTable", "iam:*", "route53:*", "s3:*", "sts:*"]
        Resource  = ["*"]
        Condition = { StringNotEquals = { "aws:RequestedRegion" = var.regions } }
      },
      {
        Sid      = "AttachWhatConfigNeeds"
        Effect   = "Deny"
        Action   = ["iam:AttachRolePolicy"]
        Resource = ["*"]
        # The one policy of AWS that a stack attaches; an administrator's is none.
        Condition = { ArnNotEquals = { "iam:PolicyARN" = "arn:${var.account.partition}:iam::aws:policy/service-role/AWS_ConfigRole" } }
      },
      {
        Sid      = "LeaveItselfAlone"
        Effect   = "Deny"
        Action   = ["iam:Attach*", "iam:Create*", "iam:Delete*", "iam:Detach*", "iam:Put*", "iam:Set*", "iam:Tag*", "iam:Untag*", "iam:Update*"]
        Resource = concat([local.arn, "${local.iam}:policy/${var.name}-*"], var.permissions_boundary_arn == null ? [] : [var.permissions_boundary_arn])
      },
    ],
    [for statement in local.bounding : statement if var.permissions_boundary_arn != null],
  )

  # IAM takes 6,144 characters for a policy, so it is several. Most actions that read know no resource, and a plan reads all that the state has.
  all_groups = {
    read     = [{ Sid = "ReadSettings", Effect = "Allow", Action = module.governance.reading_actions, Resource = ["*"] }]
    network  = [for service in ["acm", "ec2", "elasticloadbalancing", "route53", "wafv2"] : local.by_service[service]]
    stores   = [for service in ["backup", "dynamodb", "elasticache", "es", "kms", "rds", "s3", "secretsmanager"] : local.by_service[service]]
    programs = [for service in ["application-autoscaling", "codebuild", "ecr", "ecs", "lambda", "scheduler", "states"] : local.by_service[service]]
    messages = concat([for service in ["cloudwatch", "events", "logs", "sns", "sqs"] : local.by_service[service]], local.others)
    identity = concat([local.by_service["iam"]], local.identity)
    guards   = local.guards
    registry = local.registry
  }
  groups    = { for group, statements in local.all_groups : group => statements if group != "registry" || var.module_registry }
  documents = { for group, statements in local.groups : group => jsonencode({ Version = "2012-10-17", Statement = statements }) }

  tags = {
    environment = var.environment
    service     = var.service
    cost-center = var.cost_center
    owner       = var.owner
    managed-by  = "terraform"
  }
}

resource "aws_iam_role" "this" {
  name                 = var.name
  description          = "Deploys ${join(" and ", var.services)} to ${var.environment}: what the types of their resources need, and nothing else."
  permissions_boundary = var.permissions_boundary_arn
  max_session_duration = 3600
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [merge(
      { Sid = "TakenOnByWhoDeploys", Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = var.principal_arns } },
      var.external_id == null ? {} : { Condition = { StringEquals = { "sts:ExternalId" = var.external_id } } },
    )]
  })

  tags = local.tags

  lifecycle {
    precondition {
      condition     = toset(flatten([for statements in local.all_groups : [for statement in statements : statement.Sid]])) == toset(concat([for statement in local.by_service : statement.Sid], [for statement in concat(local.others, local.identity, local.guards, local.registry) : statement.Sid], ["ReadSettings"]))
      error_message = "A service of access.json is in no policy: name it in local.all_groups."
    }

    precondition {
      condition     = alltrue([for document in local.documents : length(document) <= 6144])
      error_message = "IAM takes 6,144 characters for a policy: ${join(", ", [for group, document in local.documents : "${group} has ${length(document)}"])}. Give the stacks shorter names of services, or split a group."
    }
  }
}

resource "aws_iam_policy" "this" {
  for_each = local.documents

  name        = "${var.name}-${each.key}"
  description = "What ${var.name} may do: ${each.key}."
  policy      = each.value
  tags        = local.tags
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = aws_iam_policy.this

  role       = aws_iam_role.this.name
  policy_arn = each.value.arn
}

# Its own states, as state-backend says it.
resource "aws_iam_role_policy" "states" {
  count = var.state_policy == null ? 0 : 1

  name   = "${var.name}-states"
  role   = aws_iam_role.this.id
  policy = var.state_policy
}

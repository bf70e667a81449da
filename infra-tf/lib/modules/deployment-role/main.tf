module "governance" {
  source = "../governance"
}

locals {
  access = jsondecode(file("${path.module}/access.json"))

  arn         = "arn:${var.account.partition}:iam::${var.account.id}:role/${var.name}"
  name_prefix = "${var.environment}-${var.service}-"

  # By service, what all types of resources need together. Passing roles and linked roles have statements of their own.
  writes = {
    for service, places in local.access.where : service => sort(distinct([
      for action in flatten(values(local.access.types)) : action if startswith(action, "${service}:") && action != "iam:PassRole"
    ]))
  }

  where = {
    for service, places in local.access.where : service => [
      for place in places : replace(replace(replace(place, "{partition}", var.account.partition), "{account}", var.account.id), "{name}", local.name_prefix)
    ]
  }

  # IAM and Route 53 are called in one region, whatever is asked for; buckets and keys are used from both.
  global = ["iam", "route53"]

  statements = {
    for service, actions in local.writes : service => merge(
      {
        Sid      = "Write${join("", [for word in split("-", service) : title(word)])}"
        Effect   = "Allow"
        Action   = actions
        Resource = local.where[service]
      },
      contains(local.global, service) ? {} : { Condition = { StringEquals = { "aws:RequestedRegion" = var.regions } } },
    )
  }

  identity = [
    {
      Sid       = "PassRolesToWhatRuns"
      Effect    = "Allow"
      Action    = ["iam:PassRole"]
      Resource  = ["arn:${var.account.partition}:iam::${var.account.id}:role/${local.name_prefix}*"]
      Condition = { StringEquals = { "iam:PassedToService" = local.access.passed_to } }
    },
    {
      Sid       = "MakeRolesOfServices"
      Effect    = "Allow"
      Action    = ["iam:CreateServiceLinkedRole"]
      Resource  = ["arn:${var.account.partition}:iam::${var.account.id}:role/aws-service-role/*"]
      Condition = { StringEquals = { "iam:AWSServiceName" = local.access.linked } }
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
      Action   = ["iam:Attach*", "iam:Delete*", "iam:Detach*", "iam:Put*", "iam:Update*"]
      Resource = [local.arn]
    },
  ]

  # IAM takes 6,144 characters for a policy, so it is several.
  network = ["acm", "ec2", "elasticloadbalancing", "route53", "wafv2"]
  data    = ["backup", "backup-storage", "dynamodb", "elasticache", "es", "kms", "rds", "s3", "secretsmanager"]
  groups = {
    # What a plan reads before it changes anything.
    read     = [{ Sid = "ReadSettings", Effect = "Allow", Action = module.governance.reading_actions, Resource = ["*"] }]
    network  = [for service in local.network : local.statements[service]]
    data     = [for service in local.data : local.statements[service]]
    identity = concat(local.identity, [local.statements["iam"]])
    programs = [for service in sort(setsubtract(keys(local.statements), concat(local.network, local.data, ["iam"]))) : local.statements[service]]
  }
  documents = { for group, statements in local.groups : group => jsonencode({ Version = "2012-10-17", Statement = statements }) }

  tags = { environment = var.environment, cost-center = var.cost_center, owner = var.owner }
}

resource "aws_iam_role" "this" {
  name                 = var.name
  description          = "Deploys ${var.service} to ${var.environment}: what the types of its resources need, and nothing else."
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
      condition     = alltrue([for document in local.documents : length(document) <= 6144])
      error_message = "IAM takes 6,144 characters for a policy: ${join(", ", [for group, document in local.documents : "${group} has ${length(document)}"])}. Give access.json shorter resources."
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

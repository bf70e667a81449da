module "plan" {
  source   = "../flag-plan"
  context  = var.context
  topology = var.topology
}

# Roles of all regions, known by their names before they exist.
module "roles" {
  source   = "../naming"
  for_each = toset(module.plan.regions)

  context   = merge(var.context, { region = each.key })
  resources = { for role in distinct(concat(local.writer_roles, local.reporter_roles, local.operator_roles)) : role => { type = "role", qualifier = role } }
}

locals {
  access = jsondecode(file("${path.module}/../../../../packages/wiring/lib/flags-access.json"))

  # Which functions write which items: those whose own permissions are held to such keys. Flags are written in home, and in its
  # standby; in other regions, a function's permission to is left out.
  permissions = jsondecode(file("${path.module}/../../../../packages/wiring/lib/permissions.json")).functions
  roles_with = {
    for item in ["FLAG#*", "RULES#{region}"] : item => sort([
      for function, statements in local.permissions : replace(function, ".", "-")
      if anytrue([for statement in statements : contains(statement.on, "table/flags") && contains(try(statement.keys, []), item)])
    ])
  }
  writer_roles   = local.roles_with["FLAG#*"]
  reporter_roles = local.roles_with["RULES#{region}"]
  operator_roles = ["operator", "promoter"]

  arns     = { for region, naming in module.roles : region => naming.arns }
  homes    = module.plan.homes
  operator = local.arns[var.topology.home]["operator"]
  promoter = local.arns[var.topology.home]["promoter"]

  # DynamoDB itself writes what came from other regions. Denied to it, the replica would be cut off.
  replication = "arn:${var.context.partition}:iam::${var.context.account_id}:role/aws-service-role/replication.dynamodb.amazonaws.com/AWSServiceRoleForDynamoDBReplication"

  distributors = flatten([for region in module.plan.regions : [for role in local.reporter_roles : local.arns[region][role]]])
  writers      = flatten([for region in local.homes : [for role in local.writer_roles : local.arns[region][role]]])

  places = {
    flags         = module.plan.tables["flags"].arn
    flagWriters   = concat(local.writers, [local.promoter, local.replication])
    ruleReporters = concat(local.distributors, [local.replication])
    publishers    = [local.operator, local.replication]
    movers        = [local.promoter, local.replication]
    replication   = [local.replication]
  }

  # A placeholder is a whole JSON string.
  texts = {
    for key, statement in { for index, each in local.access.flags.Statement : each.Sid => jsonencode(each) } : key => replace(replace(replace(replace(replace(replace(
      statement,
      "\"{flags}\"", jsonencode(local.places.flags)),
      "\"{flagWriters}\"", jsonencode(local.places.flagWriters)),
      "\"{ruleReporters}\"", jsonencode(local.places.ruleReporters)),
      "\"{publishers}\"", jsonencode(local.places.publishers)),
      "\"{movers}\"", jsonencode(local.places.movers)),
    "\"{replication}\"", jsonencode(local.places.replication))
  }

  # The principal is the role's account, the condition the role: a role named as principal must exist, and would be forgotten
  # when it is made anew.
  readers = [for name, arn in var.reader_role_arns : {
    Sid       = "ReadBy${title(name)}"
    Effect    = "Allow"
    Principal = { AWS = "arn:${var.context.partition}:iam::${split(":", arn)[4]}:root" }
    Action    = ["dynamodb:GetItem", "dynamodb:Query"]
    Resource  = local.places.flags
    Condition = { ArnEquals = { "aws:PrincipalArn" = arn } }
  }]

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat([for statement in local.access.flags.Statement : jsondecode(local.texts[statement.Sid])], local.readers)
  })
}

# A replica has a policy of its own; none is copied from region to region.
resource "aws_dynamodb_resource_policy" "flags" {
  resource_arn = local.places.flags
  policy       = local.policy

  lifecycle {
    precondition {
      condition     = length(local.policy) <= 20480
      error_message = "The policy on flags has ${length(local.policy)} characters, and DynamoDB takes 20,480: it names roles of each region."
    }
  }
}

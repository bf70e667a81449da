module "plan" {
  source   = "../flag-plan"
  context  = var.context
  topology = var.topology
}

module "naming" {
  source    = "../naming"
  context   = var.context
  resources = { for role in local.roles : role => { type = "role", qualifier = role } }
}

module "policies" {
  source    = "../naming"
  context   = var.context
  resources = { for role in local.roles : role => { type = "policy", qualifier = role } }
}

locals {
  access = jsondecode(file("${path.module}/../../../../packages/wiring/lib/flags-access.json"))
  trusts = jsondecode(file("${path.module}/../../../../packages/wiring/lib/access.json"))
  roles  = toset(["operator", "promoter"])
  region = ":${var.context.region}:"

  trust = var.operators.users ? (
    replace(jsonencode(local.trusts.trustUsers), jsonencode("{accountRoot}"), jsonencode("arn:${var.context.partition}:iam::${var.context.account_id}:root"))
    ) : (
    replace(jsonencode(local.trusts.trustSignIn), jsonencode("{samlProvider}"), jsonencode(var.operators.saml_provider_arn))
  )

  in_all  = { for key, arn in { flags = module.plan.tables["flags"].arn } : key => [for region in module.plan.regions : replace(arn, local.region, ":${region}:")] }
  in_home = { for key, arn in { flags = module.plan.tables["flags"].arn, changes = module.plan.tables["changes"].arn, bus = module.plan.buses["events"].arn } : key => [for region in module.plan.homes : replace(arn, local.region, ":${region}:")] }

  # What only a command calls, what reads dead letters of streams again, and what the runbook lets a person call out of turn.
  # The set-up of the trail gives rights to nobody but the roles that its own variables name.
  wiring     = jsondecode(file("${path.module}/../../../../packages/wiring/lib/wiring.json"))
  by_command = [for key, function in local.wiring.functions : key if can(function.calledBy)]
  called = [
    for key, function in module.plan.functions : function.live_arn
    if contains(concat(local.by_command, ["audit-writer.sweep", "cache-updater.reconcile"]), function.function) || length(function.streams) > 0
  ]
  # Queues of services are too many to be named one by one; all of them begin alike.
  queue_start = regex("^(.*)cache-loads", module.plan.queues["cache-loads"].arn)[0]

  places = {
    allFlags  = local.in_all["flags"]
    homeFlags = local.in_home["flags"]
    readable  = flatten([for arn in local.in_all["flags"] : [arn, "${arn}/index/*"]])
    changes   = local.in_home["changes"]
    buses     = local.in_home["bus"]
    queues    = [for region in module.plan.regions : "${replace(local.queue_start, local.region, ":${region}:")}*"]
    functions = flatten([for arn in local.called : [for region in module.plan.regions : replace(arn, local.region, ":${region}:")]])
  }

  # A placeholder is a whole JSON string.
  documents = {
    for role in local.roles : role => replace(replace(replace(replace(replace(replace(replace(
      jsonencode(local.access[role]),
      "\"{allFlags}\"", jsonencode(local.places.allFlags)),
      "\"{homeFlags}\"", jsonencode(local.places.homeFlags)),
      "\"{readable}\"", jsonencode(local.places.readable)),
      "\"{changes}\"", jsonencode(local.places.changes)),
      "\"{buses}\"", jsonencode(local.places.buses)),
      "\"{queues}\"", jsonencode(local.places.queues)),
    "\"{functions}\"", jsonencode(local.places.functions))
  }
}

resource "aws_iam_role" "this" {
  for_each = local.roles

  name               = module.naming.names[each.key]
  description        = each.key == "operator" ? "Publishes the topology, and sends dead letters back." : "Makes another region home."
  assume_role_policy = local.trust
  tags               = module.naming.named_tags[each.key]
}

data "aws_iam_policy_document" "this" {
  for_each = local.roles

  source_policy_documents = [local.documents[each.key]]

  statement {
    sid       = "ReadEncryptedTables"
    actions   = ["kms:Decrypt"]
    resources = [for region in module.plan.regions : replace(var.kms_key_arn, local.region, ":${region}:")]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = [for region in module.plan.regions : "dynamodb.${region}.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "this" {
  for_each = local.roles

  name   = module.policies.names[each.key]
  role   = aws_iam_role.this[each.key].id
  policy = data.aws_iam_policy_document.this[each.key].json
}

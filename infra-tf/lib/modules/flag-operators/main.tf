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
  descriptions = {
    operator = "Publishes the topology, and sends dead letters back."
    promoter = "Makes a region home."
    doctor   = "Looks whether all is well, and proposes the change that is measured."
    witness  = "Sends dead letters back whose content is believed: answers of regions, and events of the trail."
  }
  roles  = toset(["doctor", "operator", "promoter", "witness"])
  region = ":${var.context.region}:"

  root = jsonencode("arn:${var.context.partition}:iam::${var.context.account_id}:root")
  trust = {
    for role, who in var.operators : role => !who.users ? (
      replace(jsonencode(local.trusts.trustSignIn), jsonencode("{samlProvider}"), jsonencode(who.saml_provider_arn))
      ) : who.names == null ? (
      replace(jsonencode(local.trusts.trustUsers), jsonencode("{accountRoot}"), local.root)
      ) : (
      replace(replace(jsonencode(local.access.trustNamedUsers), jsonencode("{accountRoot}"), local.root), jsonencode("{userNames}"), jsonencode(sort(who.names)))
    )
  }

  in_all  = { for key, arn in { flags = module.plan.tables["flags"].arn } : key => [for region in module.plan.regions : replace(arn, local.region, ":${region}:")] }
  in_home = { for key, arn in { flags = module.plan.tables["flags"].arn, changes = module.plan.tables["changes"].arn, proposals = module.plan.tables["proposals"].arn, bus = module.plan.buses["events"].arn } : key => [for region in module.plan.homes : replace(arn, local.region, ":${region}:")] }

  # What only a command calls, what reads dead letters of streams again, and what the runbook lets a person call out of turn.
  # The set-up of the trail gives rights to nobody but the roles that its own variables name.
  wiring     = jsondecode(file("${path.module}/../../../../packages/wiring/lib/wiring.json"))
  by_command = [for key, function in local.wiring.functions : key if can(function.calledBy)]
  called = [
    for key, function in module.plan.functions : function.live_arn
    if contains(concat(local.by_command, ["audit-writer.sweep", "cache-updater.reconcile"]), function.function) || length(function.streams) > 0
  ]
  # What stands in these queues is believed as it is, whoever wrote it: a region's answer, an event of the trail.
  believed = ["audit", "region-verdicts"]

  # By the plan's keys. What every region has is named once, for all regions: by twelve names each the policy would be longer than IAM
  # takes. Queues of services are too many to be named one by one.
  places_of = merge(
    { for key, each in merge(local.wiring.queues, local.wiring.deadLetters) : key => [
      for region in each.scope == "home" ? module.plan.homes : ["*"] : replace(module.plan.queues[key].arn, local.region, ":${region}:")
    ] if each.scope != "service" },
    { for key, each in module.plan.service_queues : key => [replace(replace(each.arn_template, "{service}", "*"), local.region, ":*:")] },
  )
  dead_letters = keys(local.wiring.deadLetters)
  believed_too = [for key in local.believed : local.wiring.queues[key].deadLetter]

  places = {
    allFlags        = local.in_all["flags"]
    homeFlags       = local.in_home["flags"]
    readable        = flatten([for arn in local.in_all["flags"] : [arn, "${arn}/index/*"]])
    changes         = local.in_home["changes"]
    proposals       = local.in_home["proposals"]
    buses           = local.in_home["bus"]
    letters         = flatten([for key, arns in local.places_of : arns if contains(local.dead_letters, key) && !contains(local.believed_too, key)])
    queues          = flatten([for key, arns in local.places_of : arns if !contains(concat(local.dead_letters, local.believed), key)])
    evidenceLetters = flatten([for key in local.believed_too : local.places_of[key]])
    evidence        = flatten([for key in local.believed : local.places_of[key]])
    workflows       = [replace(module.plan.workflows["verify-window"].arn, local.region, ":*:")]
    tables = flatten([for key, table in module.plan.tables : [
      for region in local.wiring.tables[key].scope == "home" ? module.plan.homes : module.plan.regions : replace(table.arn, local.region, ":${region}:")
    ]])
    allQueues        = flatten(values(local.places_of))
    reconcilers      = [replace(module.plan.functions["cache-updater.reconcile"].live_arn, local.region, ":*:")]
    acknowledgements = [for suffix in ["", ":*"] : "${replace(module.plan.log_groups["acknowledgements"].arn, local.region, ":*:")}${suffix}"]
    # IAM knows no resource of these actions: an account's limits, the list of event sources, a query by its id.
    anything  = "*"
    functions = [for arn in local.called : replace(arn, local.region, ":*:")]
  }

  documents = {
    for role in local.roles : role => jsonencode(merge(local.access[role], {
      Statement = [for statement in local.access[role].Statement : merge(statement, { Resource = local.places[trim(statement.Resource, "{}")] })]
    }))
  }
}

resource "aws_iam_role" "this" {
  for_each = local.roles

  name                 = module.naming.names[each.key]
  description          = local.descriptions[each.key]
  permissions_boundary = var.context.permissions_boundary_arn
  assume_role_policy   = local.trust[each.key]
  tags                 = module.naming.named_tags[each.key]
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

  lifecycle {
    precondition {
      condition     = length(jsonencode(jsondecode(data.aws_iam_policy_document.this[each.key].json))) <= 10240
      error_message = "The policy of the ${each.key} is longer than the 10,240 characters that IAM takes for a role: name what every region has by a wildcard."
    }
  }
}

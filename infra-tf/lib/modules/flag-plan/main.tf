locals {
  packages    = "${path.module}/../../../../packages"
  wiring      = jsondecode(file("${path.module}/../../../../packages/wiring/lib/wiring.json"))
  permissions = jsondecode(file("${path.module}/../../../../packages/wiring/lib/permissions.json"))
  alarm_book  = jsondecode(file("${path.module}/../../../../packages/wiring/lib/alarms.json"))

  entry_points = {
    audit-writer        = jsondecode(file("${path.module}/../../../../packages/audit-writer/lambda.json")).entryPoints
    cache-updater       = jsondecode(file("${path.module}/../../../../packages/cache-updater/lambda.json")).entryPoints
    canary              = jsondecode(file("${path.module}/../../../../packages/canary/lambda.json")).entryPoints
    consistency-checker = jsondecode(file("${path.module}/../../../../packages/consistency-checker/lambda.json")).entryPoints
    rollback            = jsondecode(file("${path.module}/../../../../packages/rollback/lambda.json")).entryPoints
    validator           = jsondecode(file("${path.module}/../../../../packages/validator/lambda.json")).entryPoints
  }

  # The one stream that the audit writer's statements name.
  audit_stream = one(distinct(flatten([
    for statement in local.permissions.functions["audit-writer.write"] : [for word in statement.on : split("/", word)[1] if startswith(word, "audit/")]
  ])))

  region   = var.context.region
  homes    = compact([var.topology.home, var.topology.standby])
  is_home  = contains(local.homes, local.region)
  regions  = sort(var.topology.regions[*].name)
  services = { for service in var.topology.services : service.name => service.cell }
  cells    = { for cell in sort(distinct(values(local.services))) : cell => sort([for name, of in local.services : name if of == cell]) }

  # Of what exists once per region, or once in home; what exists per cell or service is spread out below.
  scopes_here = local.is_home ? ["home", "region"] : ["region"]

  # The canary's service, which nobody runs: with it in the topology there is all that its flag needs.
  shadow = "flaghoist-canary"
  # What exists only with a service, and the topology does not have it.
  absent = {
    functions = [for key, each in local.wiring.functions : key if !contains(keys(local.services), try(each.withService, keys(local.services)[0]))]
    schedules = [for key, each in local.wiring.schedules : key if !contains(keys(local.services), try(each.withService, keys(local.services)[0]))]
  }

  tables       = local.wiring.tables
  topics       = { for key, each in local.wiring.topics : key => each if contains(local.scopes_here, each.scope) }
  queues       = { for key, each in local.wiring.queues : key => each if contains(local.scopes_here, each.scope) }
  dead_letters = { for key, each in local.wiring.deadLetters : key => each if contains(local.scopes_here, each.scope) }
  buses        = local.wiring.buses
  rules        = { for key, each in local.wiring.rules : key => each if contains(local.scopes_here, each.scope) }
  workflows    = { for key, each in local.wiring.workflows : key => each if contains(local.scopes_here, each.scope) }

  # A service's queue is called after the plan's word for it, with what tells two kinds apart in front: "flags-{service}" and
  # "dead-flags-{service}". A service called dead-x then has no name of another's.
  service_queues = {
    for key, each in merge(local.wiring.queues, local.wiring.deadLetters) : key =>
    endswith(key, "-dead") ? "dead-${trimsuffix(trimprefix(key, "service-"), "-dead")}" : trimprefix(key, "service-")
    if each.scope == "service"
  }
}

module "naming" {
  source  = "../naming"
  context = var.context

  resources = merge(
    { for key in keys(local.tables) : "table/${key}" => { type = "table", qualifier = key } },
    { for key in keys(local.topics) : "topic/${key}" => { type = "topic", qualifier = key } },
    { for key in keys(merge(local.queues, local.dead_letters)) : "queue/${key}" => { type = "queue", qualifier = key } },
    { for key in keys(local.buses) : "bus/${key}" => { type = "event-bus", qualifier = key } },
    { for key in keys(local.rules) : "rule/${key}" => { type = "event-rule", qualifier = key } },
    { for key in keys(local.forwards) : "forward/${key}" => { type = "event-rule", qualifier = key } },
    { for key in keys(local.schedules) : "schedule/${key}" => { type = "schedule", qualifier = key } },
    { for key in keys(local.workflows) : "workflow/${key}" => { type = "state-machine", qualifier = key } },
    { for key, each in local.functions : "function/${key}" => { type = "function", qualifier = each.qualifier } },
    { for key, each in local.functions : "role/${key}" => { type = "role", qualifier = each.qualifier } },
    { for key, each in local.cache_users : "cache-user/${key}" => { type = "cache-user", qualifier = each.qualifier } },
    {
      "cache/flags"          = { type = "replication-group", qualifier = "flags" }
      "log/acknowledgements" = { type = "log-group", qualifier = "acknowledgements" }
      "log/functions"        = { type = "log-group", qualifier = "functions" }
      "domain/audit"         = { type = "search-domain", qualifier = "audit" }
    },
  )

  templates = merge(
    { for key, qualifier in local.service_queues : "queue/${key}" => { type = "queue", qualifier = qualifier, place = "service", values = keys(local.services) } },
    { for key in keys(local.topics) : "topic/${key}" => { type = "topic", qualifier = key, place = "region", values = local.regions } },
    { for key in keys(local.buses) : "bus/${key}" => { type = "event-bus", qualifier = key, place = "region", values = local.regions } },
  )
}

# The role whose session is the canary's key is made once, in the first home; its function in either home takes it on.
module "author_naming" {
  source    = "../naming"
  context   = merge(var.context, { region = var.topology.home })
  resources = { canary = { type = "role", qualifier = "author-canary" } }
}

module "canary_naming" {
  source    = "../naming"
  for_each  = toset(local.homes)
  context   = merge(var.context, { region = each.key })
  resources = { function = { type = "role", qualifier = "canary-run" } }
}

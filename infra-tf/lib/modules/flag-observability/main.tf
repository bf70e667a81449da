module "plan" {
  source   = "../flag-plan"
  context  = var.context
  topology = var.topology
}

module "naming" {
  source  = "../naming"
  context = var.context
  resources = merge(
    { for key in keys(local.instances) : "alarm/${key}" => { type = "alarm", qualifier = key } },
    { for key in keys(local.log_group_names) : "filter/${key}" => { type = "metric-filter", qualifier = "errors-${key}" } },
    {
      "alarm/unhealthy"  = { type = "alarm", qualifier = "unhealthy" }
      "topic/alarms"     = { type = "topic", qualifier = "alarms" }
      "dashboard/region" = { type = "dashboard", qualifier = "flags" }
      "dashboard/fleet"  = { type = "dashboard", qualifier = "flags-fleet" }
    },
  )
}

# Names of dashboards are unique in an account, so a region's has its code in it: the fleet's leads to all of them.
module "regional_naming" {
  source    = "../naming"
  for_each  = toset(module.plan.regions)
  context   = merge(var.context, { region = each.key })
  resources = { dashboard = { type = "dashboard", qualifier = "flags" } }
}

locals {
  # Copied once: whoever names an output of a module in an instance has all of its outputs evaluated for each.
  plan   = module.plan
  naming = { names = module.naming.names, arns = module.naming.arns, named_tags = module.naming.named_tags }

  region  = var.context.region
  account = var.context.account_id
  # Only one dashboard of the fleet: dashboards belong to no region, and are there when home is not.
  in_home = local.region == var.topology.home

  topic_arn       = var.topic_arn != null ? var.topic_arn : aws_sns_topic.alarms["alarms"].arn
  log_group_names = merge({ for key, group in module.plan.log_groups : key => group.name }, var.log_group_names)
}

module "plan" {
  source   = "../flag-plan"
  context  = var.context
  topology = var.topology
}

module "governance" {
  source = "../governance"
}

module "naming" {
  source  = "../naming"
  context = var.context
  resources = merge(
    { for key in keys(local.workflows) : "role/workflow/${key}" => { type = "role", qualifier = "workflow-${key}" } },
    { for key in keys(local.workflows) : "policy/workflow/${key}" => { type = "policy", qualifier = "workflow-${key}" } },
    { for key in keys(local.starting) : "role/rule/${key}" => { type = "role", qualifier = "rule-${key}" } },
    { for key in keys(local.starting) : "policy/rule/${key}" => { type = "policy", qualifier = "rule-${key}" } },
    {
      "role/forwards"    = { type = "role", qualifier = "forwards" }
      "policy/forwards"  = { type = "policy", qualifier = "forwards" }
      "role/schedules"   = { type = "role", qualifier = "schedules" }
      "policy/schedules" = { type = "policy", qualifier = "schedules" }
    },
  )
}

locals {
  tags      = module.plan.tags
  rules     = module.plan.rules
  forwards  = module.plan.forwards
  schedules = module.plan.schedules
  workflows = module.plan.workflows

  starting = { for key, rule in local.rules : key => rule if rule.workflow != null }
  # Policies name the aliases by the plan, so that they can be read before there are any; what calls them waits.
  called_arns = merge(local.live_arns, var.live_arns)
  live_arns   = { for key, function in module.plan.functions : key => function.live_arn }
  queue_arns  = { for key, queue in module.plan.queues : key => queue.arn }
}

resource "aws_cloudwatch_log_group" "functions" {
  name              = module.plan.log_groups["functions"].name
  kms_key_id        = var.kms_key_arn
  retention_in_days = var.log_retention_days
  tags              = merge(local.tags, { Name = module.plan.log_groups["functions"].name })
}

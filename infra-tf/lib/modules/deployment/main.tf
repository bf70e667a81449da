locals {
  by_name = { for each in var.environments : each.name => each }

  # By the workspace, not by the variable: whatever needs a region then waits until the two are known to agree.
  environment = local.by_name[var.workspace]

  context = {
    environment        = var.environment
    service            = var.service
    environment_suffix = var.environment_suffix
    partition          = split(":", var.role_arn)[1]
    region             = local.environment.region
    account_id         = local.environment.account
    cost_center        = var.cost_center
    owner              = var.owner
  }

  # The type whose names have the least room. A name that is cut in one environment is not the same in all.
  tightest     = "load-balancer"
  full_names   = { for name in keys(local.by_name) : name => "${name}-${var.service}-${local.tightest}-${var.environment_suffix}" }
  names_cut    = [for name, full in local.full_names : "${full} (${length(full)} characters)" if module.tightest_names[name].names["this"] != full]
  tightest_cut = join(", ", local.names_cut)
}

module "tightest_names" {
  source   = "../naming"
  for_each = local.by_name

  context   = merge(local.context, { environment = each.key })
  resources = { this = { type = local.tightest } }
}

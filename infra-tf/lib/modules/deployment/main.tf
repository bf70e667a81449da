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
}

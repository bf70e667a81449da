locals {
  by_name = { for each in var.environments : each.name => each }

  # A stack that each region has once has a workspace for each.
  workspace = var.region == null ? var.environment : "${var.environment}-${var.region}"

  # By the workspace, not by the variable: whatever needs a region then waits until the two are known to agree.
  environment = local.by_name[var.workspace == local.workspace ? var.environment : var.workspace]
  region      = coalesce(var.region, local.environment.region)

  context = {
    environment              = var.environment
    service                  = var.service
    environment_suffix       = var.environment_suffix
    partition                = split(":", var.role_arn)[1]
    region                   = local.region
    account_id               = local.environment.account
    cost_center              = var.cost_center
    owner                    = var.owner
    permissions_boundary_arn = var.permissions_boundary_arn
  }
}

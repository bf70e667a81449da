locals {
  by_name     = { for each in var.environments : each.name => each }
  environment = try(local.by_name[var.environment], { region = "", replicaRegion = "", regions = [] })

  home    = local.environment.region
  standby = local.environment.replicaRegion

  known   = { for region in var.topology.regions : region.name => region.state }
  regions = local.environment.regions == null ? keys(local.known) : sort(local.environment.regions)
  unknown = [for region in distinct(concat(local.regions, [local.home, local.standby])) : region if !contains(keys(local.known), region)]

  region = var.workspace == null ? local.home : trimprefix(var.workspace, "${var.environment}-")
}

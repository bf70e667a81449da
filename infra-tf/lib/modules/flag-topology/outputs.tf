output "topology" {
  value = {
    home     = local.home
    standby  = local.standby
    regions  = [for region in local.regions : { name = region }]
    services = var.topology.services
  }
  description = "The environment's topology, as the modules of the flags take it."

  precondition {
    condition     = length(local.unknown) == 0
    error_message = "topology.json does not have these regions of ${var.environment}: ${join(", ", local.unknown)}. Its home is region in environments.json, its standby replicaRegion. Add them to topology.json, or correct environments.json."
  }

  precondition {
    condition     = contains(local.regions, local.home) && contains(local.regions, local.standby)
    error_message = "regions of ${var.environment} in environments.json must have its region and its replicaRegion: home and standby of its flags (${local.home}, ${local.standby})."
  }
}

output "region" {
  value       = local.region
  description = "The region that the workspace names; home for a stack of the whole environment."

  precondition {
    condition     = var.workspace != "default"
    error_message = "No workspace is selected. Run: export TF_WORKSPACE=${var.environment}-<region>, the region being one of ${join(", ", local.regions)}."
  }

  precondition {
    condition     = var.workspace == null ? true : var.workspace == "default" || startswith(var.workspace, "${var.environment}-") && contains(local.regions, local.region)
    error_message = "The workspace is ${coalesce(var.workspace, "none")}, but that of ${var.environment} is ${var.environment}-<region>, the region being one of ${join(", ", local.regions)}. Select it by TF_WORKSPACE, or plan with the tfvars file of the workspace's environment."
  }
}

output "part" {
  value       = local.region == local.home ? "home" : local.region == local.standby ? "standby" : "region"
  description = "What that region is: home, standby, or a region like the others."
}

output "is_home" {
  value       = contains([local.home, local.standby], local.region)
  description = "Whether what only home has exists there: in home, and idle in its standby."
}

output "draining" {
  value       = [for region in local.regions : region if lookup(local.known, region, "") == "draining"]
  description = "The regions that are on their way out."
}

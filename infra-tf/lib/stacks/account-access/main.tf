locals {
  environments = jsondecode(file("${path.module}/${var.environments_file}")).environments
  environment  = one([for each in local.environments : each if each.name == var.environment])
  topology     = jsondecode(file("${path.module}/${var.topology_file}"))

  # An environment has the regions that it names, else all of the topology.
  flag_regions = try(local.environment.regions, [for region in local.topology.regions : region.name])
}

module "deployment_role" {
  source = "../../modules/deployment-role"

  name = var.deployment_role_name
  # Who takes a role on is in the partition of the role.
  account     = { id = local.environment.account, partition = try(split(":", var.principal_arns[0])[1], "aws") }
  environment = var.environment
  # As the folder is called: hoist drift leaves alone what says that it is of this stack.
  service                  = "account-access"
  services                 = var.services
  regions                  = distinct(concat([local.environment.region, local.environment.replicaRegion], local.flag_regions))
  principal_arns           = var.principal_arns
  external_id              = var.external_id
  permissions_boundary_arn = var.permissions_boundary_arn
  state_policy             = var.state_policy
  module_registry          = var.module_registry
  cost_center              = var.cost_center
  owner                    = var.owner
}

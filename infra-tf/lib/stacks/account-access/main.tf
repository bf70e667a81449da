locals {
  environments = jsondecode(file("${path.module}/${var.environments_file}")).environments
  environment  = one([for each in local.environments : each if each.name == var.environment])
}

module "deployment_role" {
  source = "../../modules/deployment-role"

  name = var.deployment_role_name
  # Who takes a role on is in the partition of the role.
  account                  = { id = local.environment.account, partition = try(split(":", var.principal_arns[0])[1], "aws") }
  environment              = var.environment
  service                  = var.service
  regions                  = distinct(concat([local.environment.region, local.environment.replicaRegion], var.more_regions))
  principal_arns           = var.principal_arns
  external_id              = var.external_id
  permissions_boundary_arn = var.permissions_boundary_arn
  state_policy             = var.state_policy
  cost_center              = var.cost_center
  owner                    = var.owner
}

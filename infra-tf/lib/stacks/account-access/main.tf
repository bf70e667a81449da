locals {
  environments = jsondecode(file("${path.module}/${var.environments_file}")).environments
  environment  = one([for each in local.environments : each if each.name == var.environment])
}

module "deployment_role" {
  source = "../../modules/deployment-role"

  name                     = var.deployment_role_name
  partition                = var.partition_of_account
  account_id               = local.environment.account
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

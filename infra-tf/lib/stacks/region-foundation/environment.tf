data "aws_region" "this" {}

module "topology" {
  source = "../../modules/flag-topology"

  environments = local.environments
  topology     = jsondecode(file("${path.module}/${var.topology_file}"))
  environment  = var.environment
  workspace    = terraform.workspace
}

module "deployment" {
  source = "../../modules/deployment"

  environments             = local.environments
  environment              = var.environment
  region                   = module.topology.region
  workspace                = terraform.workspace
  role_arn                 = var.deployment_role_arn
  service                  = var.service
  environment_suffix       = var.environment_suffix
  cost_center              = var.cost_center
  owner                    = var.owner
  permissions_boundary_arn = var.permissions_boundary_arn
  provider_regions         = { home = data.aws_region.this.name }
}

locals {
  environments = jsondecode(file("${path.module}/${var.environments_file}")).environments
  context      = module.deployment.context
  topology     = module.topology.topology
}

data "aws_region" "home" {}

module "deployment" {
  source = "../../modules/deployment"

  environments             = jsondecode(file("${path.module}/${var.environments_file}")).environments
  environment              = var.environment
  workspace                = terraform.workspace
  role_arn                 = var.deployment_role_arn
  service                  = var.service
  environment_suffix       = var.environment_suffix
  cost_center              = var.cost_center
  owner                    = var.owner
  permissions_boundary_arn = var.permissions_boundary_arn
  provider_regions         = { home = data.aws_region.home.name }
}

locals {
  context = module.deployment.context
}

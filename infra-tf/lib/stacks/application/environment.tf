data "aws_region" "home" {}

data "aws_region" "replica" {
  provider = aws.replica
}

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
  provider_regions         = { home = data.aws_region.home.name, replica = data.aws_region.replica.name }
}

locals {
  context            = module.deployment.context
  availability_zones = [for letter in var.availability_zone_letters : "${module.deployment.region}${letter}"]
}

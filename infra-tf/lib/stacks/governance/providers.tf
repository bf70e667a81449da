provider "aws" {
  region              = module.deployment.region
  allowed_account_ids = [module.deployment.account_id]

  assume_role {
    role_arn     = module.deployment.role_arn
    external_id  = var.deployment_external_id
    session_name = "terraform-${var.environment}"
  }
}

locals {
  # Terraform tells a stack nothing of its backend: where states are is said once, in the backend's file.
  backend_file = "${path.module}/environments/${var.environment}.s3.tfbackend"
  backend      = fileexists(local.backend_file) ? { for pair in regexall("\\b(bucket|region)\\s*=\\s*\"([^\"]*)\"", file(local.backend_file)) : pair[0] => pair[1] } : {}

  # The object itself, not a workspace: Terraform would create the missing state of a workspace that it only wants to read.
  beside_this_state = {
    bucket      = lookup(local.backend, "bucket", "")
    region      = lookup(local.backend, "region", "")
    key         = "${module.deployment.account_id}/${var.environment}-${module.deployment.region}/region-foundation/terraform.tfstate"
    assume_role = { role_arn = var.deployment_role_arn, external_id = var.deployment_external_id }
  }
  foundation_config = var.foundation_state == null ? jsonencode(local.beside_this_state) : jsonencode(var.foundation_state.config)

  key_arn         = try(data.terraform_remote_state.foundation.outputs.key_arn, "missing")
  standby_key_arn = replace(local.key_arn, ":${module.deployment.region}:", ":${module.deployment.replica_region}:")
}

data "terraform_remote_state" "foundation" {
  backend = var.foundation_state == null ? "s3" : var.foundation_state.backend
  config  = jsondecode(local.foundation_config)
  # Terraform shows the next line when it finds no state.
  workspace = "default" # No state? Apply region-foundation in the home region first, then in all others.
}

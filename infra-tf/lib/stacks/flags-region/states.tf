locals {
  # Terraform tells a stack nothing of its backend: where states are is said once, in the backend's file.
  backend_file = "${path.module}/environments/${var.environment}.s3.tfbackend"
  backend      = fileexists(local.backend_file) ? { for pair in regexall("\\b(bucket|region)\\s*=\\s*\"([^\"]*)\"", file(local.backend_file)) : pair[0] => pair[1] } : {}

  # The objects themselves, not workspaces: Terraform would create the missing state of a workspace that it only wants to read.
  keys = {
    foundation = "${module.deployment.account_id}/${var.environment}-${module.deployment.region}/region-foundation/terraform.tfstate"
    global     = "${module.deployment.account_id}/${var.environment}/flags-global/terraform.tfstate"
  }
  beside_this_state = { for stack, key in local.keys : stack => {
    bucket      = lookup(local.backend, "bucket", "")
    region      = lookup(local.backend, "region", "")
    key         = key
    assume_role = { role_arn = var.deployment_role_arn, external_id = var.deployment_external_id }
  } }
  given_states = { foundation = var.foundation_state, global = var.global_state }
  configs      = { for stack, given in local.given_states : stack => given == null ? jsonencode(local.beside_this_state[stack]) : jsonencode(given.config) }

  foundation = data.terraform_remote_state.foundation.outputs
  global     = data.terraform_remote_state.global.outputs

  # Outputs whose meaning this stack knows.
  state_version = 1
}

data "terraform_remote_state" "foundation" {
  backend = var.foundation_state == null ? "s3" : var.foundation_state.backend
  config  = jsondecode(local.configs["foundation"])
  # Terraform shows the next line when it finds no state.
  workspace = "default" # No state? Apply region-foundation in this region first.
}

data "terraform_remote_state" "global" {
  backend = var.global_state == null ? "s3" : var.global_state.backend
  config  = jsondecode(local.configs["global"])
  # Terraform shows the next line when it finds no state.
  workspace = "default" # No state? Apply flags-global first: it makes the tables whose streams the functions read.
}

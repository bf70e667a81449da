locals {
  # Home has the first of the keys, and reads no other state.
  is_first   = module.topology.part == "home"
  reads_home = !local.is_first

  # Terraform tells a stack nothing of its backend: where states are is said once, in the backend's file.
  backend_file = "${path.module}/environments/${var.environment}.s3.tfbackend"
  backend      = fileexists(local.backend_file) ? { for pair in regexall("\\b(bucket|region)\\s*=\\s*\"([^\"]*)\"", file(local.backend_file)) : pair[0] => pair[1] } : {}

  # The object itself, not a workspace: Terraform would create the missing state of a workspace that it only wants to read.
  beside_this_state = {
    bucket      = lookup(local.backend, "bucket", "")
    region      = lookup(local.backend, "region", "")
    key         = "${module.deployment.account_id}/${var.environment}-${local.topology.home}/region-foundation/terraform.tfstate"
    assume_role = { role_arn = var.deployment_role_arn, external_id = var.deployment_external_id }
  }
  home_config  = var.home_state == null ? jsonencode(local.beside_this_state) : jsonencode(var.home_state.config)
  home_key_arn = try(one(values(data.terraform_remote_state.home)).outputs.key_arn, null)
}

data "terraform_remote_state" "home" {
  for_each = toset(local.reads_home ? [local.topology.home] : [])

  backend = var.home_state == null ? "s3" : var.home_state.backend
  config  = jsondecode(local.home_config)
  # Terraform shows the next line when it finds no state.
  workspace = "default" # No state? Apply this stack in the home region first: its key is the one that others are replicas of.
}

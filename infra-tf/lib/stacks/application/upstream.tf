locals {
  # What the outputs mean to a downstream environment. It grows when one of them changes its meaning.
  state_version = 1

  # The first apply of an environment needs nothing of its upstream: it brings the repository that an image can go to.
  reads_upstream = module.deployment.upstream != null && !var.first_deployment

  # Upstream states lie beside this one, so where they are is said once, in the backend's file. Terraform tells a stack nothing
  # of its backend.
  backend_file = "${path.module}/environments/${var.environment}.s3.tfbackend"
  backend      = fileexists(local.backend_file) ? { for pair in regexall("\\b(bucket|region)\\s*=\\s*\"([^\"]*)\"", file(local.backend_file)) : pair[0] => pair[1] } : {}

  # The same for the role that looks for drift; both files are printed by the stack state-backend.
  reader_file     = "${path.module}/environments/${var.environment}.drift.tfbackend"
  reader_role_arn = fileexists(local.reader_file) ? try(one(regex("\\brole_arn\\s*=\\s*\"([^\"]*)\"", file(local.reader_file))), "no role") : null

  # The object itself, not a workspace: Terraform would create the missing state of a workspace that it only wants to read.
  beside_this_state = {
    bucket      = lookup(local.backend, "bucket", "")
    region      = lookup(local.backend, "region", "")
    key         = join("/", compact([module.deployment.upstream_account_id, module.deployment.upstream, "application/terraform.tfstate"]))
    assume_role = { role_arn = var.deployment_role_arn, external_id = var.deployment_external_id } # The one role of all that this stack does, also of what only looks.
  }
  upstream_config  = var.upstream_state == null ? jsonencode(local.beside_this_state) : jsonencode(var.upstream_state.config)
  upstream_outputs = try(one(values(data.terraform_remote_state.upstream)).outputs, {})

  # Ranges that overlap are found before the first of two networks exists, where both are in this checkout.
  variable_files = { for name in module.deployment.environment_names : name => "${path.module}/environments/${name}.tfvars" }
  planned_cidr_blocks = {
    for name, path in local.variable_files : name => one(regex("(?m)^\\s*vpc_cidr_block\\s*=\\s*\"([^\"]+)\"", file(path))) if can(regex("(?m)^\\s*vpc_cidr_block\\s*=\\s*\"([^\"]+)\"", file(path)))
  }
}

data "terraform_remote_state" "upstream" {
  for_each = toset(local.reads_upstream ? [module.deployment.upstream] : [])

  backend = var.upstream_state == null ? "s3" : var.upstream_state.backend
  config  = jsondecode(local.upstream_config)
  # Terraform shows the next line when it finds no state.
  workspace = "default" # No state? Apply the upstream environment first, or this one with -var first_deployment=true.
}

module "promotion" {
  source = "../../modules/promotion"

  environment         = var.environment
  upstream            = module.deployment.upstream
  first_deployment    = var.first_deployment
  image_digest        = var.image_digest
  cidr_block          = var.vpc_cidr_block
  planned_cidr_blocks = local.planned_cidr_blocks
  state_version       = local.state_version
  upstream_state = local.reads_upstream ? {
    is_empty            = length(keys(local.upstream_outputs)) == 0
    state_version       = try(tonumber(local.upstream_outputs.state_version), null)
    image_digest        = try(tostring(local.upstream_outputs.image_digest), null)
    network_cidr_blocks = try(tomap(local.upstream_outputs.network_cidr_blocks), null)
  } : null
}

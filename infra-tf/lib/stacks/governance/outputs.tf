output "environment" {
  value       = var.environment
  description = "The environment's name."
}

output "recorder_name" {
  value       = module.config_recorder.recorder_name
  description = "The recorder of the account's configuration."
}

output "bucket_name" {
  value       = module.config_recorder.bucket_name
  description = "The bucket of its snapshots and histories."
}

output "drift" {
  value = {
    role_arn         = local.reader_role_arn
    external_id      = var.deployment_external_id
    regions          = [module.deployment.region]
    variables        = { deployment_role_arn = coalesce(local.reader_role_arn, var.deployment_role_arn) }
    without_upstream = {}
  }
  description = "What hoist drift needs to know: the role to look with, where, and the inputs that stand in no file."

  precondition {
    condition     = local.reader_role_arn == null ? true : try(split(":", local.reader_role_arn)[4], "") == module.deployment.account_id
    error_message = "${local.reader_file} names ${coalesce(local.reader_role_arn, "no role")} as the role that looks for drift, which is not one of account ${module.deployment.account_id}, where ${var.environment} is. Write the file anew from the output reader_backend_configuration of the stack state-backend."
  }
}

locals {
  # The role that looks for drift is the one that the bucket of states lets in; both are said in the file of that backend.
  reader_file     = "${path.module}/environments/${var.environment}.drift.tfbackend"
  reader_role_arn = fileexists(local.reader_file) ? try(one(regex("\\brole_arn\\s*=\\s*\"([^\"]*)\"", file(local.reader_file))), "no role") : null
}

output "state_version" {
  value       = 1
  description = "What the outputs mean to the regions' stacks; they refuse another version."
}

output "environment" {
  value       = var.environment
  description = "The environment's name."
}

output "stream_arns" {
  value = { for table in ["flags", "proposals", "changes"] : table => merge(
    lookup(module.tables.stream_arns, table, {}),
    lookup(module.standby_tables.stream_arns, table, {}),
  ) }
  description = "The streams of the tables, by table and region. They have a time in them, so no other stack can compute them."

  precondition {
    condition     = try(data.terraform_remote_state.foundation.outputs.key_arn, null) != null
    error_message = "The state of region-foundation in ${module.deployment.region}, the home of ${var.environment}, names no key. Apply it there first, then in all regions: each replica is encrypted with its own region's."
  }
}

output "table_arns" {
  value       = module.tables.arns
  description = "The tables in home."
}

output "author_role_arns" {
  value       = module.tables.author_role_arns
  description = "The roles that propose and approve."
}

output "author_role_ids" {
  value       = module.tables.author_role_ids
  description = "Their unique ids: fleet/people.json lists a person as one of them and a session name."
}

output "operator_role_arns" {
  value       = module.operators.role_arns
  description = "The roles of those who operate: operator publishes and redrives, witness redrives what is believed as it is, promoter makes a region home, doctor looks whether all is well."
}

output "operator_role_ids" {
  value       = module.operators.role_ids
  description = "Their unique ids, for fleet/people.json."
}

output "drift" {
  value = {
    role_arn         = local.reader_role_arn
    external_id      = var.deployment_external_id
    regions          = [module.deployment.region, module.deployment.replica_region]
    variables        = { deployment_role_arn = coalesce(local.reader_role_arn, var.deployment_role_arn) }
    without_upstream = {}
  }
  description = "What hoist drift needs to know: the role to look with, where, and the inputs that stand in no file."

  precondition {
    condition     = length(setsubtract(var.without_replica, module.topology.draining)) == 0
    error_message = "without_replica has regions that are not draining: ${join(", ", setsubtract(var.without_replica, module.topology.draining))}. Make a region draining in topology.json, publish that, and destroy its flags-region first."
  }
}

locals {
  # The role that looks for drift is the one that the bucket of states lets in; both are said in the file of that backend.
  reader_file     = "${path.module}/environments/${var.environment}.drift.tfbackend"
  reader_role_arn = fileexists(local.reader_file) ? one(regex("\\brole_arn\\s*=\\s*\"([^\"]*)\"", file(local.reader_file))) : null
}

output "state_version" {
  value       = local.state_version
  description = "What the outputs mean to a downstream environment; it refuses another version."
}

output "image_digest" {
  value       = module.promotion.image_digest == null ? null : module.service.image_digest
  description = "The image that runs, once its deployment held: what the next environment may run. Null before there is one."
}

output "network_cidr_blocks" {
  value       = module.promotion.network_cidr_blocks
  description = "The networks of this environment and all upstream of it, by environment, so that no two overlap."
}

output "environment" {
  value       = var.environment
  description = "The environment's name."
}

output "region" {
  value       = module.deployment.region
  description = "The region it is in."
}

output "replica_region" {
  value       = module.deployment.replica_region
  description = "The region that copies are kept in."
}

output "url" {
  value       = module.load_balancer.url
  description = "Where the service answers."
}

output "load_balancer_dns_name" {
  value       = module.load_balancer.dns_name
  description = "The name that an alias record points to."
}

output "load_balancer_zone_id" {
  value       = module.load_balancer.zone_id
  description = "The hosted zone of load_balancer_dns_name."
}

output "vpc_id" {
  value       = module.network.vpc_id
  description = "The network."
}

output "vpc_cidr_block" {
  value       = module.network.vpc_cidr_block
  description = "The network's range."
}

output "repository_url" {
  value       = module.service.repository_url
  description = "Where images of this environment are pushed."
}

output "cluster_name" {
  value       = module.service.cluster_name
  description = "The cluster that tasks run in."
}

output "service_name" {
  value       = module.service.service_name
  description = "The service that keeps them running."
}

output "task_family" {
  value       = module.service.task_family
  description = "The name that all revisions of the task definition share."
}

output "service_log_group_name" {
  value       = module.service.log_group_name
  description = "The log group of the tasks."
}

output "database_endpoint" {
  value       = module.database.endpoint
  description = "The host name of the database's writer."
}

output "database_cluster_identifier" {
  value       = module.database.cluster_identifier
  description = "The database cluster."
}

output "database_cluster_arn" {
  value       = module.database.cluster_arn
  description = "The same by its ARN, which RDS asks for where statements are sent to the database."
}

output "database_master_secret_arn" {
  value       = module.database.master_user_secret_arn
  description = "The secret that RDS keeps the master user's password in."
}

output "secret_arns" {
  value       = module.replication.secret_arns
  description = "The secrets whose values are put there from outside, by short name."
}

output "evidence_bucket_name" {
  value       = module.replication.evidence_bucket_name
  description = "The bucket of evidence."
}

output "backup_vault_arn" {
  value       = module.backup.vault_arn
  description = "The vault of backups."
}

output "replica_backup_vault_arn" {
  value       = module.backup.replica_vault_arn
  description = "The vault of their copies."
}

output "drift" {
  value = {
    role_arn    = module.drift_role.role_arn
    external_id = var.deployment_external_id
    regions     = [module.deployment.region, module.deployment.replica_region]
    # As this was applied the last time. The first environment's image is told to nobody but the one who applies.
    variables        = { deployment_role_arn = module.drift_role.role_arn, first_deployment = tostring(module.promotion.image_digest == null) }
    without_upstream = { image_digest = module.promotion.image_digest == null ? null : module.service.image_digest }
  }
  description = "What hoist drift needs to know: the role to look with, where, and the inputs that stand in no file."

  precondition {
    condition     = coalesce(local.reader_role_arn, module.drift_role.role_arn) == module.drift_role.role_arn
    error_message = "The role of this environment that looks for drift is ${module.drift_role.role_arn}, but ${local.reader_file} names ${coalesce(local.reader_role_arn, "no role")}, and that is who the bucket of states lets in. Set reader_role_name of the stack state-backend to \"{environment}-${var.service}-role-drift-{region}-${var.environment_suffix}\", apply it, and write the file anew from its output reader_backend_configuration."
  }
}

output "region" {
  value       = local.region
  description = "The region that is deployed to: the one that was asked for, else the environment's home region."
}

output "replica_region" {
  value       = local.environment.replicaRegion
  description = "The region that its copies are kept in."
}

output "account_id" {
  value       = local.environment.account
  description = "Its account."
}

output "role_arn" {
  value       = var.role_arn
  description = "The role to assume, once it is known to be one of the account."
}

output "upstream" {
  value       = local.environment.upstream
  description = "The environment that a change passes before this one; null for the first."
}

output "upstream_account_id" {
  value       = try(local.by_name[local.environment.upstream].account, null)
  description = "The account of that environment; null for the first."
}

output "is_last" {
  value       = var.environments[length(var.environments) - 1].name == local.environment.name
  description = "Whether it is the last of the list: what all changes are for, and where nothing is allowed that is for a look."
}

output "environment_names" {
  value       = keys(local.by_name)
  description = "All environments."
}

output "context" {
  value       = local.context
  description = "What names and tags in that region have in common: the context of all other modules."
}

output "replica_context" {
  value       = merge(local.context, { region = local.environment.replicaRegion })
  description = "The same for what is created in the replica region."
}

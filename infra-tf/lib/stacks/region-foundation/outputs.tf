output "state_version" {
  value       = 1
  description = "What the outputs mean to the stacks above; they refuse another version."
}

output "environment" {
  value       = var.environment
  description = "The environment's name."
}

output "region" {
  value       = module.deployment.region
  description = "The region that this is."
}

output "key_arn" {
  value       = module.key.key_arn
  description = "The region's key: home's own, or the replica of it."

  precondition {
    condition     = local.is_first || local.home_key_arn != null
    error_message = "The state of region-foundation in ${local.topology.home}, the home of ${var.environment}, names no key. Apply it there first: keys of other regions are replicas of home's."
  }
}

output "artifacts_bucket" {
  value       = module.artifacts.name
  description = "The bucket that the region's functions are deployed from."
}

output "vpc_id" {
  value       = module.network.vpc_id
  description = "The network."

  precondition {
    condition     = contains(keys(var.cidr_blocks), module.deployment.region)
    error_message = "cidr_blocks has no range for ${module.deployment.region}. Add one to environments/${var.environment}.tfvars."
  }
}

output "vpc_cidr_block" {
  value       = module.network.vpc_cidr_block
  description = "The network's range."
}

output "private_subnet_ids" {
  value       = module.network.private_subnet_ids
  description = "Where functions stand, and the tasks of services that read caches may."
}

output "endpoint_security_group_id" {
  value       = module.network.endpoint_security_group_id
  description = "The security group of the interface endpoints."
}

output "dynamodb_prefix_list_id" {
  value       = module.network.dynamodb_prefix_list_id
  description = "The prefix list of DynamoDB, for egress rules."
}

output "s3_prefix_list_id" {
  value       = module.network.s3_prefix_list_id
  description = "The prefix list of S3, for egress rules."
}

output "function_security_group_id" {
  value       = aws_security_group.functions.id
  description = "What functions carry that log in to no cache."
}

output "cache" {
  value = {
    host                     = local.cache_address == null ? module.cache[0].address.host : local.cache_address.host
    port                     = local.cache_port
    shards                   = local.cache_address == null ? module.cache[0].address.shards : local.cache_address.shards
    nodes                    = local.cache_address == null ? var.cache.replicas + 1 : 1
    client_security_group_id = local.cache_address == null ? module.cache[0].client_security_group_id : aws_security_group.functions.id
  }
  description = "Where the caches are, and the group that their clients carry."
}

output "agents" {
  value       = local.cache_address == null ? module.cache[0].agents : {}
  description = "For the tasks of each cell's services: the user that their agent logs in as, and the ARNs on which their role needs elasticache:Connect."
}

output "agent_reader_host" {
  value       = local.cache_address == null ? module.cache[0].reader_host : local.cache_address.host
  description = "Where agents read, spread over the replicas."
}

output "topic_arns" {
  value       = module.fanout.topic_arns
  description = "The topics of this region, by the plan's word: whoever wants to hear of its flags subscribes to flag-changes."
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
}

locals {
  # The role that looks for drift is the one that the bucket of states lets in; both are said in the file of that backend.
  reader_file     = "${path.module}/environments/${var.environment}.drift.tfbackend"
  reader_role_arn = fileexists(local.reader_file) ? one(regex("\\brole_arn\\s*=\\s*\"([^\"]*)\"", file(local.reader_file))) : null
}

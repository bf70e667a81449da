module "key" {
  source = "../../modules/encryption-key"

  context     = local.context
  purpose     = "flags"
  description = "Flags: tables, topics, buses, caches, variables, logs and what is deployed."
  # Buses, logs and what delivers the logs of workflows in their own name; alarms put messages into the topic of alarms.
  service_principals = ["cloudwatch.amazonaws.com", "delivery.logs.amazonaws.com", "events.amazonaws.com", "logs.amazonaws.com"]
  users              = { for name, role_arn in local.downstream_role_arns : name => { role_arn = role_arn, via_services = ["dynamodb"] } }
  multi_region       = true
  replica_of         = local.home_key_arn
}

module "network" {
  source = "../../modules/network"

  context             = local.context
  cidr_block          = lookup(var.cidr_blocks, module.deployment.region, "missing")
  availability_zones  = [for letter in lookup(var.availability_zone_letters, module.deployment.region, ["a", "b", "c"]) : "${module.deployment.region}${letter}"]
  nat_gateway_count   = module.topology.is_home ? var.nat_gateway_count : 0
  internet_cidr       = var.internet_cidr
  data_port           = local.cache_port
  kms_key_arn         = module.key.key_arn
  log_retention_days  = var.retention_days.logs
  endpoint_zone_count = var.endpoint_zone_count
  interface_endpoints = { for service in ["events", "logs", "sns", "sqs"] : service => { service = service } }
}

# Where each region's stack puts the zips that it deploys, under the hash of their content. A copy between regions would race
# the apply.
module "artifacts" {
  source = "../../modules/bucket"

  context                      = local.context
  purpose                      = "artifacts"
  key                          = { arn = module.key.key_arn }
  expire_noncurrent_after_days = var.retention_days.old_artifacts
  access_log                   = { bucket = module.access_logs.name, prefix = "artifacts/" }
}

module "access_logs" {
  source = "../../modules/bucket"

  context                      = local.context
  purpose                      = "access-logs"
  expire_after_days            = var.retention_days.access_logs
  expire_noncurrent_after_days = 30
  access_log_sources           = [module.artifacts.arn]
}

# Topic and queues are here and not beside the functions that read them: they are most of what a region has, and keep what is on its
# way while functions come and go.
module "fanout" {
  source = "../../modules/flag-fanout"

  context     = local.context
  topology    = local.topology
  kms_key_arn = module.key.key_arn
}

locals {
  # Null: this stack makes them.
  cache_address = lookup(var.cache_addresses, module.deployment.region, null)
  cache_port    = local.cache_address == null ? 6379 : local.cache_address.port
}

module "cache" {
  source = "../../modules/flag-cache"
  count  = local.cache_address == null ? 1 : 0

  context                    = local.context
  topology                   = local.topology
  vpc_id                     = module.network.vpc_id
  subnet_ids                 = module.network.data_subnet_ids
  endpoint_security_group_id = module.network.endpoint_security_group_id
  gateway_prefix_list_ids    = { dynamodb = module.network.dynamodb_prefix_list_id }
  kms_key_arn                = module.key.key_arn
  size                       = var.cache
  snapshot_retention_days    = var.retention_days.cache_snapshots
  port                       = local.cache_port
}

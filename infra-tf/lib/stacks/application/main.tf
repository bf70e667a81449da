module "data_key" {
  source = "../../modules/encryption-key"

  context            = local.context
  purpose            = "data"
  description        = "Database, secrets, evidence and backups."
  service_principals = ["rds.amazonaws.com", "logs.amazonaws.com"]
}

module "operations_key" {
  source = "../../modules/encryption-key"

  context     = local.context
  purpose     = "operations"
  description = "Images, logs, tasks' storage and what is told."
  service_principals = [
    "cloudwatch.amazonaws.com",
    "delivery.logs.amazonaws.com",
    "events.amazonaws.com",
    "fargate.amazonaws.com",
    "logs.amazonaws.com",
    "sns.amazonaws.com",
  ]
}

module "replica_key" {
  source    = "../../modules/encryption-key"
  providers = { aws = aws.replica }

  context     = module.deployment.replica_context
  purpose     = "replica"
  description = "Copies of secrets, evidence and backups."
}

module "network" {
  source = "../../modules/network"

  context             = local.context
  cidr_block          = module.promotion.cidr_block
  availability_zones  = local.availability_zones
  nat_gateway_count   = var.nat_gateway_count
  endpoint_zone_count = var.endpoint_zone_count
  interface_endpoints = { for service in var.interface_endpoints : replace(service, ".", "-") => { service = service } }
  internet_cidr       = var.internet_cidr
  data_port           = local.database_port
  kms_key_arn         = module.operations_key.key_arn
  log_retention_days  = var.retention_days.logs
}

module "load_balancer" {
  source = "../../modules/load-balancer"

  context                   = local.context
  vpc_id                    = module.network.vpc_id
  public_subnet_ids         = module.network.public_subnet_ids
  caller_cidrs              = var.caller_cidrs
  caller_prefix_list_ids    = var.caller_prefix_list_ids
  internet_cidr             = var.open_to_internet ? var.internet_cidr : null
  internal                  = var.internal_load_balancer
  domain                    = var.domain
  certificate_arn           = var.certificate_arn
  allow_plain_http          = var.allow_plain_http
  web_acl_arn               = var.web_acl_arn
  target                    = { port = local.container_port, health_check_path = "/health" }
  access_log_retention_days = var.retention_days.access_logs
}

module "database" {
  source = "../../modules/aurora-postgresql"

  context                     = local.context
  vpc_id                      = module.network.vpc_id
  data_subnet_ids             = module.network.data_subnet_ids
  availability_zones          = local.availability_zones
  instance_class              = var.database.instance_class
  instance_count              = var.database.instance_count
  serverless_capacity         = var.database.serverless_capacity
  allow_major_version_upgrade = var.allow_major_version_upgrade
  restore_from                = var.restore_database_from
  engine_version              = var.engine_version
  database_name               = local.database_name
  port                        = local.database_port
  backup_retention_days       = var.retention_days.database_backups
  kms_key_arn                 = module.data_key.key_arn
  log_retention_days          = var.retention_days.logs
  create_monitoring_log_group = var.create_monitoring_log_group
}

module "replication" {
  source    = "../../modules/replication"
  providers = { aws = aws, aws.replica = aws.replica }

  context                   = local.context
  replica_region            = module.deployment.replica_region
  secrets                   = { for name, secret in var.secrets : name => { description = secret.description } }
  evidence_retention_days   = var.retention_days.evidence
  access_log_retention_days = var.retention_days.access_logs
  kms_key_arn               = module.data_key.key_arn
  replica_kms_key_arn       = module.replica_key.key_arn
}

module "backup" {
  source    = "../../modules/backup"
  providers = { aws = aws, aws.replica = aws.replica }

  context             = local.context
  replica_region      = module.deployment.replica_region
  resource_arns       = [module.database.cluster_arn]
  retention_days      = var.retention_days.backups
  copy_retention_days = var.retention_days.backup_copies
  kms_key_arn         = module.data_key.key_arn
  replica_kms_key_arn = module.replica_key.key_arn
}

# The recorder went to the stack governance. Where an apply comes before the move, it forgets the recorder and destroys nothing.
removed {
  from = module.config_recorder

  lifecycle {
    destroy = false
  }
}

# What hoist drift looks with, at all that is above.
module "drift_role" {
  source = "../../modules/drift-role"

  context        = local.context
  principal_arns = var.drift_principal_arns
  external_id    = var.deployment_external_id
}

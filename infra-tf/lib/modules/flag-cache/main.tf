module "plan" {
  source   = "../flag-plan"
  context  = var.context
  topology = var.topology
}

module "naming" {
  source  = "../naming"
  context = var.context
  resources = {
    parameters = { type = "cache-parameters", qualifier = "flags" }
    subnets    = { type = "cache-subnets", qualifier = "flags" }
    users      = { type = "cache-user-group", qualifier = "flags" }
    caches     = { type = "security-group", qualifier = "caches" }
    clients    = { type = "security-group", qualifier = "cache-clients" }
  }
}

module "governance" {
  source = "../governance"
}

locals {
  engine = "valkey"
  tags   = module.plan.tags
  users  = module.plan.cache.users
}

# Nothing is thrown out to make room: a full cache refuses what is not a rescue, and says so.
resource "aws_elasticache_parameter_group" "this" {
  name        = module.naming.names["parameters"]
  family      = "valkey8"
  description = "Caches of flags: nothing is evicted."
  tags        = module.naming.named_tags["parameters"]

  parameter {
    name  = "maxmemory-policy"
    value = "noeviction"
  }
}

resource "aws_elasticache_subnet_group" "this" {
  name        = module.naming.names["subnets"]
  description = "Private subnets of the caches of flags."
  subnet_ids  = var.subnet_ids
  tags        = module.naming.named_tags["subnets"]
}

resource "aws_elasticache_replication_group" "this" {
  replication_group_id = module.plan.cache.name
  description          = "The caches of all services of the region, by cell."

  engine               = local.engine
  engine_version       = "8.0"
  node_type            = var.size.node_type
  num_cache_clusters   = var.size.replicas + 1
  parameter_group_name = aws_elasticache_parameter_group.this.name
  port                 = var.port

  subnet_group_name  = aws_elasticache_subnet_group.this.name
  security_group_ids = [aws_security_group.caches.id]

  automatic_failover_enabled = var.size.replicas > 0
  multi_az_enabled           = var.size.replicas > 0

  at_rest_encryption_enabled = true
  kms_key_id                 = var.kms_key_arn
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  user_group_ids             = [aws_elasticache_user_group.this.user_group_id]

  snapshot_retention_limit = var.snapshot_retention_days
  # A version that AWS installs by itself in one environment is a difference that nobody reviewed.
  auto_minor_version_upgrade = false
  apply_immediately          = true

  tags = merge(local.tags, { Name = module.plan.cache.name })
}

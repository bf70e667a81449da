module "plan" {
  source = "../../modules/flag-plan"

  context  = local.context
  topology = local.topology
}

# The topic and the queues have moved to region-foundation, which takes over what there is under their names.
removed {
  from = module.fanout

  lifecycle {
    destroy = false
  }
}

module "verification_table" {
  source = "../../modules/flag-tables"

  context     = local.context
  topology    = local.topology
  tables      = ["verification"]
  kms_key_arn = local.foundation.key_arn
}

module "cells" {
  source = "../../modules/flag-cells"

  context     = local.context
  topology    = local.topology
  artifacts   = local.artifacts
  kms_key_arn = local.foundation.key_arn
  cache       = { host = local.foundation.cache.host, port = local.foundation.cache.port, shards = local.foundation.cache.shards }
  network = {
    subnet_ids         = local.foundation.private_subnet_ids
    security_group_ids = [local.foundation.cache.client_security_group_id]
  }
  log_retention_days      = var.retention_days.logs
  code_signing_config_arn = var.code_signing_config_arn
}

module "verification" {
  source = "../../modules/flag-verification"

  context            = local.context
  topology           = local.topology
  kms_key_arn        = local.foundation.key_arn
  live_arns          = local.live_arns
  log_retention_days = var.retention_days.logs
  schedules_enabled  = var.schedules_enabled
}

module "observability" {
  source = "../../modules/flag-observability"

  context         = local.context
  topology        = local.topology
  kms_key_arn     = local.foundation.key_arn
  cache_nodes     = local.foundation.cache.nodes
  audit_domain    = local.audit_domain
  actions_enabled = var.alarms_enabled
  topic_arn       = var.alarm_topic_arn
  log_group_names = {
    acknowledgements = module.cells.log_group.name
    functions        = module.verification.log_group_name
  }
}

module "guard" {
  source = "../../modules/flag-guard"

  context          = local.context
  topology         = local.topology
  reader_role_arns = module.topology.is_home ? local.downstream_role_arns : {}
}

# The functions of the next environment ask here what was verified: those of its home, and of its standby.
locals {
  downstream = { for each in local.environments : each.name => each if try(each.upstream, null) == var.environment }
  readers = merge([for name, each in local.downstream : {
    for pair in setproduct([each.region, each.replicaRegion], ["accept", "resume"]) : replace("${name}${pair[0]}${pair[1]}", "-", "") => {
      context   = merge(local.context, { environment = name, region = pair[0], account_id = each.account })
      qualifier = "validator-${pair[1]}"
    }
  }]...)
  downstream_role_arns = { for name, naming in module.readers : name => naming.arns["role"] }
}

module "readers" {
  source   = "../../modules/naming"
  for_each = local.readers

  context   = each.value.context
  resources = { role = { type = "role", qualifier = each.value.qualifier } }
}

locals {
  artifacts = { bucket = local.foundation.artifacts_bucket, packages = "${path.module}/${var.packages_folder}" }

  # Those that neither flag-cells nor flag-audit makes. An index that is elsewhere is not set up from here.
  function_keys = toset([for key, function in module.plan.functions : key if function.package != "cache-updater" && (
    function.package != "audit-writer" || var.audit_endpoint != null && key != "audit-writer.bootstrap"
  )])

  upstream       = module.deployment.upstream
  upstream_home  = try(one([for each in local.environments : each.region if each.name == local.upstream]), null)
  upstream_table = local.upstream == null ? {} : { for table in ["flags", "changes"] : table => module.upstream[local.upstream].arns[table] }

  values = merge(var.audit_endpoint == null ? {} : { AUDIT_ENDPOINT = var.audit_endpoint }, {
    POLICY                 = var.policy
    REVERTS_PER_MINUTE     = tostring(var.reverts_per_minute)
    CACHE_HOST             = local.foundation.cache.host
    CACHE_PORT             = tostring(local.foundation.cache.port)
    CACHE_SHARDS           = tostring(local.foundation.cache.shards)
    UPSTREAM_FLAGS_TABLE   = lookup(local.upstream_table, "flags", "none")
    UPSTREAM_CHANGES_TABLE = lookup(local.upstream_table, "changes", "none")
  })
}

# The environment before, whose flags acceptance asks about: the only foreign account. Its tables are known by their names.
module "upstream" {
  source   = "../../modules/naming"
  for_each = toset(local.upstream == null ? [] : [local.upstream])

  context   = merge(local.context, { environment = each.key, region = local.upstream_home, account_id = module.deployment.upstream_account_id })
  resources = { for table in ["flags", "changes"] : table => { type = "table", qualifier = table } }
}

module "function" {
  source   = "../../modules/lambda-function"
  for_each = local.function_keys

  context     = local.context
  topology    = local.topology
  function    = each.key
  artifacts   = local.artifacts
  kms_key_arn = local.foundation.key_arn
  values      = local.values
  resources   = { for table in ["flags", "changes"] : "upstream/${table}" => [for name, arn in local.upstream_table : arn if name == table] }
  network = {
    subnet_ids         = local.foundation.private_subnet_ids
    security_group_ids = [local.in_caches[each.key] ? local.foundation.cache.client_security_group_id : local.foundation.function_security_group_id]
    always             = true
  }
  stream_arns             = { for table, regions in local.global.stream_arns : table => regions[module.deployment.region] if contains(keys(regions), module.deployment.region) }
  log_group_name          = module.verification.log_group_name
  code_signing_config_arn = var.code_signing_config_arn
}

locals {
  # Who has a user of the caches logs in there.
  in_caches = { for key in local.function_keys : key => contains(keys(module.plan.cache.users), key) }
}

module "audit" {
  source = "../../modules/flag-audit"
  count  = module.topology.is_home && var.audit_endpoint == null ? 1 : 0

  context                    = local.context
  topology                   = local.topology
  artifacts                  = local.artifacts
  kms_key_arn                = local.foundation.key_arn
  vpc_id                     = local.foundation.vpc_id
  subnet_ids                 = local.foundation.private_subnet_ids
  endpoint_security_group_id = local.foundation.endpoint_security_group_id
  gateway_prefix_list_ids    = { dynamodb = local.foundation.dynamodb_prefix_list_id }
  size                       = var.audit
  log_retention_days         = var.retention_days.logs
  log_group_name             = module.verification.log_group_name
  code_signing_config_arn    = var.code_signing_config_arn
}

locals {
  audit_domain = one(module.audit[*].domain)

  live_arns = merge(
    module.cells.live_arns,
    { for key, function in module.function : key => function.live_arn },
    merge(module.audit[*].live_arns...),
  )
  function_policies = merge(
    module.cells.policies,
    { for key, function in module.function : key => function.policy },
    merge(module.audit[*].policies...),
  )
}

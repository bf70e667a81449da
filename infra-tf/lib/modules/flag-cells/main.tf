module "plan" {
  source   = "../flag-plan"
  context  = var.context
  topology = var.topology
}

module "governance" {
  source = "../governance"
}

# The lines of all caches of the region, in one place: a scan is one query.
resource "aws_cloudwatch_log_group" "acknowledgements" {
  name              = module.plan.log_groups["acknowledgements"].name
  kms_key_id        = var.kms_key_arn
  retention_in_days = var.log_retention_days
  tags              = merge(module.plan.tags, { Name = module.plan.log_groups["acknowledgements"].name })
}

module "function" {
  source   = "../lambda-function"
  for_each = toset([for key, function in module.plan.functions : key if function.package == "cache-updater"])

  context     = var.context
  topology    = var.topology
  function    = each.key
  artifacts   = var.artifacts
  kms_key_arn = var.kms_key_arn
  network     = var.network
  values = merge(
    {
      CACHE_HOST   = var.cache.host
      CACHE_PORT   = tostring(var.cache.port)
      CACHE_SHARDS = tostring(var.cache.shards)
    },
    var.cache.password == null ? {} : { CACHE_PASSWORD = var.cache.password },
  )
  log_group_name          = aws_cloudwatch_log_group.acknowledgements.name
  code_signing_config_arn = var.code_signing_config_arn
}

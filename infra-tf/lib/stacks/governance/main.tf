# What is recorded outlives the application, so its key is not one of the application's.
module "key" {
  source = "../../modules/encryption-key"

  context            = local.context
  purpose            = "governance"
  description        = "Configuration history."
  service_principals = ["config.amazonaws.com"]
}

module "config_recorder" {
  source = "../../modules/config-recorder"

  context        = local.context
  kms_key_arn    = module.key.key_arn
  retention_days = var.retention_days.config
}

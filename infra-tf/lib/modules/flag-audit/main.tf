module "plan" {
  source   = "../flag-plan"
  context  = var.context
  topology = var.topology
}

module "governance" {
  source = "../governance"
}

module "naming" {
  source  = "../naming"
  context = var.context
  resources = merge(
    {
      domain  = { type = "security-group", qualifier = "audit-domain" }
      clients = { type = "security-group", qualifier = "audit-clients" }
      logs    = { type = "policy", qualifier = "audit-domain-logs" }
    },
    { for log, qualifier in local.logs : "log/${log}" => { type = "log-group", qualifier = "audit-domain-${qualifier}" } },
  )
}

locals {
  tags   = module.plan.tags
  domain = module.plan.audit_domain

  functions = { for key, function in module.plan.functions : key => function if function.package == "audit-writer" }

  # Who has which role inside of the domain: those that create documents, and those that search them.
  writer_arns = [for key in ["audit-writer.sweep", "audit-writer.write"] : module.plan.functions[key].role_arn]
  reader_arns = concat([module.plan.functions["audit-writer.sweep"].role_arn], values(var.reader_role_arns))

  network  = { subnet_ids = var.subnet_ids, security_group_ids = [aws_security_group.clients.id] }
  endpoint = "https://${aws_opensearch_domain.this.endpoint}"
}

module "function" {
  source   = "../lambda-function"
  for_each = toset([for key, function in module.plan.functions : key if function.package == "audit-writer" && key != "audit-writer.bootstrap"])

  context                 = var.context
  topology                = var.topology
  function                = each.key
  artifacts               = var.artifacts
  kms_key_arn             = var.kms_key_arn
  network                 = local.network
  values                  = { AUDIT_ENDPOINT = local.endpoint }
  log_group_name          = var.log_group_name
  code_signing_config_arn = var.code_signing_config_arn
}

# By itself, because the domain names its role before there is an endpoint for the others.
module "bootstrap" {
  source = "../lambda-function"

  context     = var.context
  topology    = var.topology
  function    = "audit-writer.bootstrap"
  artifacts   = var.artifacts
  kms_key_arn = var.kms_key_arn
  network     = local.network
  values = {
    AUDIT_ENDPOINT = local.endpoint
    AUDIT_WRITERS  = join(",", local.writer_arns)
    AUDIT_READERS  = join(",", local.reader_arns)
    AUDIT_MASTER   = local.functions["audit-writer.bootstrap"].role_arn
  }
  log_group_name          = var.log_group_name
  code_signing_config_arn = var.code_signing_config_arn
}

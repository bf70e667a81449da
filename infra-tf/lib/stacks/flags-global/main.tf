module "tables" {
  source = "../../modules/flag-tables"

  context         = local.context
  topology        = local.topology
  tables          = ["flags", "proposals", "changes"]
  kms_key_arn     = local.key_arn
  replica_regions = setsubtract(local.topology.regions[*].name, var.without_replica)
  authors         = var.authors

  reader_role_arns = local.downstream_role_arns
}

# Who is made home by data writes there, so the standby has the same tables, idle.
module "standby_tables" {
  source    = "../../modules/flag-tables"
  providers = { aws = aws.standby }

  context     = module.deployment.replica_context
  topology    = local.topology
  tables      = ["proposals", "changes"]
  kms_key_arn = local.standby_key_arn

  reader_role_arns = local.downstream_role_arns
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

module "operators" {
  source = "../../modules/flag-operators"

  context     = local.context
  topology    = local.topology
  kms_key_arn = local.key_arn
  operators   = var.operators
}

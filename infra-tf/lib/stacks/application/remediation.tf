variable "remediation" {
  type = object({
    sources             = object({ type = string, location = string, version = optional(string) })
    connection_arn      = optional(string)
    schedule_expression = optional(string, "rate(1 day)")
    enabled             = optional(bool, true)
    subscriptions       = optional(map(object({ protocol = string, endpoint = string })), {})
    config_rules        = optional(list(string), [])
    trail               = optional(object({ deployment = string, bus_arn = string }))
  })
  description = "What puts drift back on a schedule, as far as a machine may: where its builds get this repository from, and who is told. The inputs of the module remediation. Null: people run hoist remediate."
  default     = null

  # Terraform gets its providers from there, and most APIs that it calls have no endpoint in the network.
  validation {
    condition     = var.remediation == null || var.nat_gateway_count > 0
    error_message = "remediation runs its builds in the private subnets, with a way to the internet: nat_gateway_count must be at least 1."
  }
}

locals {
  watched = {
    # Computed: which rules there are must be known at plan.
    cluster_arn  = "arn:${local.context.partition}:ecs:${local.context.region}:${local.context.account_id}:cluster/${module.service.cluster_name}"
    database_ids = concat([module.database.cluster_identifier], module.database.instance_identifiers)
  }
}

module "remediation" {
  source = "../../modules/remediation"
  count  = var.remediation == null ? 0 : 1

  context             = local.context
  stack               = "application"
  schedule_expression = var.remediation.schedule_expression
  enabled             = var.remediation.enabled
  runner = {
    sources              = var.remediation.sources
    connection_arn       = var.remediation.connection_arn
    network              = { vpc_id = module.network.vpc_id, subnet_ids = module.network.private_subnet_ids, internet_cidr = var.internet_cidr }
    deployment_role_arns = [module.deployment.role_arn]
  }
  subscriptions      = var.remediation.subscriptions
  watched            = merge(local.watched, { config_rules = var.remediation.config_rules })
  trail              = var.remediation.trail
  kms_key_arn        = module.operations_key.key_arn
  log_retention_days = var.retention_days.logs
}

output "remediation" {
  value = one([for each in module.remediation : {
    workflow_arn          = each.workflow_arn
    plans_bucket          = each.plans_bucket
    runner_role_arn       = each.runner_role_arn
    runner_role_unique_id = each.runner_role_unique_id
  }])
  description = "What puts drift back: its workflow, its bucket of plans and approvals, and the role of its builds, which the deployment role must let in, with its unique id for workloads of fleet/remediation.json. Null where people do."
}

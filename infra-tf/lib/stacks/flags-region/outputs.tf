output "state_version" {
  value       = local.state_version
  description = "What the outputs mean to whoever reads them."
}

output "environment" {
  value       = var.environment
  description = "The environment's name."
}

output "region" {
  value       = module.deployment.region
  description = "The region that this is."
}

output "deployment" {
  value = {
    environment = var.environment
    home        = local.topology.home
    regions     = [for region in local.topology.regions : region.name]

    flagsTable        = module.plan.tables["flags"].name
    changesTable      = module.plan.tables["changes"].name
    proposalsTable    = module.plan.tables["proposals"].name
    verificationTable = module.plan.tables["verification"].name
    acknowledgements  = module.plan.log_groups["acknowledgements"].name
    eventBus          = module.plan.buses["events"].name
    queues = merge(
      { for key, queue in module.plan.queues : key => replace(queue.arn, ":${module.deployment.region}:", ":{region}:") },
      { for key, queue in module.plan.service_queues : key => replace(queue.arn_template, ":${module.deployment.region}:", ":{region}:") },
    )
    functions = { for key, function in module.plan.functions : key => replace(function.live_arn, ":${module.deployment.region}:", ":{region}:") }
    workflows = { for key, workflow in module.plan.workflows : key => replace(workflow.arn, ":${module.deployment.region}:", ":{region}:") }
  }
  description = "How the parts of this environment are called, for hoist topology, redrive, audit, verify and doctor: its regions, and ARNs with {region} in place of the region, and {service} of a service. Home's has all of them."

  precondition {
    condition     = alltrue([for state in [local.foundation, local.global] : try(state.state_version, 0) == local.state_version])
    error_message = "region-foundation or flags-global was applied by another version of these stacks: state_version is ${try(local.foundation.state_version, "missing")} and ${try(local.global.state_version, "missing")}, needed is ${local.state_version}. Apply them with this version first."
  }

  precondition {
    condition     = toset(keys(try(local.foundation.topic_arns, {}))) == toset(keys(module.plan.topics))
    error_message = "region-foundation in ${module.deployment.region} does not have the topics ${join(", ", keys(module.plan.topics))}, whose queues the functions read. Apply it there with this version first."
  }

  precondition {
    condition     = try(local.foundation.environment, null) == var.environment && try(local.foundation.region, null) == module.deployment.region && try(local.global.environment, null) == var.environment
    error_message = "The states that were read are those of ${try(local.foundation.environment, "nothing")} in ${try(local.foundation.region, "nowhere")} and of ${try(local.global.environment, "nothing")}, not of ${var.environment} in ${module.deployment.region}. Correct foundation_state and global_state."
  }
}

output "function_policies" {
  value       = local.function_policies
  description = "The whole policy (JSON) of each function's role."
}

output "workflow_arns" {
  value       = module.verification.workflow_arns
  description = "The workflows, by the plan's word."
}

output "alarm_topic_arn" {
  value       = module.observability.topic_arn
  description = "Where alarms are told: whoever is on call subscribes here."
}

output "dashboard_names" {
  value       = module.observability.dashboard_names
  description = "The dashboard of this region, and in home that of all regions."
}

output "drift" {
  value = {
    role_arn         = local.reader_role_arn
    external_id      = var.deployment_external_id
    regions          = [module.deployment.region]
    variables        = { deployment_role_arn = coalesce(local.reader_role_arn, var.deployment_role_arn) }
    without_upstream = {}
  }
  description = "What hoist drift needs to know: the role to look with, where, and the inputs that stand in no file."
}

locals {
  # The role that looks for drift is the one that the bucket of states lets in; both are said in the file of that backend.
  reader_file     = "${path.module}/environments/${var.environment}.drift.tfbackend"
  reader_role_arn = fileexists(local.reader_file) ? one(regex("\\brole_arn\\s*=\\s*\"([^\"]*)\"", file(local.reader_file))) : null
}

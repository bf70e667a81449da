output "is_home" {
  value       = local.is_home
  description = "Whether what only home has exists here: in home, and idle in its standby."
}

output "tags" {
  value       = module.naming.tags
  description = "The mandatory tags. Every taggable resource carries them."
}

output "regions" {
  value       = local.regions
  description = "All regions of the topology, sorted."
}

output "homes" {
  value       = local.homes
  description = "Home, and its standby where there is one."
}

output "cells" {
  value       = local.cells
  description = "The services of each cell, sorted."
}

output "tables" {
  value = {
    for key, each in local.tables : key => {
      name          = module.naming.names["table/${key}"]
      arn           = module.naming.arns["table/${key}"]
      here          = each.scope == "region" || local.is_home
      replicates    = try(each.replicates, false)
      partition_key = each.partitionKey
      sort_key      = each.sortKey
      stream        = try(each.stream, null)
      time_to_live  = try(each.timeToLive, null)
      indexes = {
        for index, of in try(each.indexes, {}) : index => { partition_key = of.partitionKey, sort_key = of.sortKey, projection = of.projection }
      }
    }
  }
  description = "The tables of the plan. Those that are not here exist in home only, under the name and ARN that they would have in this region."
}

output "topics" {
  value = {
    for key, each in local.topics : key => {
      name          = module.naming.names["topic/${key}"]
      arn           = module.naming.arns["topic/${key}"]
      subscriptions = each.subscriptions
    }
  }
  description = "The topics of this region, with their subscriptions as the plan has them."
}

output "queues" {
  value = merge(
    {
      for key, each in local.queues : key => {
        name               = module.naming.names["queue/${key}"]
        arn                = module.naming.arns["queue/${key}"]
        visibility_seconds = each.visibilitySeconds
        retention_seconds  = each.retentionSeconds
        receives           = each.receives
        dead_letter        = each.deadLetter
        senders            = local.senders[key]
      }
    },
    {
      for key, each in local.dead_letters : key => {
        name               = module.naming.names["queue/${key}"]
        arn                = module.naming.arns["queue/${key}"]
        visibility_seconds = null
        retention_seconds  = each.retentionSeconds
        receives           = null
        dead_letter        = null
        senders            = local.senders[key]
      }
    },
  )
  description = "The queues that exist once, dead letters among them: those have no receives. senders are services of AWS, with the ARNs of the resources that they may send for."
}

output "service_queues" {
  value = {
    for key in keys(local.service_queues) : key => {
      names              = module.naming.templates["queue/${key}"].names
      arns               = module.naming.templates["queue/${key}"].arns
      arn_template       = module.naming.templates["queue/${key}"].arn
      visibility_seconds = try(local.wiring.queues[key].visibilitySeconds, null)
      retention_seconds  = merge(local.wiring.queues, local.wiring.deadLetters)[key].retentionSeconds
      receives           = try(local.wiring.queues[key].receives, null)
      dead_letter        = try(local.wiring.queues[key].deadLetter, null)
      senders            = local.senders[key]
    }
  }
  description = "The queues that exist per service, dead letters among them, with names and ARNs by service."
}

output "buses" {
  value = {
    for key, each in local.buses : key => { name = module.naming.names["bus/${key}"], arn = module.naming.arns["bus/${key}"], dead_letter = each.deadLetter }
  }
  description = "The event buses of this region, with where they put what their key cannot encrypt or decrypt."
}

output "rules" {
  value       = local.rule_details
  description = "The rules on this region's buses, with their patterns (JSON) and targets."
}

output "forwards" {
  value       = local.forward_details
  description = "What is passed on to the buses of other regions, one entry for each, guarded by where it happened."
}

output "schedules" {
  value       = local.schedule_details
  description = "The schedules of this region, one per cell where the plan says so, with the function that each calls, or the topic that it publishes to: the input is then that of SNS's Publish."
}

output "workflows" {
  value       = local.workflow_details
  description = "The workflows of this region, with the path of their definition and the functions that fill its placeholders."
}

output "functions" {
  value = {
    for key, each in local.functions : key => {
      function             = each.function
      cell                 = each.cell
      name                 = module.naming.names["function/${key}"]
      arn                  = module.naming.arns["function/${key}"]
      live_arn             = "${module.naming.arns["function/${key}"]}:live"
      role_name            = module.naming.names["role/${key}"]
      role_arn             = module.naming.arns["role/${key}"]
      package              = split(".", each.function)[0]
      entry_point          = split(".", each.function)[1]
      handler              = local.facts[key].handler
      memory_mb            = local.facts[key].memoryMb
      timeout_seconds      = local.facts[key].timeoutSeconds
      in_network           = local.facts[key].network == "vpc"
      variables            = local.facts[key].environment
      environment          = local.environment[key]
      reserved_concurrency = try(local.wiring.functions[each.function].reservedConcurrency, null)
      log_group            = module.naming.names[split(".", each.function)[0] == "cache-updater" ? "log/acknowledgements" : "log/functions"]
      log_group_arn        = module.naming.arns[split(".", each.function)[0] == "cache-updater" ? "log/acknowledgements" : "log/functions"]
      streams              = local.stream_triggers[key]
      queues               = local.queue_triggers[key]
      schedule = local.schedule_triggers[key] == null ? null : {
        retry_attempts  = local.schedule_triggers[key].retry_attempts
        dead_letter_arn = one(values(local.queue_arns[local.schedule_triggers[key].dead_letter]))
      }
      statements = local.statements[key]
    }
  }
  description = "The functions of this region, one per cell where the plan says so (for example \"cache-updater.apply.cell-1\"): what lambda.json says of each, its triggers, its variables as far as they are known, and its policy's statements."

  precondition {
    condition     = alltrue([for key, each in local.functions : contains(keys(local.permissions.functions), each.function)])
    error_message = "packages/wiring/lib/permissions.json does not say what these functions may do: ${join(", ", [for each in local.functions : each.function if !contains(keys(local.permissions.functions), each.function)])}. Write their entries."
  }
}

output "cache" {
  value = {
    name  = module.naming.names["cache/flags"]
    arn   = module.naming.arns["cache/flags"]
    users = local.cache_user_details
  }
  description = "The replication group, and its users with their access strings: one for each function that logs in, and one for the agents of each cell."
}

output "log_groups" {
  value       = { for key in ["acknowledgements", "functions"] : key => { name = module.naming.names["log/${key}"], arn = module.naming.arns["log/${key}"] } }
  description = "The log groups of the functions: one for those that acknowledge, which is scanned, and one for the others."
}

output "audit_domain" {
  value       = { name = module.naming.names["domain/audit"], arn = module.naming.arns["domain/audit"], stream = local.audit_stream }
  description = "The domain of the audit trail, and the data stream in it."
}

output "change_writer_role_arns" {
  value = sort([
    for key, each in local.functions : module.naming.arns["role/${key}"]
    if length([for statement in local.writes_changes[key] : statement if length(statement.keys) == 0]) > 0
  ])
  description = "The roles of this region's functions that write what is known of changes. Empty outside of home."
}

output "progress_role_arns" {
  value = sort([
    for key, each in local.functions : module.naming.arns["role/${key}"]
    if length([for statement in local.writes_changes[key] : statement if length(statement.keys) > 0]) > 0
  ])
  description = "The roles of this region's functions that write in the table of changes how far the sweep of the trail is. Empty outside of home."
}

output "home_role_arns" {
  value = sort([
    for key, each in local.functions : module.naming.arns["role/${key}"]
    if length([for statement in local.statements[key] : statement if contains(statement.resources, module.naming.arns["table/proposals"])]) > 0
  ])
  description = "The roles of this region's functions that settle proposals: they alone may write there without a key of their own. Empty outside of home."
}

output "measured" {
  value = {
    namespace  = local.wiring.metrics.namespace
    dimensions = { for name in local.wiring.metrics.dimensions : name => { region = local.region }[name] }
    limits = {
      for key, each in local.limits : key => { metric = each.metric, limit = each.limit, alarm = each.alarm, scope = each.scope, measures = each.measures }
    }
    counts = {
      for key, each in local.counts : key => { metric = each.metric, statistic = each.statistic, alarm = each.alarm, scope = each.scope, measures = each.measures }
    }
    # Who measures it is here, though it may not be promised here.
    metrics = sort(concat(
      [for each in local.wiring.metrics.limits : each.metric if contains(values(local.functions)[*].function, each.function)],
      [for each in local.wiring.metrics.counts : each.metric if length(setintersection(values(local.functions)[*].function, each.functions)) > 0],
    ))
  }
  description = "What the functions measure, as metrics of CloudWatch: the limits that are promised in this region, and what is counted, each with its alarm."
}

output "alarms" {
  value = {
    for key, each in local.alarms : key => {
      urgency        = each.urgency
      means          = each.means
      period_seconds = each.watch.periodSeconds
      periods        = each.watch.periods
      breaching      = each.watch.breaching
      above          = try(each.watch.above, one([for limit in local.limits : limit.limit if limit.alarm == key]))
      below          = try(tonumber(each.watch.below), each.watch.below == "services" ? length(local.services) : null, null)
      missing        = each.watch.missing
    }
  }
  description = "What goes off in this region when, by the names that docs/runbook.md has a section for."
}

output "canary_role_arns" {
  value       = contains(keys(local.services), local.shadow) ? [for region in local.homes : module.canary_naming[region].arns["function"]] : []
  description = "The roles of the canary's function in home and standby, which take on the role of its key. Empty where the topology has no service for it."
}

locals {
  # Home's bus forwards to every other region's, a region's to home's and to its standby's: whichever is home, by the item HOME,
  # hears all regions, and what only passes through is not told again.
  forwards = merge([
    for key, each in local.wiring.forwards : {
      for to in each.to == "home" ? local.homes : local.regions : "${key}-${to}" => merge(each, { forward = key, to_region = to })
      if to != local.region && (each.from == "region" || local.is_home)
    }
  ]...)

  schedules = merge([
    for key, each in local.wiring.schedules : each.scope == "cell"
    ? { for cell in keys(local.cells) : "${key}-${cell}" => merge(each, { schedule = key, cell = cell }) }
    : { for one in [key] : one => merge(each, { schedule = key, cell = null }) if contains(local.scopes_here, each.scope) && !contains(local.absent.schedules, key) }
  ]...)

  # A placeholder stands alone as a value, so it is a whole JSON string.
  region_place = jsonencode("{region}")
  to_place     = jsonencode("{to}")
  cell_place   = jsonencode("{cell}")

  # A rule's ARN has its bus in it.
  rule_arn = "arn:${var.context.partition}:events:${local.region}:${var.context.account_id}:rule"

  rule_details = {
    for key, each in local.rules : key => {
      name        = module.naming.names["rule/${key}"]
      arn         = "${local.rule_arn}/${module.naming.names["bus/${each.bus}"]}/${module.naming.names["rule/${key}"]}"
      bus         = module.naming.names["bus/${each.bus}"]
      pattern     = replace(jsonencode(each.pattern), local.region_place, jsonencode(local.region))
      queue       = try(each.target.queue, null)
      workflow    = try(each.target.workflow, null)
      dead_letter = each.deadLetter
    }
  }

  forward_details = {
    for key, each in local.forwards : key => {
      name        = module.naming.names["forward/${key}"]
      arn         = "${local.rule_arn}/${module.naming.names["bus/${each.bus}"]}/${module.naming.names["forward/${key}"]}"
      bus         = module.naming.names["bus/${each.bus}"]
      pattern     = replace(replace(jsonencode(each.pattern), local.region_place, jsonencode(local.region)), local.to_place, jsonencode(each.to_region))
      to_bus_arn  = module.naming.templates["bus/${each.bus}"].arns[each.to_region]
      dead_letter = each.deadLetter
    }
  }

  schedule_inputs = { for key, each in local.schedules : key => replace(jsonencode(each.input), local.cell_place, jsonencode(coalesce(each.cell, "-"))) }

  schedule_details = {
    for key, each in local.schedules : key => {
      name       = module.naming.names["schedule/${key}"]
      expression = "rate(${each.everyMinutes} minute${each.everyMinutes == 1 ? "" : "s"})"
      # A topic takes a message with attributes by SNS's own call, which the scheduler can make; a function takes the input as it is.
      input = try(each.target.topic, null) == null ? local.schedule_inputs[key] : jsonencode({
        TopicArn          = module.naming.arns["topic/${each.target.topic}"]
        Message           = local.schedule_inputs[key]
        MessageAttributes = { for attribute, values in each.target.attributes : attribute => { DataType = "String.Array", StringValue = jsonencode(values) } }
      })
      topic_arn      = try(module.naming.arns["topic/${each.target.topic}"], null)
      retry_attempts = each.retryAttempts
      dead_letter    = each.deadLetter
      # The one function that names the schedule as its trigger; none where it has a topic.
      function = one([
        for name, function in local.functions : name
        if contains([for trigger in function.triggers : trigger.schedule if trigger.kind == "schedule"], each.schedule)
      ])
    }
  }

  workflow_details = {
    for key, each in local.workflows : key => {
      name       = module.naming.names["workflow/${key}"]
      arn        = module.naming.arns["workflow/${key}"]
      type       = each.type
      definition = "${path.module}/../../../../${each.definition}"
      # By placeholder of the definition, the function that fills it.
      functions = merge([
        for name, function in local.functions : {
          for trigger in function.triggers : trigger.placeholder => name
          if trigger.kind == "workflow" && try(trigger.workflow, null) == key
        }
      ]...)
    }
  }

  # Which services of AWS put messages into a queue in their own name, and for which of our resources. Functions and schedules send
  # with their roles.
  senders = {
    for key in keys(merge(local.wiring.queues, local.wiring.deadLetters)) : key => {
      "events.amazonaws.com" = concat(
        [for rule in local.rule_details : rule.arn if rule.queue == key || rule.dead_letter == key],
        [for forward in local.forward_details : forward.arn if forward.dead_letter == key],
        [for bus, each in local.buses : module.naming.arns["bus/${bus}"] if each.deadLetter == key],
      )
      "sns.amazonaws.com" = [
        for topic, each in local.topics : module.naming.arns["topic/${topic}"]
        if contains(flatten([for subscription in each.subscriptions : [subscription.queue, subscription.deadLetter]]), key)
      ]
    }
  }
}

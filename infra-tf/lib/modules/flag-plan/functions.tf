locals {
  # One entry for each function of this region; one per cell of those that exist per cell.
  functions = merge([
    for name, each in local.wiring.functions : each.scope == "cell"
    ? { for cell in keys(local.cells) : "${name}.${cell}" => { function = name, cell = cell, qualifier = "${replace(name, ".", "-")}-${cell}", triggers = each.triggers } }
    : { for one in [name] : one => { function = name, cell = null, qualifier = replace(name, ".", "-"), triggers = each.triggers } if contains(local.scopes_here, each.scope) && !contains(local.absent.functions, name) }
  ]...)

  facts = { for key, each in local.functions : key => local.entry_points[split(".", each.function)[0]][split(".", each.function)[1]] }

  # Where a function's queue, stream or schedule gives up to; the function puts there itself what no repetition heals.
  dead_letters_of = {
    for key, each in local.functions : key => distinct(flatten([for trigger in each.triggers : concat(
      trigger.kind == "stream" ? [trigger.failureDestination] : [],
      trigger.kind == "queue" ? [local.wiring.queues[trigger.queue].deadLetter] : [],
      trigger.kind == "schedule" ? [local.wiring.schedules[trigger.schedule].deadLetter] : [],
    )]))
  }

  stream_triggers = {
    for key, each in local.functions : key => {
      for trigger in each.triggers : trigger.table => {
        batch_size          = trigger.batchSize
        window_seconds      = trigger.windowSeconds
        parallelization     = trigger.parallelisation
        retry_attempts      = trigger.retryAttempts
        record_age_seconds  = trigger.recordAgeSeconds
        bisect              = trigger.bisect
        starting_position   = trigger.startingPosition
        response_types      = trigger.partialBatchResponses ? ["ReportBatchItemFailures"] : []
        failure_destination = module.naming.arns["queue/${trigger.failureDestination}"]
        # A JSON document of its own for each key, because a list of a word and an object is no list for Terraform.
        filters = [
          for filter in trigger.filter : jsonencode({ dynamodb = { Keys = {
            for attribute, match in filter : attribute => jsondecode("{\"S\":[${can(match.prefix) ? jsonencode({ prefix = match.prefix }) : jsonencode(match.equals)}]}")
          } } })
        ]
      } if trigger.kind == "stream"
    }
  }

  queue_triggers = {
    for key, each in local.functions : key => merge([
      for trigger in each.triggers : {
        for place, arn in local.queue_arns[trigger.queue] : trim("${trigger.queue}/${place}", "/") => {
          queue               = trigger.queue
          arn                 = arn
          batch_size          = trigger.batchSize
          window_seconds      = trigger.windowSeconds
          maximum_concurrency = try(trigger.maximumConcurrency, null)
          response_types      = trigger.partialBatchResponses ? ["ReportBatchItemFailures"] : []
        } if place == "" || try(local.services[place], null) == each.cell
      } if trigger.kind == "queue"
    ]...)
  }

  # A queue or dead letter of the plan by its places: the services, or none.
  queue_arns = merge(
    { for key in keys(merge(local.queues, local.dead_letters)) : key => { "" = module.naming.arns["queue/${key}"] } },
    { for key in keys(local.service_queues) : key => module.naming.templates["queue/${key}"].arns },
  )

  # A schedule calls without waiting: Lambda would try what fails twice more, and drop it then.
  schedule_triggers = {
    for key, each in local.functions : key => one([
      for trigger in each.triggers : {
        retry_attempts = local.wiring.schedules[trigger.schedule].retryAttempts
        dead_letter    = local.wiring.schedules[trigger.schedule].deadLetter
      } if trigger.kind == "schedule"
    ])
  }
}

module "plan" {
  source   = "../flag-plan"
  context  = var.context
  topology = var.topology
}

locals {
  # Copied out of the plan: whoever names an output of a module evaluates them all, for each of hundreds of queues.
  tags   = module.plan.tags
  topics = module.plan.topics

  # One entry for each queue, by the key that triggers have: "cache-loads", or with the service "service-flags/checkout".
  queues = merge(
    { for key, each in module.plan.queues : key => merge(each, { dead_letter_key = each.dead_letter }) },
    merge([
      for key, each in module.plan.service_queues : {
        for service, name in each.names : "${key}/${service}" => {
          name               = name
          arn                = each.arns[service]
          visibility_seconds = each.visibility_seconds
          retention_seconds  = each.retention_seconds
          receives           = each.receives
          senders            = each.senders
          dead_letter_key    = each.dead_letter == null ? null : "${each.dead_letter}/${service}"
        }
      }
    ]...),
  )

  received     = { for key, each in local.queues : key => each if each.receives != null }
  dead_letters = { for key, each in local.queues : key => each if each.receives == null }

  # The queues whose messages end in a dead letter.
  gives_up_to = { for key in keys(local.dead_letters) : key => [for queue in local.received : queue.arn if queue.dead_letter_key == key] }

  subscriptions = merge(flatten([
    for topic, each in local.topics : [
      for subscription in each.subscriptions : {
        for service in keys(module.plan.service_queues[subscription.queue].arns) : "${topic}/${service}" => merge(subscription, {
          topic     = topic
          queue_key = "${subscription.queue}/${service}"
          # A placeholder is a whole JSON string.
          filter = replace(jsonencode(subscription.filterPolicy), jsonencode("{service}"), jsonencode(service))
        })
      }
    ]
  ])...)
}

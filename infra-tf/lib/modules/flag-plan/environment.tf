locals {
  # By the names that lambda.json has. What is not here comes from outside: addresses, policies, budgets.
  environment = {
    for key, each in local.functions : key => merge(
      {
        ENVIRONMENT               = var.context.environment
        ACKNOWLEDGEMENT_LOG_GROUP = module.naming.names["log/acknowledgements"]
        EVENT_BUS_NAME            = module.naming.names["bus/events"]
        TOPIC_ARN_TEMPLATE        = module.naming.templates["topic/flag-changes"].arn
        QUEUE_ARN_TEMPLATE        = module.naming.templates["queue/service-flags"].arn
        DEAD_LETTER_ARN_TEMPLATE  = module.naming.templates["queue/service-flags-dead"].arn
        AUDIT_INDEX               = local.audit_stream
        LOAD_QUEUE_ARN            = module.naming.arns["queue/cache-loads"]
        CACHE_NAME                = module.naming.names["cache/flags"]
        CACHE_TLS                 = "true"
        # The token of the function's role takes the password's place.
        CACHE_PASSWORD = "none"
      },
      contains(keys(local.services), local.shadow) ? { CANARY_QUEUE_ARN_TEMPLATE = local.shadow_queue_template, CANARY_ROLE_ARN = local.canary_role_arn } : {},
      { for table in keys(local.tables) : "${upper(table)}_TABLE" => module.naming.names["table/${table}"] },
      { for name, value in { CELL = each.cell, CACHE_USER = try(local.cache_user_details[key].name, null) } : name => value if value != null },
      { for letter in local.dead_letters_of[key] : "DEAD_LETTER_ARN" => one(values(local.queue_arns[letter])) if length(local.queue_arns[letter]) == 1 },
    )
  }
}

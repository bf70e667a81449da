locals {
  # What a word of permissions.json means here. Where something needs a value from outside, it stays a word, and whoever makes
  # the role puts it in.
  resources = merge(
    { for key in keys(local.tables) : "table/${key}" => [module.naming.arns["table/${key}"]] },
    merge([for key, each in local.tables : { for index in keys(try(each.indexes, {})) : "index/${key}/${index}" => ["${module.naming.arns["table/${key}"]}/index/${index}"] }]...),
    { for key in keys(local.topics) : "topic/${key}" => [module.naming.arns["topic/${key}"]] },
    { for key in keys(local.topics) : "topics/${key}" => values(module.naming.templates["topic/${key}"].arns) },
    { for key in keys(local.buses) : "bus/${key}" => [module.naming.arns["bus/${key}"]] },
    { for key in keys(merge(local.queues, local.dead_letters)) : "queue/${key}" => values(local.queue_arns[key]) },
    {
      # A query is started on the group, and IAM is asked with both forms of its ARN.
      "log/acknowledgements" = [module.naming.arns["log/acknowledgements"], "${module.naming.arns["log/acknowledgements"]}:*"]
      # The action knows no resource; a query's id is all that it is given.
      "queries" = ["*"]
    },
    {
      # Who takes on the role is the canary, wherever it is home; the role itself is the first home's.
      "author/canary" = [local.canary_role_arn]
      # The queues of its own service, of every region.
      "queues/canary" = [for region in local.regions : replace(local.shadow_queue_template, local.region_word, region)]
    },
    # Paths of the audit domain's HTTP interface.
    {
      for word in distinct(flatten([for statements in values(local.permissions.functions) : statements[*].on])) :
      word => ["${module.naming.arns["domain/audit"]}${trimprefix(word, "audit")}"] if startswith(word, "audit/")
    },
  )

  region_word           = "{region}"
  shadow_queue_template = replace(lookup(module.naming.templates["queue/service-flags"].arns, local.shadow, "none"), ":${local.region}:", ":${local.region_word}:")
  canary_role_arn       = module.author_naming.arns["canary"]

  # Who logs in to the caches, as which user, with which rights: one user per function, of a cell where the function is of one.
  cache_functions = {
    for key, each in local.functions : key => one(flatten([
      for statement in local.permissions.functions[each.function] : [for word in statement.on : trimprefix(word, "caches/") if startswith(word, "caches/")]
    ]))
  }
  cache_users = merge(
    { for key, rights in local.cache_functions : key => { rights = rights, cell = local.functions[key].cell, qualifier = join("-", slice(split(".", key), 1, length(split(".", key)))) } if rights != null },
    { for cell in keys(local.cells) : "agent.${cell}" => { rights = "serves", cell = cell, qualifier = "agent-${cell}" } },
  )

  # Keys and channels begin with the cell.
  cache_prefixes = { for key, each in local.cache_users : key => each.cell == null ? "cell-*" : "${each.cell}:*" }

  cache_user_details = {
    for key, each in local.cache_users : key => {
      name = module.naming.names["cache-user/${key}"]
      arn  = module.naming.arns["cache-user/${key}"]
      # An agent reads what its cell has, and writes nothing but its own claims.
      access_string = join(" ", concat(
        ["on", "${each.rights == "writes" ? "~" : "%R~"}${local.cache_prefixes[key]}"],
        each.rights == "serves" ? ["%RW~${local.cache_prefixes[key]}:instances"] : [],
        ["resetchannels"],
        each.rights == "reads" ? [] : ["&${local.cache_prefixes[key]}"],
        ["-@all", local.permissions.caches[each.rights]],
      ))
      connect_arns = [module.naming.arns["cache/flags"], module.naming.arns["cache-user/${key}"]]
    }
  }

  # What the code of a function does, and what its triggers and dead letters ask of it.
  statements = {
    for key, each in local.functions : key => concat(
      [
        for statement in local.permissions.functions[each.function] : {
          sid     = statement.sid
          actions = statement.actions
          resources = flatten([
            for word in statement.on : startswith(word, "caches/") ? local.cache_user_details[key].connect_arns : lookup(local.resources, word, [word])
          ])
          keys = [for leading in try(statement.keys, []) : replace(leading, "{region}", local.region)]
        } if(try(statement.in, "region") == "region" || local.is_home) && !contains(statement.on, "dead-letters")
      ],
      length(local.queue_triggers[key]) == 0 ? [] : [{
        sid       = "TakeMessages"
        actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"]
        resources = [for trigger in local.queue_triggers[key] : trigger.arn]
        keys      = []
      }],
      length(local.dead_letters_of[key]) == 0 ? [] : [{
        sid = "GiveUpWhatNothingHeals"
        # With what else it does to them: a second list of dozens of queues would not fit into a role's policy.
        actions = concat(["sqs:SendMessage"], flatten([for statement in local.permissions.functions[each.function] : statement.actions if contains(statement.on, "dead-letters")]))
        resources = flatten([
          for letter in local.dead_letters_of[key] : [for place, arn in local.queue_arns[letter] : arn if place == "" || try(local.services[place], null) == each.cell]
        ])
        keys = []
      }],
    )
  }

  writes_changes = { for key, statements in local.statements : key => [
    for statement in statements : statement
    if contains(statement.resources, module.naming.arns["table/changes"]) && length(setintersection(statement.actions, ["dynamodb:PutItem", "dynamodb:UpdateItem"])) > 0
  ] }
}

variables {
  context = {
    environment        = "blue"
    service            = "flags"
    environment_suffix = "a1"
    region             = "us-east-1"
    account_id         = "123456789012"
    cost_center        = "payments-4711"
    owner              = "team-platform"
  }
  topology = {
    home    = "us-east-1"
    standby = "us-west-2"
    regions = [{ name = "us-east-1" }, { name = "us-west-2" }, { name = "eu-west-1" }]
    services = [
      { name = "checkout", cell = "cell-1" },
      { name = "dead-letters", cell = "cell-2" },
      { name = "basket", cell = "cell-1" },
    ]
  }
}

run "a_function_of_a_cell_is_one_for_each_cell_and_of_its_services_only" {
  command = plan

  assert {
    condition     = [for key in keys(output.functions) : key if startswith(key, "cache-updater.apply")] == ["cache-updater.apply.cell-1", "cache-updater.apply.cell-2"]
    error_message = "There must be one updater for each cell."
  }
  assert {
    condition     = keys(output.functions["cache-updater.apply.cell-1"].queues) == ["service-flags/basket", "service-flags/checkout"]
    error_message = "An updater must read the queues of its cell's services."
  }
  assert {
    condition = { for statement in output.functions["cache-updater.apply.cell-2"].statements : statement.sid => statement.resources if contains(["TakeMessages", "GiveUpWhatNothingHeals"], statement.sid) } == {
      TakeMessages           = ["arn:aws:sqs:us-east-1:123456789012:blue-flags-queue-flags-dead-letters-a1"]
      GiveUpWhatNothingHeals = ["arn:aws:sqs:us-east-1:123456789012:blue-flags-queue-dead-flags-dead-letters-a1"]
    }
    error_message = "Its policy must name these queues, and their dead letters, one by one."
  }
  assert {
    condition = { for statement in output.functions["cache-updater.apply.cell-2"].statements : statement.sid => statement.actions if statement.sid == "GiveUpWhatNothingHeals" } == {
      GiveUpWhatNothingHeals = ["sqs:SendMessage", "sqs:GetQueueAttributes"]
    } && length([for statement in output.functions["cache-updater.apply.cell-2"].statements : statement if contains(statement.resources, "dead-letters")]) == 0
    error_message = "It must be able to count its dead letters by the same statement."
  }
  assert {
    condition     = one([for statement in output.functions["rollback.judge"].statements : statement.actions if statement.sid == "GiveUpWhatNothingHeals"]) == ["sqs:SendMessage"]
    error_message = "Nobody else may."
  }
  assert {
    condition     = output.functions["cache-updater.apply.cell-2"].environment["CELL"] == "cell-2" && output.functions["cache-updater.apply.cell-2"].environment["QUEUE_ARN_TEMPLATE"] == "arn:aws:sqs:us-east-1:123456789012:blue-flags-queue-flags-{service}-a1"
    error_message = "It must be told its cell, and the template that its queues' names are read by."
  }
}

run "home_and_standby_have_what_no_other_region_has" {
  command = plan

  assert {
    condition     = output.is_home && length(output.home_role_arns) == 2 && output.tables["proposals"].here && contains(keys(output.queues), "region-verdicts")
    error_message = "Home must have proposals, and the roles that settle them."
  }
  assert {
    condition     = keys(output.forwards) == ["to-home-us-west-2", "to-region-eu-west-1", "to-region-us-west-2"]
    error_message = "Home must forward to its standby what happens here, and requests to each other region."
  }
  assert {
    condition     = jsondecode(output.forwards["to-region-eu-west-1"].pattern).detail == { region = ["us-east-1"], detail = { region = ["eu-west-1"] } }
    error_message = "A forward must be guarded by where the event happened, and lead to the region that it names."
  }
  assert {
    condition     = output.forwards["to-region-eu-west-1"].to_bus_arn == "arn:aws:events:eu-west-1:123456789012:event-bus/blue-flags-event-bus-events-a1"
    error_message = "A forward must lead to that region's bus."
  }
}

run "another_region_is_idle_of_homes_work" {
  command = plan

  variables {
    context = merge(var.context, { region = "eu-west-1" })
  }

  assert {
    condition     = !output.is_home && length(concat(output.home_role_arns, output.change_writer_role_arns, output.progress_role_arns)) == 0 && !output.tables["changes"].here && length([for key in keys(output.functions) : key if startswith(key, "rollback.") || startswith(key, "audit-writer.")]) == 0
    error_message = "Only home and standby may have home's tables, queues and functions."
  }
  assert {
    condition     = keys(output.forwards) == ["to-home-us-east-1", "to-home-us-west-2"]
    error_message = "A region must tell home and standby."
  }
  assert {
    condition     = [for statement in output.functions["validator.distribute"].statements : statement.keys if length(statement.keys) > 0] == [["RULES#eu-west-1"]]
    error_message = "Of the table flags, a region may write the version of its own rules and nothing else."
  }
}

run "flags_are_written_by_keys" {
  command = plan

  assert {
    condition = alltrue(flatten([for function in output.functions : [for statement in function.statements :
      length(statement.keys) > 0 if contains(statement.resources, output.tables["flags"].arn) && length(setintersection(statement.actions, ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"])) > 0
    ]]))
    error_message = "Whoever writes flags must be held to leading keys."
  }
  assert {
    condition     = [for statement in output.functions["validator.distribute"].statements : statement.sid if length(statement.keys) > 0] == ["ReportItsRules", "PutBackWhatWasAccepted"]
    error_message = "In home, and only there, the distributing function puts back what was accepted."
  }
}

run "triggers_are_those_of_the_plan" {
  command = plan

  assert {
    condition     = jsondecode(output.functions["validator.distribute"].streams["flags"].filters[0]) == { dynamodb = { Keys = { pk = { S = [{ prefix = "FLAG#" }] }, sk = { S = ["CURRENT"] } } } }
    error_message = "A filter must name keys, in the form that Lambda wants."
  }
  assert {
    condition     = output.functions["validator.accept"].streams["proposals"].failure_destination == output.queues["accept-dropped"].arn && output.functions["validator.accept"].environment["DEAD_LETTER_ARN"] == output.queues["accept-dropped"].arn
    error_message = "What a stream gives up must go where the function puts it too."
  }
  assert {
    condition     = output.schedules["reconcile-cell-2"].function == "cache-updater.reconcile" && output.schedules["reconcile-cell-2"].input == "{\"cell\":\"cell-2\"}" && output.schedules["reconcile-cell-2"].expression == "rate(1 minute)" && output.schedules["sweep"].expression == "rate(15 minutes)"
    error_message = "Schedules must call their function, per cell with the cell."
  }
  assert {
    condition = output.schedules["warm-up"].function == null && jsondecode(output.schedules["warm-up"].input) == {
      TopicArn          = "arn:aws:sns:us-east-1:123456789012:blue-flags-topic-flag-changes-a1"
      Message           = "{\"kind\":\"warm-up\"}"
      MessageAttributes = { audience = { DataType = "String.Array", StringValue = "[\"*\"]" } }
    }
    error_message = "What warms up must go the way of a change, to all services."
  }
  assert {
    condition     = output.workflows["verify-window"].functions == { ScanFunctionArn = "consistency-checker.scan", OfferFunctionArn = "cache-updater.offer", CompareFunctionArn = "consistency-checker.compare" }
    error_message = "Each placeholder of a workflow must have its function."
  }
}

run "users_of_the_caches_have_their_own_prefix_and_no_more" {
  command = plan

  assert {
    condition     = startswith(output.cache.users["cache-updater.apply.cell-1"].access_string, "on ~cell-1:* resetchannels &cell-1:* -@all +")
    error_message = "An updater must write its own cell."
  }
  assert {
    condition     = startswith(output.cache.users["consistency-checker.compare"].access_string, "on %R~cell-* resetchannels -@all +") && !strcontains(output.cache.users["consistency-checker.compare"].access_string, "+hset")
    error_message = "The checker must read, all cells."
  }
  assert {
    condition     = startswith(output.cache.users["agent.cell-2"].access_string, "on %R~cell-2:* %RW~cell-2:*:instances resetchannels &cell-2:* -@all +")
    error_message = "An agent must read its cell and write its claims."
  }
  assert {
    condition = one([for statement in output.functions["cache-updater.load"].statements : statement.resources if statement.sid == "WriteCaches"]) == [
      output.cache.arn, output.cache.users["cache-updater.load"].arn,
    ]
    error_message = "A function must log in as its own user."
  }
}

run "limits_are_measured_and_watched_as_the_plan_says" {
  command = plan

  assert {
    condition     = output.measured.limits["caches"].metric == "Caches" && output.alarms["caches-slow"].above == output.measured.limits["caches"].limit && output.measured.dimensions == { region = "us-east-1" }
    error_message = "The alarm of a limit must go off above it, on the metric of the region."
  }
  assert {
    condition     = length(output.measured.limits) == 7 && output.alarms["verdicts-late"].above == 60 && output.alarms["schedules-still"].below == 1
    error_message = "Home must have every limit, and the alarms that only home has."
  }
}

run "what_is_promised_for_home_is_measured_elsewhere_and_watched_in_home" {
  command = plan

  variables {
    context = merge(var.context, { region = "eu-west-1" })
  }

  assert {
    condition     = !contains(keys(output.measured.limits), "stream") && contains(output.measured.metrics, "Stream") && !contains(output.measured.metrics, "Validation") && !contains(keys(output.alarms), "stream-slow") && !contains(keys(output.alarms), "verdicts-late")
    error_message = "A region must have no alarm of home, and be billed for what its functions measure."
  }
}

run "without_the_canarys_service_nothing_of_the_canary_is_planned" {
  command = plan

  assert {
    condition = (
      !contains(keys(output.functions), "canary.run") && !contains(keys(output.schedules), "canary") && length(output.canary_role_arns) == 0 &&
      length([for key in keys(output.alarms) : key if startswith(key, "canary-")]) == 0 && length([for metric in output.measured.metrics : metric if startswith(metric, "Canary")]) == 0
    )
    error_message = "An environment without it must have no function, schedule, role or alarm of the canary."
  }
}

run "with_the_canarys_service_home_has_its_function" {
  command = plan

  variables {
    topology = {
      home     = "us-east-1"
      standby  = "us-west-2"
      regions  = [{ name = "us-east-1" }, { name = "us-west-2" }, { name = "eu-west-1" }]
      services = [{ name = "checkout", cell = "cell-1" }, { name = "flaghoist-canary", cell = "cell-1" }]
    }
  }

  assert {
    condition     = output.schedules["canary"].expression == "rate(1 minute)" && output.schedules["canary"].function == "canary.run"
    error_message = "It must be called once a minute."
  }
  assert {
    condition = { for statement in output.functions["canary.run"].statements : statement.sid => statement.resources if contains(["PlantMistakes", "ProposeInTheCanarysName"], statement.sid) } == {
      PlantMistakes           = [for region in ["eu-west-1", "us-east-1", "us-west-2"] : "arn:aws:sqs:${region}:123456789012:blue-flags-queue-flags-flaghoist-canary-a1"]
      ProposeInTheCanarysName = ["arn:aws:iam::123456789012:role/blue-flags-role-author-canary-use1-a1"]
    }
    error_message = "It must reach the queues of its own service, in every region, and the role of its key, and no other."
  }
  assert {
    condition     = length([for action in flatten(output.functions["canary.run"].statements[*].actions) : action if !contains(["dynamodb:GetItem", "dynamodb:Query", "sts:AssumeRole", "sqs:SendMessage"], action)]) == 0
    error_message = "It must write nothing under its own name."
  }
  assert {
    condition = (
      output.functions["canary.run"].environment["CANARY_QUEUE_ARN_TEMPLATE"] == "arn:aws:sqs:{region}:123456789012:blue-flags-queue-flags-flaghoist-canary-a1" &&
      output.functions["canary.run"].environment["CANARY_ROLE_ARN"] == "arn:aws:iam::123456789012:role/blue-flags-role-author-canary-use1-a1"
    )
    error_message = "It must be told where to plant, and which role its key is a session of."
  }
  assert {
    condition     = output.canary_role_arns == tolist(["arn:aws:iam::123456789012:role/blue-flags-role-canary-run-use1-a1", "arn:aws:iam::123456789012:role/blue-flags-role-canary-run-usw2-a1"]) && output.functions["canary.run"].role_arn == output.canary_role_arns[0]
    error_message = "The role of its key must know its function in home and standby by the role's name."
  }
  assert {
    condition     = [for key in keys(output.alarms) : key if startswith(key, "canary-")] == ["canary-missed", "canary-silent"]
    error_message = "Home must be alarmed by a mistake that was not found, and by a canary that finds none."
  }
}

run "another_region_has_the_canarys_service_and_not_its_function" {
  command = plan

  variables {
    context = {
      environment        = "blue"
      service            = "flags"
      environment_suffix = "a1"
      region             = "eu-west-1"
      account_id         = "123456789012"
      cost_center        = "payments-4711"
      owner              = "team-platform"
    }
    topology = {
      home     = "us-east-1"
      standby  = "us-west-2"
      regions  = [{ name = "us-east-1" }, { name = "us-west-2" }, { name = "eu-west-1" }]
      services = [{ name = "checkout", cell = "cell-1" }, { name = "flaghoist-canary", cell = "cell-1" }]
    }
  }

  assert {
    condition     = !contains(keys(output.functions), "canary.run") && contains(keys(output.functions["cache-updater.apply.cell-1"].queues), "service-flags/flaghoist-canary")
    error_message = "Elsewhere there must be only its queue and its cache."
  }
}

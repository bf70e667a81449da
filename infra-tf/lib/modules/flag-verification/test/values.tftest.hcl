# The real provider, offline: policies are rendered and arguments checked as in a deployment, and nothing is reached.
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "offline"
  secret_key                  = "offline"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

# The provider asks AWS at plan whether a definition is one; here nobody answers.
override_resource {
  target          = aws_sfn_state_machine.this
  override_during = plan
  values          = { arn = "arn:aws:states:us-east-1:123456789012:stateMachine:verify" }
}

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
      { name = "basket", cell = "cell-1" },
      { name = "search", cell = "cell-2" },
    ]
  }
  kms_key_arn        = "arn:aws:kms:us-east-1:123456789012:key/mrk-11111111111111111111111111111111"
  log_retention_days = 30
}

run "rules_send_where_the_plan_says" {
  command = plan

  assert {
    condition = { for key, rule in aws_cloudwatch_event_rule.this : key => jsondecode(rule.event_pattern)["detail-type"] if key != "audit" } == {
      conclude = ["ChangeAccepted"]
      verdicts = ["RegionVerdict", "CacheDegraded", "CacheRepaired"]
      verify   = ["VerifyRequested"]
    }
    error_message = "The rules must let through what the plan says."
  }
  assert {
    condition = { for key, target in aws_cloudwatch_event_target.this : key => [target.arn, target.role_arn == null] if contains(["audit", "verdicts"], key) } == {
      audit    = ["arn:aws:sqs:us-east-1:123456789012:blue-flags-queue-audit-a1", true]
      verdicts = ["arn:aws:sqs:us-east-1:123456789012:blue-flags-queue-region-verdicts-a1", true]
    }
    error_message = "Verdicts and audit must go into their queues."
  }
  assert {
    condition     = alltrue([for target in concat(values(aws_cloudwatch_event_target.this), values(aws_cloudwatch_event_target.forward)) : one(target.dead_letter_config).arn == "arn:aws:sqs:us-east-1:123456789012:blue-flags-queue-undelivered-a1"])
    error_message = "What cannot be delivered must be kept."
  }
  assert {
    condition     = alltrue([for rule in concat(values(aws_cloudwatch_event_rule.this), values(aws_cloudwatch_event_rule.forward)) : rule.event_bus_name == "blue-flags-event-bus-events-a1" && rule.tags["Name"] == rule.name && length(rule.name) <= 64])
    error_message = "Every rule must stand on this region's bus, under the plan's name."
  }
}

run "no_event_reaches_a_third_bus" {
  command = plan

  assert {
    condition     = { for key, target in aws_cloudwatch_event_target.forward : key => target.arn } == { for key, region in { to-home-us-west-2 = "us-west-2", to-region-us-west-2 = "us-west-2", to-region-eu-west-1 = "eu-west-1" } : key => "arn:aws:events:${region}:123456789012:event-bus/blue-flags-event-bus-events-a1" }
    error_message = "Home must pass on to its standby and to each other region."
  }
  assert {
    condition     = alltrue([for rule in aws_cloudwatch_event_rule.forward : jsondecode(rule.event_pattern).detail.region == ["us-east-1"] && jsondecode(rule.event_pattern).source == ["flaghoist"]])
    error_message = "A forward must pass on only what happened in its own region."
  }
}

run "workflows_are_logged_traced_and_encrypted" {
  command = plan

  assert {
    condition     = { for key, workflow in aws_sfn_state_machine.this : key => [workflow.type, one(workflow.logging_configuration).level] } == { conclude-change = ["STANDARD", "ERROR"], verify-window = ["EXPRESS", "ALL"] }
    error_message = "The window must be Express, and leave its log; the conclusion must be Standard."
  }
  assert {
    condition     = alltrue([for workflow in aws_sfn_state_machine.this : one(workflow.tracing_configuration).enabled && one(workflow.encryption_configuration).kms_key_id == var.kms_key_arn])
    error_message = "Workflows must be traced, and encrypted with the key."
  }
  assert {
    condition = [for state in ["Scan", "Offer", "Compare"] : jsondecode(aws_sfn_state_machine.this["verify-window"].definition).States[state].Resource] == [
      for function in ["consistency-checker-scan", "cache-updater-offer", "consistency-checker-compare"] : "arn:aws:lambda:us-east-1:123456789012:function:blue-flags-function-${function}-a1:live"
    ]
    error_message = "Each state must call the alias of its function."
  }
  assert {
    condition     = jsondecode(aws_sfn_state_machine.this["verify-window"].definition).States.Scan.Parameters["holder.$"] == "$$.Execution.Id"
    error_message = "What the workflow reads of its own context must have stayed as it was."
  }
  assert {
    condition     = { for key, group in aws_cloudwatch_log_group.workflow : key => group.name } == { for key in ["conclude-change", "verify-window"] : key => "/aws/vendedlogs/states/blue-flags-state-machine-${key}-a1" }
    error_message = "Their logs must stand below /aws/vendedlogs."
  }
}

run "schedules_call_their_function_once" {
  command = plan

  assert {
    condition = { for key, schedule in aws_scheduler_schedule.this : key => [schedule.schedule_expression, one(schedule.target).arn, one(schedule.target).input, one(one(schedule.target).retry_policy).maximum_retry_attempts] if key != "warm-up" } == {
      reconcile-cell-1 = ["rate(1 minute)", "arn:aws:lambda:us-east-1:123456789012:function:blue-flags-function-cache-updater-reconcile-a1:live", "{\"cell\":\"cell-1\"}", 0]
      reconcile-cell-2 = ["rate(1 minute)", "arn:aws:lambda:us-east-1:123456789012:function:blue-flags-function-cache-updater-reconcile-a1:live", "{\"cell\":\"cell-2\"}", 0]
      resume           = ["rate(1 minute)", "arn:aws:lambda:us-east-1:123456789012:function:blue-flags-function-validator-resume-a1:live", "{}", 0]
      sweep            = ["rate(15 minutes)", "arn:aws:lambda:us-east-1:123456789012:function:blue-flags-function-audit-writer-sweep-a1:live", "{}", 0]
    }
    error_message = "There must be a schedule for each cell, and home's two."
  }
  assert {
    condition     = one(aws_scheduler_schedule.this["warm-up"].target).arn == "arn:aws:scheduler:::aws-sdk:sns:publish" && jsondecode(one(aws_scheduler_schedule.this["warm-up"].target).input).TopicArn == "arn:aws:sns:us-east-1:123456789012:blue-flags-topic-flag-changes-a1"
    error_message = "What warms up must be published as a change is."
  }
  assert {
    condition     = one([for statement in jsondecode(aws_iam_role_policy.schedules.policy).Statement : statement.Resource if statement.Sid == "PublishWhatIsScheduled"]) == "arn:aws:sns:us-east-1:123456789012:blue-flags-topic-flag-changes-a1"
    error_message = "Schedules must publish to this region's topic and to no other."
  }
  assert {
    condition     = alltrue([for schedule in aws_scheduler_schedule.this : schedule.state == "ENABLED" && schedule.kms_key_arn == var.kms_key_arn && one(schedule.flexible_time_window).mode == "OFF"])
    error_message = "Schedules must run on time, encrypted."
  }
}

run "each_caller_may_call_its_own_and_is_taken_on_for_its_own" {
  command = plan

  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.rule["verify"].policy).Statement : [statement.Action, statement.Resource]] == [["states:StartExecution", "arn:aws:states:us-east-1:123456789012:stateMachine:blue-flags-state-machine-verify-window-a1"]]
    error_message = "A rule must start its own workflow and nothing else."
  }
  assert {
    condition     = one([for statement in jsondecode(aws_iam_role_policy.workflow["conclude-change"].policy).Statement : statement.Resource if statement.Sid == "CallItsFunctions"]) == "arn:aws:lambda:us-east-1:123456789012:function:blue-flags-function-rollback-conclude-a1:live"
    error_message = "A workflow must call its own functions and nothing else."
  }
  assert {
    condition = alltrue([for key, role in aws_iam_role_policy.workflow : { for statement in jsondecode(role.policy).Statement : statement.Sid => [join(" ", sort(flatten([statement.Action]))), jsonencode(statement.Condition)] if strcontains(jsonencode(statement.Action), "kms:") } == {
      ReadItsEncryptedExecutions = ["kms:Decrypt kms:GenerateDataKey", jsonencode({ StringEquals = { "kms:EncryptionContext:aws:states:stateMachineArn" = module.plan.workflows[key].arn } })]
      EncryptItsLog              = ["kms:GenerateDataKey", jsonencode({ StringEquals = { "kms:EncryptionContext:SourceArn" = "arn:aws:logs:us-east-1:123456789012:*" } })]
    }])
    error_message = "Step Functions encrypts executions and what it gives to the delivery of logs with two contexts; the role needs both."
  }
  assert {
    condition     = toset(one(jsondecode(aws_iam_role_policy.forwards["forwards"].policy).Statement).Resource) == toset([for region in ["us-west-2", "eu-west-1"] : "arn:aws:events:${region}:123456789012:event-bus/blue-flags-event-bus-events-a1"])
    error_message = "Events must be passed on to the buses of the other regions, and to no other."
  }
  assert {
    condition = alltrue([
      for role in concat(values(aws_iam_role.workflow), values(aws_iam_role.rule), values(aws_iam_role.forwards), [aws_iam_role.schedules]) : alltrue([
        for statement in jsondecode(role.assume_role_policy).Statement : statement.Condition.StringEquals["aws:SourceAccount"] == "123456789012" && can(statement.Condition.ArnEquals["aws:SourceArn"])
      ])
    ])
    error_message = "A role must be taken on for resources of the plan only."
  }
}

# IAM takes 2,048 characters of a trust. Home names more rules than any other region.
run "the_trust_of_forwards_does_not_grow_with_regions" {
  command = plan

  variables {
    context = merge(var.context, { environment = "preproduction", service = "feature-flags" })
    topology = {
      home    = "us-east-1"
      standby = "us-west-2"
      regions = [for name in [
        "us-east-1", "us-east-2", "us-west-2", "ca-central-1", "sa-east-1", "eu-west-1", "eu-west-2", "eu-central-1",
        "ap-northeast-1", "ap-southeast-1", "ap-southeast-2", "ap-south-1",
      ] : { name = name }]
      services = [{ name = "checkout", cell = "cell-1" }]
    }
  }

  assert {
    condition     = length(jsonencode(jsondecode(aws_iam_role.forwards["forwards"].assume_role_policy))) <= 2048
    error_message = "The trust must be short enough for IAM."
  }
  assert {
    condition     = one(jsondecode(aws_iam_role.forwards["forwards"].assume_role_policy).Statement).Condition.ArnEquals["aws:SourceArn"] == "arn:aws:events:us-east-1:123456789012:rule/${module.plan.buses["events"].name}/*"
    error_message = "It must be taken on for rules of this region's bus only."
  }
}

run "the_bus_is_encrypted_and_speaks_tls" {
  command = plan

  assert {
    condition     = aws_cloudwatch_event_bus.this["events"].kms_key_identifier == var.kms_key_arn && [for statement in jsondecode(aws_cloudwatch_event_bus_policy.this["events"].policy).Statement : [statement.Effect, statement.Condition]] == [["Deny", { Bool = { "aws:SecureTransport" = "false" } }]]
    error_message = "The bus must be encrypted, allow nothing by itself, and refuse what comes without TLS."
  }
  assert {
    condition     = one(aws_cloudwatch_event_bus.this["events"].dead_letter_config).arn == "arn:aws:sqs:us-east-1:123456789012:blue-flags-queue-undelivered-a1"
    error_message = "What the key cannot encrypt or decrypt must be kept."
  }
}

run "another_region_tells_home_and_its_standby" {
  command = plan

  variables {
    context           = merge(var.context, { region = "eu-west-1" })
    kms_key_arn       = "arn:aws:kms:eu-west-1:123456789012:key/mrk-11111111111111111111111111111111"
    schedules_enabled = false
  }

  assert {
    condition     = keys(aws_cloudwatch_event_target.forward) == ["to-home-us-east-1", "to-home-us-west-2"] && keys(aws_cloudwatch_event_rule.this) == ["verify"] && keys(aws_sfn_state_machine.this) == ["verify-window"]
    error_message = "A region must verify, and tell home and standby."
  }
  assert {
    condition     = keys(aws_scheduler_schedule.this) == ["reconcile-cell-1", "reconcile-cell-2", "warm-up"] && alltrue([for schedule in aws_scheduler_schedule.this : schedule.state == "DISABLED"])
    error_message = "Schedules must stand still while a region is taken down."
  }
}

run "a_single_region_passes_nothing_on" {
  command = plan

  variables {
    topology = { home = "us-east-1", regions = [{ name = "us-east-1" }], services = [{ name = "checkout", cell = "cell-1" }] }
  }

  assert {
    condition     = length(aws_cloudwatch_event_target.forward) == 0 && length(aws_iam_role.forwards) == 0
    error_message = "There must be no role for what does not happen."
  }
}

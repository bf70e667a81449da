# The real provider, offline: it computes the policies.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "offline"
  secret_key                  = "offline"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

# The provider asks AWS whether a definition is valid, at plan. packages/remediation runs it.
override_resource {
  target = aws_sfn_state_machine.this
}

# Known after the apply only, and part of a rule's pattern.
override_resource {
  target          = module.runner.aws_iam_role.this
  override_during = plan
  values          = { unique_id = "AROAEXAMPLEEXAMPLE9", arn = "arn:aws:iam::123456789012:role/builds" }
}

variables {
  context = {
    environment        = "blue"
    service            = "flag-api"
    environment_suffix = "a1"
    region             = "eu-west-1"
    account_id         = "123456789012"
    cost_center        = "payments-4711"
    owner              = "team-platform"
  }
  schedule_expression = "rate(1 day)"
  runner = {
    sources              = { type = "GITHUB", location = "https://github.com/example/flags.git", version = "refs/tags/v1" }
    connection_arn       = "arn:aws:codeconnections:eu-west-1:123456789012:connection/00000000-0000-0000-0000-000000000001"
    network              = { vpc_id = "vpc-1", subnet_ids = ["subnet-1"], internet_cidr = "0.0.0.0/0" }
    deployment_role_arns = ["arn:aws:iam::123456789012:role/flaghoist-deployment"]
  }
  subscriptions = { on-call = { protocol = "https", endpoint = "https://on-call.example/hook" } }
  watched = {
    cluster_arn  = "arn:aws:ecs:eu-west-1:123456789012:cluster/blue-flag-api-cluster-a1"
    database_ids = ["blue-flag-api-database-cluster-a1"]
    config_rules = ["restricted-ssh"]
  }
  trail              = { deployment = "{}", bus_arn = "arn:aws:events:eu-west-1:123456789012:event-bus/blue-flags-event-bus-a1" }
  kms_key_arn        = "arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000001"
  log_retention_days = 365
}

run "the_workflow_is_standard_encrypted_and_logged" {
  command = plan

  assert {
    condition     = aws_sfn_state_machine.this.type == "STANDARD" && aws_sfn_state_machine.this.encryption_configuration[0].type == "CUSTOMER_MANAGED_KMS_KEY" && aws_sfn_state_machine.this.logging_configuration[0].level == "ALL"
    error_message = "An execution waits for hours, names resources, and is evidence."
  }
  assert {
    condition     = output.workflow_arn == "arn:aws:states:eu-west-1:123456789012:stateMachine:blue-flag-api-state-machine-remediate-application-a1"
    error_message = "The name must come from the module naming."
  }
}

run "everybody_approves_in_their_own_name_only" {
  command = plan

  assert {
    condition = one([for statement in jsondecode(data.aws_iam_policy_document.approvals.json).Statement : [statement.Effect, statement.Action, statement.NotResource, statement.Principal] if statement.Sid == "ApproveInOwnNameOnly"]) == [
      "Deny", ["s3:ReplicateObject", "s3:PutObject"],
      ["arn:aws:s3:::${output.plans_bucket}/report.txt", "arn:aws:s3:::${output.plans_bucket}/plans/*", "arn:aws:s3:::${output.plans_bucket}/build.txt", "arn:aws:s3:::${output.plans_bucket}/asked", "arn:aws:s3:::${output.plans_bucket}/approvals/$${aws:userid}/*"],
      { AWS = "*" },
    ]
    error_message = "Nobody may write an approval below another one's user id."
  }
  assert {
    condition = one([for statement in jsondecode(data.aws_iam_policy_document.approvals.json).Statement : [statement.Effect, toset(statement.Action), statement.Condition] if statement.Sid == "PlansComeFromBuilds"]) == [
      "Deny", toset(["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject", "s3:ReplicateObject"]), { ArnNotEquals = { "aws:PrincipalArn" = output.runner_role_arn } },
    ]
    error_message = "Plans and the report must come from builds."
  }
  assert {
    condition = one([for statement in jsondecode(data.aws_iam_policy_document.approvals.json).Statement : [statement.Effect, toset(statement.Action), statement.Condition] if statement.Sid == "AskedIsNotedByTheWorkflow"]) == [
      "Deny", toset(["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject", "s3:ReplicateObject"]), { ArnNotEquals = { "aws:PrincipalArn" = "arn:aws:iam::123456789012:role/${aws_iam_role.workflow.name}" } },
    ]
    error_message = "Whether people were asked must be said by the workflow that asked them."
  }
  assert {
    condition     = aws_s3_bucket_notification.approvals.eventbridge && jsondecode(aws_cloudwatch_event_rule.started["approved"].event_pattern).detail.object.key == [{ prefix = "approvals/" }]
    error_message = "An approval must start the apply."
  }
}

run "an_approval_is_taken_on_by_a_named_execution_of_the_same_workflow" {
  command = plan

  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.workflow.policy).Statement : statement.Sid => [toset(flatten([statement.Action])), statement.Resource] if contains(["NoteAndReadWhatWasAsked", "SeeThatNothingWasAsked", "TakeOnAnApproval"], statement.Sid) } == {
      NoteAndReadWhatWasAsked = [toset(["s3:GetObject", "s3:PutObject"]), "arn:aws:s3:::${output.plans_bucket}/asked"]
      SeeThatNothingWasAsked  = [toset(["s3:ListBucket"]), "arn:aws:s3:::${output.plans_bucket}"]
      TakeOnAnApproval        = [toset(["states:StartExecution"]), output.workflow_arn]
    }
    error_message = "Without these the workflow cannot see whether people were asked about a plan, and start one execution of each approval."
  }
  assert {
    condition     = jsondecode(local.definition).States.TakeOn.Parameters.StateMachineArn == output.workflow_arn
    error_message = "The workflow must start itself, and no other."
  }
}

run "the_build_reads_approvals_and_writes_none" {
  command = plan

  assert {
    condition     = toset(flatten([for statement in jsondecode(data.aws_iam_policy_document.plans.json).Statement : statement.Action if contains(flatten([statement.Resource]), "arn:aws:s3:::${output.plans_bucket}/approvals/*")])) == toset(["s3:GetObject"])
    error_message = "A build must not approve its own plan."
  }
}

run "what_changes_is_told_of_the_watched_and_of_nothing_else" {
  command = plan

  assert {
    condition     = keys(aws_cloudwatch_event_rule.told) == ["compliance", "databases", "deployments", "ended", "hoist", "tasks"]
    error_message = "Tasks, deployments, databases, compliance, hoist's own events and the workflow's end must be told."
  }
  assert {
    condition = alltrue([
      jsondecode(aws_cloudwatch_event_rule.told["tasks"].event_pattern).detail.clusterArn == [var.watched.cluster_arn],
      jsondecode(aws_cloudwatch_event_rule.told["tasks"].event_pattern).detail.stopCode == [{ "anything-but" = ["ServiceSchedulerInitiated", "UserInitiated"] }],
      jsondecode(aws_cloudwatch_event_rule.told["databases"].event_pattern).detail.SourceIdentifier == ["blue-flag-api-database-cluster-a1"],
      jsondecode(aws_cloudwatch_event_rule.told["compliance"].event_pattern).detail.configRuleName == ["restricted-ssh"],
      jsondecode(aws_cloudwatch_event_rule.told["ended"].event_pattern).detail.stateMachineArn == [output.workflow_arn],
      jsondecode(aws_cloudwatch_event_rule.told["deployments"].event_pattern).resources == [{ prefix = "arn:aws:ecs:eu-west-1:123456789012:service/blue-flag-api-cluster-a1/" }],
    ])
    error_message = "Other resources of the account must not be told of."
  }
  assert {
    condition     = aws_cloudwatch_event_rule.told["hoist"].event_bus_name == "blue-flags-event-bus-a1" && aws_cloudwatch_event_rule.told["tasks"].event_bus_name == "default"
    error_message = "AWS tells its default bus, hoist the world's own."
  }
}

run "what_hoist_says_is_told_but_what_the_workflow_tells_itself" {
  command = plan

  assert {
    condition     = toset(jsondecode(aws_cloudwatch_event_rule.told["hoist"].event_pattern)["detail-type"]) == toset(["DriftDetected", "DriftRemediated", "RemediationRefused"])
    error_message = "What was found, put back and left to people must be told."
  }
  assert {
    condition = jsondecode(aws_cloudwatch_event_rule.told["hoist"].event_pattern).detail.detail == {
      environment = ["blue"], stack = ["application"], actor = [{ "anything-but" = { prefix = "AROAEXAMPLEEXAMPLE9:" } }]
    }
    error_message = "Another stack's events are its own module's, and those of the builds are told by the workflow."
  }
  assert {
    condition = jsondecode(aws_cloudwatch_event_rule.told["ended"].event_pattern).detail["$or"] == [
      { status = ["TIMED_OUT", "ABORTED"] },
      { status = ["FAILED"], error = [{ "anything-but" = { prefix = "Flaghoist." } }] },
      { status = ["FAILED"], error = [{ exists = false }] },
      { status = ["FAILED"], error = [null] },
    ]
    error_message = "An end that the workflow has told must not be told again, and every other end must be."
  }
}

run "nothing_is_dropped_and_everything_demands_tls" {
  command = plan

  assert {
    condition     = alltrue([for target in concat([aws_cloudwatch_event_target.look], values(aws_cloudwatch_event_target.started), values(aws_cloudwatch_event_target.told)) : target.dead_letter_config[0].arn == "arn:aws:sqs:eu-west-1:123456789012:${aws_sqs_queue.dead.name}"])
    error_message = "Each target must have the dead-letter queue."
  }
  assert {
    condition = alltrue([for subscription in aws_sns_topic_subscription.this : jsondecode(subscription.redrive_policy) == { deadLetterTargetArn = "arn:aws:sqs:eu-west-1:123456789012:${aws_sqs_queue.dead.name}" }]) && [
      for statement in jsondecode(aws_sqs_queue.dead.policy).Statement : [statement.Principal, statement.Action, statement.Condition.ArnEquals["aws:SourceArn"]] if statement.Sid == "TopicOfThisModule"
    ] == [[{ Service = "sns.amazonaws.com" }, "sqs:SendMessage", "arn:aws:sns:eu-west-1:123456789012:${aws_sns_topic.this.name}"]]
    error_message = "People are asked once: what the on-call tool did not take must be found."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.dead.dimensions == tomap({ QueueName = aws_sqs_queue.dead.name }) && aws_cloudwatch_metric_alarm.dead.threshold == 0
    error_message = "The first dead letter must ring."
  }
  assert {
    condition     = endswith(aws_cloudwatch_metric_alarm.dead.alarm_description, "What to do: docs/runbook.md#drift-that-is-put-back, remediation-dead.")
    error_message = "Whoever is woken must find what to do."
  }
  assert {
    condition     = alltrue([for policy in [aws_sns_topic.this.policy, aws_sqs_queue.dead.policy] : contains([for statement in jsondecode(policy).Statement : statement.Sid], "TlsOnly")])
    error_message = "Topic and queue must demand TLS."
  }
}

run "topic_and_queue_take_from_the_rules_of_this_module_only" {
  command = plan

  assert {
    condition = toset(one([for statement in jsondecode(aws_sns_topic.this.policy).Statement : statement.Condition.ArnLike["aws:SourceArn"] if statement.Sid == "ToldEvents"])) == toset(concat(
      [for key in ["compliance", "databases", "deployments", "ended", "tasks"] : "arn:aws:events:eu-west-1:123456789012:rule/${aws_cloudwatch_event_rule.told[key].name}"],
      ["arn:aws:events:eu-west-1:123456789012:rule/blue-flags-event-bus-a1/${aws_cloudwatch_event_rule.told["hoist"].name}"],
    ))
    error_message = "Any other rule of the account could tell who is on call what it likes."
  }
  assert {
    condition     = length([for arn in one([for statement in jsondecode(aws_sqs_queue.dead.policy).Statement : statement.Condition.ArnLike["aws:SourceArn"] if statement.Sid == "RulesOfThisModule"]) : arn if !strcontains(arn, "*")]) == 8
    error_message = "All eight rules have dead letters, and no other has any here."
  }
}

run "roles_are_taken_on_for_resources_of_this_account_and_module_only" {
  command = plan

  assert {
    condition = alltrue([for document in data.aws_iam_policy_document.assume : alltrue([for statement in jsondecode(document.json).Statement :
      statement.Condition.StringEquals == { "aws:SourceAccount" = "123456789012" } && length(flatten([statement.Condition.ArnEquals["aws:SourceArn"]])) > 0
    ])])
    error_message = "Without both, another customer's workflow or rule could make use of the role."
  }
}

run "only_what_knows_no_resource_has_none" {
  command = plan

  assert {
    condition     = toset([for statement in jsondecode(aws_iam_role_policy.workflow.policy).Statement : statement.Sid if statement.Resource == "*"]) == toset(["DeliverItsLog", "Trace"])
    error_message = "The workflow must name its project, topic and key."
  }
  assert {
    condition     = jsondecode(aws_iam_role_policy.rule.policy).Statement[0].Resource == output.workflow_arn
    error_message = "The rules must start this workflow, and no other."
  }
}

run "where_it_is_off_nothing_starts" {
  command = plan

  variables {
    enabled = false
    watched = {}
    trail   = null
  }

  assert {
    condition     = aws_cloudwatch_event_rule.look.state == "DISABLED" && aws_cloudwatch_event_rule.started["approved"].state == "DISABLED" && keys(aws_cloudwatch_event_rule.told) == ["ended"]
    error_message = "Without the switch no rule may start it."
  }
}

run "a_trail_elsewhere_is_told_and_heard_by_no_rule_here" {
  command = plan

  variables {
    trail = { deployment = "{}", bus_arn = "arn:aws:events:us-east-1:123456789012:event-bus/blue-flags-event-bus-a1" }
  }

  assert {
    condition     = !contains(keys(aws_cloudwatch_event_rule.told), "hoist") && jsondecode(data.aws_iam_policy_document.trail[0].json).Statement[0].Resource == var.trail.bus_arn
    error_message = "The build must reach the trail's bus; a rule can only stand beside it."
  }
}

run "two_stacks_of_an_environment_share_no_name" {
  command = plan

  variables {
    stack = "flags-global"
  }

  assert {
    condition     = aws_cloudwatch_event_rule.look.name == "blue-flag-api-event-rule-mend-flags-global-look-a1" && aws_cloudwatch_event_rule.told["deployments"].name == "blue-flag-api-event-rule-mend-flags-global-deployments-a1"
    error_message = "A rule of one stack would take the place of the other's."
  }
}

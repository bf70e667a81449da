# The real provider, offline: it computes the policy.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "offline"
  secret_key                  = "offline"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
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
  load_balancer               = { arn_suffix = "app/blue/1", target_group_arn_suffix = "targetgroup/blue/2" }
  service                     = { cluster_name = "blue-cluster", service_name = "blue-service" }
  database_cluster_identifier = "blue-database"
  backup_vault                = { name = "blue-vault", arn = "arn:aws:backup:eu-west-1:123456789012:backup-vault:blue-vault" }
  subscriptions               = { on-call = { protocol = "https", endpoint = "https://on-call.example/hook" } }
  kms_key_arn                 = "arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000001"
}

run "each_alarm_looks_at_the_resources_that_are_given_and_at_no_others" {
  command = plan

  assert {
    condition = toset([for alarm in aws_cloudwatch_metric_alarm.this : jsonencode(alarm.dimensions)]) == toset([
      jsonencode({ LoadBalancer = "app/blue/1" }),
      jsonencode({ LoadBalancer = "app/blue/1", TargetGroup = "targetgroup/blue/2" }),
      jsonencode({ ClusterName = "blue-cluster", ServiceName = "blue-service" }),
      jsonencode({ DBClusterIdentifier = "blue-database" }),
      jsonencode({ QueueName = aws_sqs_queue.undelivered.name }),
    ])
    error_message = "Load balancer, targets, service, database and what nobody was told must each be looked at."
  }
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : (alarm.statistic == null) != (alarm.extended_statistic == null)])
    error_message = "CloudWatch takes a statistic or a percentile, and one of them."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["database-local-storage"].comparison_operator == "LessThanThreshold" && aws_cloudwatch_metric_alarm.this["database-cpu"].comparison_operator == "GreaterThanThreshold"
    error_message = "Room that is left goes off when it is too little, everything else when it is too much."
  }
}

run "tasks_that_are_wanted_and_do_not_run_ring" {
  command = plan

  assert {
    condition     = toset(flatten([for query in aws_cloudwatch_metric_alarm.short.metric_query : [for metric in query.metric : metric.metric_name]])) == toset(["DesiredTaskCount", "RunningTaskCount"])
    error_message = "Running tasks must be compared with those that are wanted, whatever the size of the environment."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.short.treat_missing_data == "breaching"
    error_message = "Without a measure nobody knows what runs."
  }
}

run "backups_that_fail_or_are_not_copied_are_told_of_this_vault_only" {
  command = plan

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.this["backup-failed"].event_pattern).detail.backupVaultName == ["blue-vault"] && contains(jsondecode(aws_cloudwatch_event_rule.this["backup-failed"].event_pattern).detail.state, "EXPIRED")
    error_message = "Failed and expired jobs of the vault must be told."
  }
  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.this["backup-copy-failed"].event_pattern).detail.sourceBackupVaultArn == [var.backup_vault.arn]
    error_message = "Copies out of the vault must be told of."
  }
}

run "what_reaches_nobody_is_kept_and_rings" {
  command = plan

  assert {
    condition = alltrue(concat(
      [for target in aws_cloudwatch_event_target.this : target.dead_letter_config[0].arn == "arn:aws:sqs:eu-west-1:123456789012:${aws_sqs_queue.undelivered.name}"],
      [for subscription in aws_sns_topic_subscription.this : jsondecode(subscription.redrive_policy) == { deadLetterTargetArn = "arn:aws:sqs:eu-west-1:123456789012:${aws_sqs_queue.undelivered.name}" }],
    ))
    error_message = "A failed backup is told once: what a rule could not deliver or the on-call tool did not take must be found."
  }
  assert {
    condition = { for statement in jsondecode(aws_sqs_queue.undelivered.policy).Statement : statement.Sid => flatten([statement.Condition.ArnEquals["aws:SourceArn"]]) if statement.Effect == "Allow" } == {
      RulesOfThisModule = [for rule in aws_cloudwatch_event_rule.this : "arn:aws:events:eu-west-1:123456789012:rule/${rule.name}"]
      TopicOfThisModule = ["arn:aws:sns:eu-west-1:123456789012:${aws_sns_topic.this.name}"]
    }
    error_message = "The queue must take from the rules and the topic of this module only."
  }
  assert {
    condition     = aws_sqs_queue.undelivered.sqs_managed_sse_enabled && contains([for statement in jsondecode(aws_sqs_queue.undelivered.policy).Statement : statement.Sid], "TlsOnly") && aws_sqs_queue.undelivered.message_retention_seconds == 1209600
    error_message = "The queue must be encrypted, demand TLS, and keep what it has for as long as SQS lets it."
  }
}

run "descriptions_lead_to_the_runbook_and_names_follow_the_convention" {
  command = plan

  assert {
    condition     = alltrue([for key, alarm in aws_cloudwatch_metric_alarm.this : endswith(alarm.alarm_description, "What to do: docs/runbook.md, ${key}.")])
    error_message = "Whoever is woken must find what to do."
  }
  assert {
    condition     = contains(output.alarm_names, "blue-flag-api-alarm-service-short-a1") && length(output.alarm_names) == length(local.alarms) + 1
    error_message = "Names must come from the module naming."
  }
}

run "the_topic_takes_from_these_alarms_and_rules_only" {
  command = plan

  assert {
    condition     = toset(one([for statement in jsondecode(aws_sns_topic.this.policy).Statement : statement.Condition.ArnLike["aws:SourceArn"] if statement.Sid == "ToldEvents"])) == toset([for rule in aws_cloudwatch_event_rule.this : "arn:aws:events:eu-west-1:123456789012:rule/${rule.name}"])
    error_message = "Any other rule of the account could tell who is on call what it likes."
  }
  assert {
    condition     = toset(one([for statement in jsondecode(aws_sns_topic.this.policy).Statement : statement.Condition.ArnLike["aws:SourceArn"] if statement.Sid == "ToldCloudwatch"])) == toset([for name in output.alarm_names : "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:${name}"])
    error_message = "Each alarm must be let in, and no other."
  }
  assert {
    condition     = keys(aws_cloudwatch_event_target.this) == [for key, target in aws_cloudwatch_event_target.this : target.target_id]
    error_message = "A target that the provider names is called otherwise in each environment."
  }
}

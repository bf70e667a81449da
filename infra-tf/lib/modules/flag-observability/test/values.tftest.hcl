# The real provider, offline: policies are rendered and arguments checked as in a deployment, and nothing is reached.
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "offline"
  secret_key                  = "offline"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
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
  kms_key_arn  = "arn:aws:kms:us-east-1:123456789012:key/mrk-11111111111111111111111111111111"
  cache_nodes  = 2
  audit_domain = { name = "blue-flags-audit-a1", volume_gb = 20 }
}

run "every_limit_of_the_plan_has_one_alarm_at_that_limit" {
  command = plan

  assert {
    condition = {
      for limit in jsondecode(file("../../../../packages/wiring/lib/wiring.json")).metrics.limits : limit.metric => limit.limit
      } == {
      for key, alarm in aws_cloudwatch_metric_alarm.this : one(one(alarm.metric_query).metric).metric_name => alarm.threshold if endswith(key, "-slow")
    }
    error_message = "There must be one alarm for each limit, which goes off above it."
  }
  assert {
    condition     = alltrue([for key, alarm in aws_cloudwatch_metric_alarm.this : alarm.comparison_operator == "GreaterThanThreshold" && one(one(alarm.metric_query).metric).stat == "Maximum" && one(one(alarm.metric_query).metric).dimensions == tomap({ region = "us-east-1" }) && alarm.evaluation_periods == 1 if endswith(key, "-slow")])
    error_message = "A limit must be held by the slowest measurement of the region, each time."
  }
  assert {
    condition = alltrue([for limit, of in jsondecode(file("../../../../packages/wiring/lib/wiring.json")).metrics.limits : length([
      for widget in jsondecode(aws_cloudwatch_dashboard.region.dashboard_body).widgets : widget
      if try(widget.properties.annotations.horizontal[0], null) == { label = of.alarm, value = of.limit } && widget.width == 12 && startswith(try(widget.properties.title, ""), "${limit}:")
    ]) == 1])
    error_message = "The dashboard must have a row for each limit, with the limit in it."
  }
}

run "every_alarm_of_the_book_exists_and_leads_to_its_section" {
  command = plan

  # With the canary's service: its two alarms exist with it alone.
  variables {
    topology = merge(var.topology, { services = concat(var.topology.services, [{ name = "flaghoist-canary", cell = "cell-1" }]) })
  }

  assert {
    condition     = setunion([for key in keys(aws_cloudwatch_metric_alarm.this) : replace(key, "/-[0-9]+$/", "")]) == toset(keys(jsondecode(file("../../../../packages/wiring/lib/alarms.json"))))
    error_message = "Home must have each alarm of alarms.json, and no other."
  }
  assert {
    condition = alltrue([for key, alarm in aws_cloudwatch_metric_alarm.this : strcontains(
      file("../../../../docs/runbook.md"), "\n### ${trimprefix(regex("#[a-z-]+$", replace(alarm.alarm_description, "/-[0-9]+$/", "")), "#")}\n"
    )])
    error_message = "The description of each alarm must lead to a section of docs/runbook.md that exists."
  }
  assert {
    condition     = strcontains(file("../../../../docs/runbook.md"), "\n### unhealthy\n") && endswith(aws_cloudwatch_composite_alarm.unhealthy.alarm_description, "docs/runbook.md#unhealthy")
    error_message = "So must that of the alarm that stands for all."
  }
  assert {
    condition = alltrue([for key, alarm in aws_cloudwatch_metric_alarm.this :
      alarm.treat_missing_data == jsondecode(file("../../../../packages/wiring/lib/alarms.json"))[replace(key, "/-[0-9]+$/", "")].watch.missing
    ])
    error_message = "What a missing value means must be decided for each alarm."
  }
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alltrue([for query in alarm.metric_query : alltrue([for metric in query.metric : metric.period >= 60])])])
    error_message = "No alarm may look more often than each minute: it would cost three times as much."
  }
}

run "a_mistake_that_is_not_found_rings_and_so_does_a_canary_that_finds_none" {
  command = plan

  variables {
    topology = merge(var.topology, { services = concat(var.topology.services, [{ name = "flaghoist-canary", cell = "cell-1" }]) })
  }

  assert {
    condition = { for key, alarm in aws_cloudwatch_metric_alarm.this : key => [one(one(alarm.metric_query).metric).metric_name, one(one(alarm.metric_query).metric).stat, alarm.comparison_operator, alarm.threshold, alarm.treat_missing_data] if startswith(key, "canary-") } == {
      canary-missed = ["CanaryMissed", "Maximum", "GreaterThanThreshold", 0, "notBreaching"]
      canary-silent = ["CanaryDetection", "Maximum", "LessThanThreshold", 1, "notBreaching"]
    }
    error_message = "The one must look at mistakes that were missed, the other for one that was found; in a new environment, where nothing was measured, neither may ring."
  }
  assert {
    condition     = alltrue([for key in ["canary-missed", "canary-silent"] : strcontains(aws_cloudwatch_composite_alarm.unhealthy.alarm_rule, "-${key}-")])
    error_message = "Neither can wait."
  }
}

run "an_environment_without_the_canary_has_none_of_its_alarms" {
  command = plan

  assert {
    condition     = length([for key in keys(aws_cloudwatch_metric_alarm.this) : key if startswith(key, "canary-")]) == 0
    error_message = "Without its service nothing measures what they would look at."
  }
}

run "an_alarm_takes_ten_metrics_and_goes_on_in_another" {
  command = plan

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : length([for query in alarm.metric_query : query if length(query.metric) > 0]) <= 10 && length([for query in alarm.metric_query : query if query.return_data]) == 1])
    error_message = "An alarm must have ten metrics at most, and look at one result."
  }
  assert {
    condition = toset(flatten([for key, alarm in aws_cloudwatch_metric_alarm.this : [
      for query in alarm.metric_query : [for metric in query.metric : metric.dimensions["FunctionName"]]
    ] if startswith(key, "functions-failing")])) == toset([for function in module.plan.functions : function.name])
    error_message = "The errors of every function must be looked at."
  }
  assert {
    condition = toset([for query in aws_cloudwatch_metric_alarm.this["dead-letters"].metric_query : one(query.metric).dimensions["QueueName"] if can(one(query.metric).dimensions["QueueName"])]) == toset([
      for key, each in jsondecode(file("../../../../packages/wiring/lib/wiring.json")).deadLetters : "blue-flags-queue-${key}-a1" if each.scope != "service"
    ])
    error_message = "All dead letters that exist once must be in the one alarm."
  }
  assert {
    condition     = one([for query in aws_cloudwatch_metric_alarm.this["schedules-still"].metric_query : query.expression if length(query.metric) == 0]) == "MIN([FILL(m0, 0), FILL(m1, 0)])" && aws_cloudwatch_metric_alarm.this["schedules-still"].comparison_operator == "LessThanThreshold" && aws_cloudwatch_metric_alarm.this["schedules-still"].treat_missing_data == "breaching"
    error_message = "What should run every minute must be missed as soon as one of them does not."
  }
  assert {
    condition     = toset([for query in aws_cloudwatch_metric_alarm.this["cache-memory"].metric_query : one(query.metric).dimensions["CacheClusterId"] if length(query.metric) > 0]) == toset(["blue-flags-replication-group-flags-a1-001", "blue-flags-replication-group-flags-a1-002"])
    error_message = "Each node of the caches must be looked at."
  }
  assert {
    condition     = one([for query in aws_cloudwatch_metric_alarm.this["audit-index-storage"].metric_query : query.expression if length(query.metric) == 0]) == "100 * m0 / 20480" && aws_cloudwatch_metric_alarm.this["audit-index-storage"].threshold == 25
    error_message = "Free storage must be in percent of the volume."
  }
}

run "hundreds_of_queues_have_one_metric_and_a_silent_one_is_missed" {
  command = plan

  assert {
    condition     = one(one(aws_cloudwatch_metric_alarm.this["services-silent"].metric_query).metric).stat == "SampleCount" && aws_cloudwatch_metric_alarm.this["services-silent"].threshold == length(var.topology.services) && aws_cloudwatch_metric_alarm.this["services-silent"].treat_missing_data == "breaching" && one(one(aws_cloudwatch_metric_alarm.this["services-silent"].metric_query).metric).period == 60 * jsondecode(file("../../../../packages/wiring/lib/wiring.json")).schedules["warm-up"].everyMinutes
    error_message = "Each service must be counted once in a round of the warm-up."
  }
  assert {
    condition = length([for query in aws_cloudwatch_metric_alarm.this["dead-letters"].metric_query : query
      if length(query.metric) > 0 && try(one(query.metric).namespace == "Flaghoist" && one(query.metric).dimensions == tomap({ region = "us-east-1" }), false)
    ]) == 1
    error_message = "The dead letters of all services must be one metric."
  }
}

run "what_cannot_wait_has_one_name" {
  command = plan

  assert {
    condition = toset(split(" OR ", aws_cloudwatch_composite_alarm.unhealthy.alarm_rule)) == toset([
      for key, alarm in aws_cloudwatch_metric_alarm.this : "ALARM(\"${alarm.alarm_name}\")"
      if jsondecode(file("../../../../packages/wiring/lib/alarms.json"))[replace(key, "/-[0-9]+$/", "")].urgency == "now"
    ])
    error_message = "The composite alarm must stand for all that cannot wait, further parts of alarms included."
  }
}

run "alarms_are_told_in_an_encrypted_topic_of_their_own" {
  command = plan

  assert {
    condition     = aws_sns_topic.alarms["alarms"].kms_master_key_id == var.kms_key_arn
    error_message = "The topic must be encrypted with the region's key."
  }
  assert {
    condition = { for statement in jsondecode(aws_sns_topic.alarms["alarms"].policy).Statement : statement.Sid => [statement.Effect, statement.Condition] } == {
      AlarmsOfThisRegion = ["Allow", {
        StringEquals = { "aws:SourceAccount" = "123456789012" }
        ArnLike      = { "aws:SourceArn" = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:blue-flags-alarm-*-a1" }
      }]
      TlsOnly = ["Deny", { Bool = { "aws:SecureTransport" = "false" } }]
    }
    error_message = "Only alarms of this deployment may tell it anything, over TLS."
  }
}

run "a_topic_that_is_there_is_used" {
  command = plan

  variables {
    topic_arn       = "arn:aws:sns:us-east-1:123456789012:on-call"
    actions_enabled = false
  }

  assert {
    condition     = length(aws_sns_topic.alarms) == 0 && alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_actions == toset([var.topic_arn]) && alarm.ok_actions == toset([var.topic_arn]) && !alarm.actions_enabled])
    error_message = "All alarms must be told there, once they may tell anybody."
  }
}

run "lines_of_level_error_are_counted_where_they_are_written" {
  command = plan

  assert {
    condition     = { for key, filter in aws_cloudwatch_log_metric_filter.errors : filter.log_group_name => filter.pattern } == { for key in ["acknowledgements", "functions"] : "blue-flags-log-group-${key}-a1" => "{ $.level = \"ERROR\" }" }
    error_message = "Both log groups must be filtered."
  }
  assert {
    condition     = one(distinct([for filter in aws_cloudwatch_log_metric_filter.errors : one(filter.metric_transformation).name])) == one(one(aws_cloudwatch_metric_alarm.this["error-lines"].metric_query).metric).metric_name
    error_message = "The alarm must look at what the filters count."
  }
}

run "another_region_has_no_alarms_of_home" {
  command = plan

  variables {
    context      = merge(var.context, { region = "eu-west-1" })
    kms_key_arn  = "arn:aws:kms:eu-west-1:123456789012:key/mrk-11111111111111111111111111111111"
    audit_domain = null
  }

  assert {
    condition     = toset(keys(aws_cloudwatch_metric_alarm.this)) == toset([for key, alarm in jsondecode(file("../../../../packages/wiring/lib/alarms.json")) : key if alarm.scope == "region"])
    error_message = "A region must have the alarms of regions."
  }
  assert {
    condition     = length(aws_cloudwatch_dashboard.fleet) == 0 && aws_cloudwatch_dashboard.region.dashboard_name == "blue-flags-dashboard-flags-euw1-a1"
    error_message = "A region must have a dashboard of its own, and none of the fleet."
  }
}

run "home_shows_all_regions_beside_each_other" {
  command = plan

  assert {
    condition = toset([
      for metric in [for widget in jsondecode(aws_cloudwatch_dashboard.fleet["fleet"].dashboard_body).widgets : widget if try(startswith(widget.properties.title, "caches,"), false)][0].properties.metrics : metric[4].region
    ]) == toset(["eu-west-1", "us-east-1", "us-west-2"])
    error_message = "The fleet must show each region."
  }
  assert {
    condition     = alltrue([for code in ["euw1", "use1", "usw2"] : strcontains(aws_cloudwatch_dashboard.fleet["fleet"].dashboard_body, "#dashboards/dashboard/blue-flags-dashboard-flags-${code}-a1")])
    error_message = "It must lead to the dashboard of each region."
  }
  assert {
    condition = alltrue([for body in [aws_cloudwatch_dashboard.region.dashboard_body, aws_cloudwatch_dashboard.fleet["fleet"].dashboard_body] : alltrue([
      for widget in jsondecode(body).widgets : widget.x + widget.width <= 24 && widget.height > 0
    ])])
    error_message = "Every widget must fit on the page."
  }
}

run "what_home_of_the_whole_fleet_is_billed_for_stands_in_the_readme" {
  command = plan

  variables {
    topology = jsondecode(file("../../../../fleet/topology.json"))
  }

  assert {
    condition     = strcontains(file("./README.md"), "| home | ${output.billed.alarm_metrics} | ${output.billed.composite_alarms} | ${output.billed.custom_metrics} | ${output.billed.dashboards} |")
    error_message = "README.md must have the row: | home | ${output.billed.alarm_metrics} | ${output.billed.composite_alarms} | ${output.billed.custom_metrics} | ${output.billed.dashboards} |"
  }
}

run "what_another_region_of_the_whole_fleet_is_billed_for_stands_in_the_readme" {
  command = plan

  variables {
    topology     = jsondecode(file("../../../../fleet/topology.json"))
    context      = merge(var.context, { region = "eu-west-1" })
    kms_key_arn  = "arn:aws:kms:eu-west-1:123456789012:key/mrk-11111111111111111111111111111111"
    audit_domain = null
  }

  assert {
    condition     = strcontains(file("./README.md"), "| another region | ${output.billed.alarm_metrics} | ${output.billed.composite_alarms} | ${output.billed.custom_metrics} | ${output.billed.dashboards} |")
    error_message = "README.md must have the row: | another region | ${output.billed.alarm_metrics} | ${output.billed.composite_alarms} | ${output.billed.custom_metrics} | ${output.billed.dashboards} |"
  }
}

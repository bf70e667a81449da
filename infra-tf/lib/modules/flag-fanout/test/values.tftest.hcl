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
  kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/mrk-11111111111111111111111111111111"
}

run "each_service_has_a_queue_its_dead_letters_and_a_subscription" {
  command = plan

  assert {
    condition     = [for key in keys(aws_sqs_queue.this) : key if startswith(key, "service-flags/")] == ["service-flags/basket", "service-flags/checkout", "service-flags/search"]
    error_message = "There must be one queue for each service."
  }
  assert {
    condition     = [for key in keys(aws_sqs_queue.dead_letters) : key if startswith(key, "service-flags")] == ["service-flags-dead/basket", "service-flags-dead/checkout", "service-flags-dead/search"]
    error_message = "There must be dead letters for each service."
  }
  assert {
    condition     = { for key, subscription in aws_sns_topic_subscription.this : key => [subscription.filter_policy, subscription.filter_policy_scope, subscription.raw_message_delivery] } == { for service in ["basket", "checkout", "search"] : "flag-changes/${service}" => ["{\"audience\":[\"*\",\"${service}\"]}", "MessageAttributes", true] }
    error_message = "A service must get what concerns all, and what concerns it, as it was sent."
  }
  assert {
    condition     = aws_sqs_queue.this["service-flags/checkout"].name == "blue-flags-queue-flags-checkout-a1" && aws_sqs_queue.dead_letters["service-flags-dead/checkout"].name == "blue-flags-queue-dead-flags-checkout-a1" && aws_sqs_queue.this["service-flags/checkout"].tags["Name"] == "blue-flags-queue-flags-checkout-a1"
    error_message = "What tells the two kinds of queues apart must stand before the service's name."
  }
}

run "queues_wait_and_give_up_as_the_plan_says" {
  command = plan

  assert {
    condition = { for key, queue in aws_sqs_queue.this : key => [queue.visibility_timeout_seconds, queue.message_retention_seconds] if !startswith(key, "service-flags/basket") && !startswith(key, "service-flags/search") } == {
      for key in ["audit", "cache-loads", "region-verdicts", "service-flags/checkout"] : key => [for wired in [jsondecode(file("../../../../packages/wiring/lib/wiring.json")).queues[split("/", key)[0]]] : [wired.visibilitySeconds, wired.retentionSeconds]][0]
    }
    error_message = "Visibility and retention must be those of the plan."
  }
  assert {
    condition     = jsondecode(aws_sqs_queue.dead_letters["service-flags-dead/checkout"].redrive_allow_policy) == { redrivePermission = "byQueue", sourceQueueArns = ["arn:aws:sqs:us-east-1:123456789012:blue-flags-queue-flags-checkout-a1"] }
    error_message = "Dead letters must come from their own queue only."
  }
  assert {
    condition     = alltrue([for queue in concat(values(aws_sqs_queue.this), values(aws_sqs_queue.dead_letters)) : queue.sqs_managed_sse_enabled])
    error_message = "Every queue must be encrypted."
  }
}

run "queues_take_from_their_sources_over_tls" {
  command = plan

  assert {
    condition = alltrue([for queue in concat(values(aws_sqs_queue.this), values(aws_sqs_queue.dead_letters)) : one([
      for statement in jsondecode(queue.policy).Statement : statement.Effect == "Deny" && statement.Action == "sqs:*" && statement.Principal == { AWS = "*" } && statement.Condition == { Bool = { "aws:SecureTransport" = "false" } } && endswith(statement.Resource, ":${queue.name}")
      if statement.Sid == "TlsOnly"
    ])])
    error_message = "Every queue must refuse what comes without TLS."
  }
  assert {
    condition = { for key in ["service-flags/checkout", "region-verdicts", "cache-loads"] : key => { for statement in jsondecode(aws_sqs_queue.this[key].policy).Statement : statement.Principal.Service => statement.Condition.ArnEquals["aws:SourceArn"] if statement.Effect == "Allow" } } == {
      "service-flags/checkout" = { "sns.amazonaws.com" = ["arn:aws:sns:us-east-1:123456789012:blue-flags-topic-flag-changes-a1"] }
      "region-verdicts"        = { "events.amazonaws.com" = ["arn:aws:events:us-east-1:123456789012:rule/blue-flags-event-bus-events-a1/blue-flags-event-rule-verdicts-a1"] }
      "cache-loads"            = {}
    }
    error_message = "A service of AWS may send for the resource that the plan names, and into a queue of functions not at all."
  }
  assert {
    condition     = length([for statement in jsondecode(aws_sqs_queue.dead_letters["undelivered"].policy).Statement : statement if statement.Sid == "SentByEvents" || statement.Sid == "SentBySns"]) == 2
    error_message = "What rules and subscriptions cannot deliver must be taken."
  }
  assert {
    condition = contains(
      one([for statement in jsondecode(aws_sqs_queue.dead_letters["undelivered"].policy).Statement : statement.Condition.ArnEquals["aws:SourceArn"] if statement.Sid == "SentByEvents"]),
      "arn:aws:events:us-east-1:123456789012:event-bus/blue-flags-event-bus-events-a1",
    )
    error_message = "What the bus cannot encrypt or decrypt must be taken."
  }
}

run "the_topic_is_encrypted_and_speaks_tls" {
  command = plan

  assert {
    condition     = aws_sns_topic.this["flag-changes"].kms_master_key_id == var.kms_key_arn && jsondecode(aws_sns_topic.this["flag-changes"].policy).Statement[*].Sid == ["TlsOnly"]
    error_message = "The topic must be encrypted with the region's key, and allow nothing by itself."
  }
  assert {
    condition     = jsondecode(aws_sns_topic.this["flag-changes"].policy).Statement[0].Effect == "Deny" && jsondecode(aws_sns_topic.this["flag-changes"].policy).Statement[0].Condition == { Bool = { "aws:SecureTransport" = "false" } }
    error_message = "The topic must refuse what comes without TLS."
  }
}

run "another_region_has_no_queues_of_home" {
  command = plan

  variables {
    context     = merge(var.context, { region = "eu-west-1" })
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/mrk-11111111111111111111111111111111"
  }

  assert {
    condition     = [for key in keys(aws_sqs_queue.this) : key if !startswith(key, "service-flags/")] == ["cache-loads"] && [for key in keys(aws_sqs_queue.dead_letters) : key if !startswith(key, "service-flags-dead/")] == ["cache-loads-dead", "distribute-dropped", "undelivered"]
    error_message = "Verdicts, audit and what home's functions drop are home's."
  }
}

locals {
  trail_bus = var.trail == null ? null : split("event-bus/", var.trail.bus_arn)[1]
  # Rules stand where their bus is.
  trail_is_here = var.trail == null ? false : startswith(var.trail.bus_arn, "arn:${var.context.partition}:events:${var.context.region}:${var.context.account_id}:")

  told = merge(
    {
      # Whatever ends it without its own word: a timeout, a person, a right that is missing. Of what it has told itself it is told once:
      # that it ends by an error whose name begins so. Where AWS names no error, it is told rather twice than never.
      ended = jsonencode({
        source        = ["aws.states"]
        "detail-type" = ["Step Functions Execution Status Change"]
        detail = {
          stateMachineArn = [module.naming.arns["workflow"]]
          "$or" = [
            { status = ["TIMED_OUT", "ABORTED"] },
            { status = ["FAILED"], error = [{ "anything-but" = { prefix = "Flaghoist." } }] },
            { status = ["FAILED"], error = [{ exists = false }] },
            { status = ["FAILED"], error = [null] },
          ]
        }
      })
    },
    var.watched.cluster_arn == null ? {} : {
      tasks = jsonencode({
        source        = ["aws.ecs"]
        "detail-type" = ["ECS Task State Change"]
        detail        = { clusterArn = [var.watched.cluster_arn], lastStatus = ["STOPPED"], stopCode = [{ "anything-but" = ["ServiceSchedulerInitiated", "UserInitiated"] }] }
      })
      deployments = jsonencode({
        source        = ["aws.ecs"]
        "detail-type" = ["ECS Deployment State Change"]
        resources     = [{ prefix = "${replace(var.watched.cluster_arn, ":cluster/", ":service/")}/" }]
        detail        = { eventName = ["SERVICE_DEPLOYMENT_FAILED"] }
      })
    },
    length(var.watched.database_ids) == 0 ? {} : {
      databases = jsonencode({
        source        = ["aws.rds"]
        "detail-type" = ["RDS DB Cluster Event", "RDS DB Instance Event"]
        detail        = { SourceIdentifier = var.watched.database_ids, EventCategories = ["configuration change", "deletion", "failover", "failure"] }
      })
    },
    length(var.watched.config_rules) == 0 ? {} : {
      compliance = jsonencode({
        source        = ["aws.config"]
        "detail-type" = ["Config Rules Compliance Change"]
        detail        = { configRuleName = var.watched.config_rules, newEvaluationResult = { complianceType = ["NON_COMPLIANT"] } }
      })
    },
  )

  told_by_hoist = var.trail == null || !local.trail_is_here ? {} : {
    # What people do by hand, of this stack. What the builds do the workflow tells.
    hoist = jsonencode({
      source        = ["flaghoist"]
      "detail-type" = ["DriftDetected", "DriftRemediated", "RemediationRefused"]
      detail = {
        detail = {
          environment = [var.context.environment]
          stack       = [var.stack]
          actor       = [{ "anything-but" = { prefix = "${module.runner.role_unique_id}:" } }]
        }
      }
    })
  }

  started = {
    approved = jsonencode({
      source        = ["aws.s3"]
      "detail-type" = ["Object Created"]
      detail        = { bucket = { name = [module.plans.name] }, object = { key = [{ prefix = "approvals/" }] } }
    })
  }
}

resource "aws_cloudwatch_event_rule" "look" {
  name                = module.naming.names["rule/look"]
  description         = "Looks whether ${var.stack} drifted."
  schedule_expression = var.schedule_expression
  state               = var.enabled ? "ENABLED" : "DISABLED"
  tags                = module.naming.named_tags["rule/look"]
}

resource "aws_cloudwatch_event_target" "look" {
  rule     = aws_cloudwatch_event_rule.look.name
  arn      = aws_sfn_state_machine.this.arn
  role_arn = aws_iam_role.rule.arn
  input    = jsonencode({})

  dead_letter_config {
    arn = module.naming.arns["queue"]
  }

  depends_on = [aws_sqs_queue.dead]
}

resource "aws_cloudwatch_event_rule" "started" {
  for_each = local.started

  name          = module.naming.names["rule/${each.key}"]
  description   = "Applies what somebody has approved."
  event_pattern = each.value
  state         = var.enabled ? "ENABLED" : "DISABLED"
  tags          = module.naming.named_tags["rule/${each.key}"]
}

resource "aws_cloudwatch_event_target" "started" {
  for_each = local.started

  rule     = aws_cloudwatch_event_rule.started[each.key].name
  arn      = aws_sfn_state_machine.this.arn
  role_arn = aws_iam_role.rule.arn

  # Who approved is read where it is applied, never from an event.
  input_transformer {
    input_paths    = { key = "$.detail.object.key" }
    input_template = "{\"approved\": <key>}"
  }

  dead_letter_config {
    arn = module.naming.arns["queue"]
  }

  depends_on = [aws_sqs_queue.dead]
}

resource "aws_cloudwatch_event_rule" "told" {
  for_each = merge(local.told, local.told_by_hoist)

  name           = module.naming.names["rule/${each.key}"]
  description    = "Tells who is on call."
  event_bus_name = contains(keys(local.told_by_hoist), each.key) ? local.trail_bus : "default"
  event_pattern  = each.value
  tags           = module.naming.named_tags["rule/${each.key}"]
}

resource "aws_cloudwatch_event_target" "told" {
  for_each = aws_cloudwatch_event_rule.told

  rule           = each.value.name
  event_bus_name = each.value.event_bus_name
  arn            = aws_sns_topic.this.arn

  dead_letter_config {
    arn = module.naming.arns["queue"]
  }

  depends_on = [aws_sqs_queue.dead]
}

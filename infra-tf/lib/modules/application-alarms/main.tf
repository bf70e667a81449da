locals {
  alarms = jsondecode(file("${path.module}/alarms.json"))

  dimensions = {
    load_balancer = { LoadBalancer = var.load_balancer.arn_suffix }
    targets       = { LoadBalancer = var.load_balancer.arn_suffix, TargetGroup = var.load_balancer.target_group_arn_suffix }
    service       = { ClusterName = var.service.cluster_name, ServiceName = var.service.service_name }
    database      = { DBClusterIdentifier = var.database_cluster_identifier }
    queue         = { QueueName = module.naming.names["queue"] }
  }

  # Tasks that are wanted and do not run: two metrics, so it stands apart from the others.
  short = "service-short"

  # AWS Backup tells of each job; of a copy it names the vault by its ARN.
  jobs = {
    backup-failed      = { "detail-type" = ["Backup Job State Change"], detail = { state = ["ABORTED", "EXPIRED", "FAILED", "PARTIAL"], backupVaultName = [var.backup_vault.name] } }
    backup-copy-failed = { "detail-type" = ["Copy Job State Change"], detail = { state = ["FAILED", "PARTIAL"], sourceBackupVaultArn = [var.backup_vault.arn] } }
  }
}

module "naming" {
  source  = "../naming"
  context = var.context
  resources = merge(
    {
      topic = { type = "topic", qualifier = "alarms" }
      queue = { type = "queue", qualifier = "alarms-undelivered" }
    },
    { for key in concat(keys(local.alarms), [local.short]) : key => { type = "alarm", qualifier = key } },
    { for key in keys(local.jobs) : key => { type = "event-rule", qualifier = key } },
  )
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = module.naming.names[each.key]
  alarm_description   = "${each.value.means} What to do: ${var.runbook}, ${each.key}."
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = local.dimensions[each.value.of]
  statistic           = startswith(each.value.statistic, "p") ? null : each.value.statistic
  extended_statistic  = startswith(each.value.statistic, "p") ? each.value.statistic : null
  period              = each.value.period_seconds
  evaluation_periods  = each.value.periods
  comparison_operator = can(each.value.below) ? "LessThanThreshold" : "GreaterThanThreshold"
  threshold           = can(each.value.below) ? each.value.below : each.value.above
  # Without calls, readers or a serverless size there is nothing to measure.
  treat_missing_data = "notBreaching"
  alarm_actions      = [aws_sns_topic.this.arn]
  ok_actions         = [aws_sns_topic.this.arn]
  tags               = module.naming.named_tags[each.key]
}

resource "aws_cloudwatch_metric_alarm" "short" {
  alarm_name          = module.naming.names[local.short]
  alarm_description   = "Fewer tasks run than are wanted, for ten minutes. What to do: ${var.runbook}, ${local.short}."
  evaluation_periods  = 10
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  # Container Insights measures each minute; where it stopped nobody knows what runs.
  treat_missing_data = "breaching"
  alarm_actions      = [aws_sns_topic.this.arn]
  ok_actions         = [aws_sns_topic.this.arn]

  metric_query {
    id          = "missing"
    label       = local.short
    expression  = "desired - running"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { desired = "DesiredTaskCount", running = "RunningTaskCount" }

    content {
      id = metric_query.key

      metric {
        namespace   = "ECS/ContainerInsights"
        metric_name = metric_query.value
        dimensions  = local.dimensions.service
        stat        = "Minimum"
        period      = 60
      }
    }
  }

  tags = module.naming.named_tags[local.short]
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = local.jobs

  name          = module.naming.names[each.key]
  description   = "Tells of backups that were not taken or not copied. What to do: ${var.runbook}, ${each.key}."
  event_pattern = jsonencode(merge({ source = ["aws.backup"] }, each.value))
  tags          = module.naming.named_tags[each.key]
}

resource "aws_cloudwatch_event_target" "this" {
  for_each = local.jobs

  rule      = aws_cloudwatch_event_rule.this[each.key].name
  target_id = each.key
  arn       = aws_sns_topic.this.arn

  dead_letter_config {
    arn = module.naming.arns["queue"]
  }

  depends_on = [aws_sqs_queue.undelivered]
}

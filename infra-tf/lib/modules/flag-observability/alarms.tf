locals {
  # An alarm takes ten metrics. Where an alarm of the plan has more, it is several, the further ones with a number.
  instances = merge([
    for key, signal in local.signals : {
      for part, series in chunklist(signal.series, 10) : part == 0 ? key : "${key}-${part + 1}" => {
        alarm      = key
        expression = length(series) > 1 ? "${signal.combine}([${join(", ", [for number in range(length(series)) : "FILL(m${number}, 0)"])}])" : try("100 * m0 / ${local.per_cent_of[key]}", null)
        series     = series
      }
    } if contains(keys(local.plan.alarms), key)
  ]...)

  # The audit index may be made elsewhere, or not yet.
  unseen = [for key in keys(local.plan.alarms) : key if length(try(local.signals[key].series, [])) == 0 && !(startswith(key, "audit-index-") && var.audit_domain == null)]

  urgent = sort([for key, instance in local.instances : key if local.plan.alarms[instance.alarm].urgency == "now"])
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.instances

  alarm_name        = local.naming.names["alarm/${each.key}"]
  alarm_description = "${local.plan.alarms[each.value.alarm].means} What to do: ${var.runbook}#${each.value.alarm}"

  comparison_operator = local.plan.alarms[each.value.alarm].below == null ? "GreaterThanThreshold" : "LessThanThreshold"
  threshold           = coalesce(local.plan.alarms[each.value.alarm].below, local.plan.alarms[each.value.alarm].above)
  evaluation_periods  = local.plan.alarms[each.value.alarm].periods
  datapoints_to_alarm = local.plan.alarms[each.value.alarm].breaching
  # Decided for each alarm, with its reason, in alarms.json.
  treat_missing_data = local.plan.alarms[each.value.alarm].missing

  actions_enabled = var.actions_enabled
  alarm_actions   = [local.topic_arn]
  ok_actions      = [local.topic_arn]

  dynamic "metric_query" {
    for_each = each.value.series

    content {
      id          = "m${metric_query.key}"
      return_data = each.value.expression == null

      metric {
        namespace   = metric_query.value.namespace
        metric_name = metric_query.value.metric
        dimensions  = metric_query.value.dimensions
        stat        = metric_query.value.stat
        period      = local.plan.alarms[each.value.alarm].period_seconds
      }
    }
  }

  dynamic "metric_query" {
    for_each = each.value.expression == null ? [] : [each.value.expression]

    content {
      id          = "all"
      label       = each.value.alarm
      expression  = metric_query.value
      return_data = true
    }
  }

  tags = local.naming.named_tags["alarm/${each.key}"]
}

# One name for all that cannot wait.
resource "aws_cloudwatch_composite_alarm" "unhealthy" {
  alarm_name        = local.naming.names["alarm/unhealthy"]
  alarm_description = "Flags are unhealthy in ${local.region}: an alarm that cannot wait has gone off. What to do: ${var.runbook}#unhealthy"
  alarm_rule        = join(" OR ", [for key in local.urgent : "ALARM(\"${aws_cloudwatch_metric_alarm.this[key].alarm_name}\")"])

  actions_enabled = var.actions_enabled
  alarm_actions   = [local.topic_arn]
  ok_actions      = [local.topic_arn]

  tags = local.naming.named_tags["alarm/unhealthy"]
}

output "topic_arn" {
  value       = local.topic_arn
  description = "Where alarms are told: whoever is on call subscribes here."
}

output "alarm_arns" {
  value       = { for key, alarm in aws_cloudwatch_metric_alarm.this : key => alarm.arn }
  description = "The alarms, by the name of their section in docs/runbook.md; further parts of one have a number behind it."

  precondition {
    condition     = length(local.unseen) == 0
    error_message = "packages/wiring/lib/alarms.json has alarms that no metric is known for: ${join(", ", local.unseen)}. Say in signals.tf where they look."
  }
}

output "unhealthy_alarm_arn" {
  value       = aws_cloudwatch_composite_alarm.unhealthy.arn
  description = "The alarm that stands for all that cannot wait."
}

output "dashboard_names" {
  value       = merge({ region = aws_cloudwatch_dashboard.region.dashboard_name }, { for key, dashboard in aws_cloudwatch_dashboard.fleet : key => dashboard.dashboard_name })
  description = "The dashboard of this region, and in home that of the fleet."
}

output "billed" {
  value = {
    alarm_metrics    = sum([for instance in local.instances : length(instance.series)])
    composite_alarms = 1
    custom_metrics   = length(local.plan.measured.metrics) + 1
    dashboards       = 1 + length(aws_cloudwatch_dashboard.fleet)
  }
  description = "What CloudWatch bills for in this region: metrics that alarms look at, composite alarms, custom metrics (each only in hours in which it is sent), and dashboards."
}

output "topic_arn" {
  value       = aws_sns_topic.this.arn
  description = "Where alarms and failed backups are told."
}

output "alarm_names" {
  value       = sort(concat([for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_name], [aws_cloudwatch_metric_alarm.short.alarm_name]))
  description = "All alarms, known at plan."
}

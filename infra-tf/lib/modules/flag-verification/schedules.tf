resource "aws_scheduler_schedule" "this" {
  for_each = local.schedules

  name                = each.value.name
  description         = each.value.topic_arn == null ? "Calls ${each.value.function}." : "Publishes to the region's topic."
  schedule_expression = each.value.expression
  state               = var.schedules_enabled ? "ENABLED" : "DISABLED"
  kms_key_arn         = var.kms_key_arn

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = each.value.topic_arn == null ? local.called_arns[each.value.function] : "arn:${local.partition}:scheduler:::aws-sdk:sns:publish"
    role_arn = aws_iam_role.schedules.arn
    input    = each.value.input

    retry_policy {
      maximum_retry_attempts       = each.value.retry_attempts
      maximum_event_age_in_seconds = 60
    }

    dead_letter_config {
      arn = local.queue_arns[each.value.dead_letter]
    }
  }

  depends_on = [aws_iam_role_policy.schedules]
}

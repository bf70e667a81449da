# A line of level ERROR says that somebody must act: it becomes a metric where it is written, so no function measures it.
locals {
  error_metric = "ErrorLines"
}

resource "aws_cloudwatch_log_metric_filter" "errors" {
  for_each = local.log_group_names

  name           = local.naming.names["filter/${each.key}"]
  log_group_name = each.value
  pattern        = "{ $.level = \"ERROR\" }"

  metric_transformation {
    namespace = local.plan.measured.namespace
    name      = local.error_metric
    value     = "1"
    unit      = "Count"
  }
}

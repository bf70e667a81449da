resource "aws_lambda_event_source_mapping" "stream" {
  for_each = local.function.streams

  function_name                      = aws_lambda_alias.live.arn
  event_source_arn                   = lookup(var.stream_arns, each.key, null)
  starting_position                  = each.value.starting_position
  batch_size                         = each.value.batch_size
  maximum_batching_window_in_seconds = each.value.window_seconds
  parallelization_factor             = each.value.parallelization
  maximum_retry_attempts             = each.value.retry_attempts
  maximum_record_age_in_seconds      = each.value.record_age_seconds
  bisect_batch_on_function_error     = each.value.bisect
  function_response_types            = each.value.response_types

  filter_criteria {
    dynamic "filter" {
      for_each = each.value.filters

      content {
        pattern = filter.value
      }
    }
  }

  destination_config {
    on_failure {
      destination_arn = each.value.failure_destination
    }
  }

  tags = module.naming.tags

  # AWS checks that the role may read the stream when the mapping is made.
  depends_on = [aws_iam_role_policy.this]

  lifecycle {
    precondition {
      condition     = length(local.unconnected) == 0
      error_message = "${var.function} reads streams that nothing names: ${join(", ", local.unconnected)}. Put the ARNs of the tables' streams in this region into stream_arns."
    }
  }
}

resource "aws_lambda_event_source_mapping" "queue" {
  for_each = local.function.queues

  function_name                      = aws_lambda_alias.live.arn
  event_source_arn                   = each.value.arn
  batch_size                         = each.value.batch_size
  maximum_batching_window_in_seconds = each.value.window_seconds
  function_response_types            = each.value.response_types

  dynamic "scaling_config" {
    for_each = each.value.maximum_concurrency == null ? [] : [each.value.maximum_concurrency]

    content {
      maximum_concurrency = scaling_config.value
    }
  }

  tags = module.naming.tags

  depends_on = [aws_iam_role_policy.this]
}

# Nobody waits for what a schedule calls: what fails is tried as often as the plan says, and kept.
resource "aws_lambda_function_event_invoke_config" "schedule" {
  count = local.function.schedule == null ? 0 : 1

  function_name          = aws_lambda_function.this.function_name
  qualifier              = aws_lambda_alias.live.name
  maximum_retry_attempts = min(local.function.schedule.retry_attempts, 2)

  destination_config {
    on_failure {
      destination = local.function.schedule.dead_letter_arn
    }
  }

  depends_on = [aws_iam_role_policy.this]
}

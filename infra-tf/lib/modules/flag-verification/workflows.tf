# Step Functions writes there in its own name; for names below /aws/vendedlogs it needs no growing policy of the region's logs.
resource "aws_cloudwatch_log_group" "workflow" {
  for_each = local.workflows

  name              = "/aws/vendedlogs/states/${each.value.name}"
  kms_key_id        = var.kms_key_arn
  retention_in_days = var.log_retention_days
  tags              = merge(local.tags, { Name = each.value.name })
}

resource "aws_sfn_state_machine" "this" {
  for_each = local.workflows

  name       = each.value.name
  type       = each.value.type
  role_arn   = aws_iam_role.workflow[each.key].arn
  definition = templatefile(each.value.definition, { for placeholder, function in each.value.functions : placeholder => local.called_arns[function] })

  # Inputs name flags and changes, and nothing else; of an Express execution there is no other record than this log.
  logging_configuration {
    level                  = each.value.type == "EXPRESS" ? "ALL" : "ERROR"
    include_execution_data = true
    log_destination        = "${aws_cloudwatch_log_group.workflow[each.key].arn}:*"
  }

  tracing_configuration {
    enabled = true
  }

  encryption_configuration {
    type                              = "CUSTOMER_MANAGED_KMS_KEY"
    kms_key_id                        = var.kms_key_arn
    kms_data_key_reuse_period_seconds = 300
  }

  tags = merge(local.tags, { Name = each.value.name })

  # Step Functions checks that the role may write the log.
  depends_on = [aws_iam_role_policy.workflow]
}

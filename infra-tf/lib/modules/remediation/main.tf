module "naming" {
  source  = "../naming"
  context = var.context
  resources = merge(
    {
      workflow          = { type = "state-machine", qualifier = "remediate-${var.stack}" }
      topic             = { type = "topic", qualifier = "remediation-${var.stack}" }
      queue             = { type = "queue", qualifier = "remediation-${var.stack}-dead" }
      alarm             = { type = "alarm", qualifier = "remediation-${var.stack}-dead" }
      "role/workflow"   = { type = "role", qualifier = "remediate-${var.stack}" }
      "policy/workflow" = { type = "policy", qualifier = "remediate-${var.stack}" }
      "role/rule"       = { type = "role", qualifier = "remediate-rule-${var.stack}" }
      "policy/rule"     = { type = "policy", qualifier = "remediate-rule-${var.stack}" }
    },
    { for key in ["approved", "compliance", "databases", "deployments", "ended", "hoist", "look", "tasks"] : "rule/${key}" => { type = "event-rule", qualifier = "mend-${var.stack}-${key}" } },
  )
}

module "governance" {
  source = "../governance"
}

module "runner" {
  source = "../terraform-runner"

  context              = var.context
  purpose              = "remediation-${var.stack}"
  sources              = var.runner.sources
  connection_arn       = var.runner.connection_arn
  buildspec            = file("${path.module}/buildspec.yml")
  network              = var.runner.network
  deployment_role_arns = var.runner.deployment_role_arns
  kms_key_arn          = var.kms_key_arn
  log_retention_days   = var.log_retention_days
  policy_documents     = concat([data.aws_iam_policy_document.plans.json], data.aws_iam_policy_document.trail[*].json)
  environment_variables = merge(
    { HOIST_ENVIRONMENT = var.context.environment, HOIST_STACK = var.stack, PLANS_BUCKET = module.plans.name },
    var.trail == null ? {} : { HOIST_DEPLOYMENT = var.trail.deployment },
  )
}

# Step Functions writes there in its own name; for names below /aws/vendedlogs it needs no growing policy of the region's logs.
resource "aws_cloudwatch_log_group" "workflow" {
  name              = "/aws/vendedlogs/states/${module.naming.names["workflow"]}"
  kms_key_id        = var.kms_key_arn
  retention_in_days = var.log_retention_days
  tags              = merge(module.naming.tags, { Name = module.naming.names["workflow"] })
}

locals {
  definition = templatefile("${path.module}/remediate-drift.asl.json", {
    Partition   = var.context.partition
    ProjectName = module.runner.project_name
    TopicArn    = module.naming.arns["topic"]
    WorkflowArn = module.naming.arns["workflow"]
    Environment = var.context.environment
    Stack       = var.stack
    Bucket      = module.plans.name
  })
}

resource "aws_sfn_state_machine" "this" {
  name       = module.naming.names["workflow"]
  type       = "STANDARD"
  role_arn   = aws_iam_role.workflow.arn
  definition = local.definition

  logging_configuration {
    level                  = "ALL"
    include_execution_data = true
    log_destination        = "${aws_cloudwatch_log_group.workflow.arn}:*"
  }

  tracing_configuration {
    enabled = true
  }

  encryption_configuration {
    type                              = "CUSTOMER_MANAGED_KMS_KEY"
    kms_key_id                        = var.kms_key_arn
    kms_data_key_reuse_period_seconds = 300
  }

  tags = module.naming.named_tags["workflow"]

  # Step Functions checks that the role may write the log.
  depends_on = [aws_iam_role_policy.workflow]
}

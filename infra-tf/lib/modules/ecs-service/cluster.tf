resource "aws_ecs_cluster" "this" {
  name = module.naming.names["cluster"]

  configuration {
    # Nobody may enter a container (see the service); were that switched on by hand, it would still be encrypted and logged.
    execute_command_configuration {
      kms_key_id = var.kms_key_arn
      logging    = "OVERRIDE"

      log_configuration {
        cloud_watch_encryption_enabled = true
        cloud_watch_log_group_name     = aws_cloudwatch_log_group.this.name
      }
    }

    managed_storage_configuration {
      fargate_ephemeral_storage_kms_key_id = var.kms_key_arn
    }
  }

  setting {
    name  = "containerInsights"
    value = "enabled"
  }

  tags = module.naming.named_tags["cluster"]

  # Container Insights creates its log group by itself when it finds none: unencrypted, and left behind by a destroy.
  depends_on = [aws_cloudwatch_log_group.container_insights]
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = ["FARGATE"]

  default_capacity_provider_strategy {
    capacity_provider = "FARGATE"
    base              = 0
    weight            = 1
  }
}

resource "aws_cloudwatch_log_group" "this" {
  name              = module.naming.names["log_group"]
  kms_key_id        = var.kms_key_arn
  retention_in_days = var.log_retention_days
  tags              = module.naming.named_tags["log_group"]
}

resource "aws_cloudwatch_log_group" "container_insights" {
  name              = "/aws/ecs/containerinsights/${module.naming.names["cluster"]}/performance"
  kms_key_id        = var.kms_key_arn
  retention_in_days = var.log_retention_days
  tags              = module.naming.tags
}

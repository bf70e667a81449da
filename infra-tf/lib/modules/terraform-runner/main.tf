module "naming" {
  source  = "../naming"
  context = var.context
  resources = {
    project = { type = "build-project", qualifier = var.purpose }
    role    = { type = "role", qualifier = "build-${var.purpose}" }
    policy  = { type = "policy", qualifier = "build-${var.purpose}" }
    group   = { type = "security-group", qualifier = "build-${var.purpose}" }
    log     = { type = "log-group", qualifier = "build-${var.purpose}" }
  }
}

module "governance" {
  source = "../governance"
}

locals {
  account   = var.context.account_id
  partition = var.context.partition
  region    = var.context.region
  ec2       = "arn:${var.context.partition}:ec2:${var.context.region}:${var.context.account_id}"
  log_arn   = module.naming.arns["log"]
}

resource "aws_cloudwatch_log_group" "this" {
  name              = module.naming.names["log"]
  kms_key_id        = var.kms_key_arn
  retention_in_days = var.log_retention_days
  tags              = module.naming.named_tags["log"]
}

resource "aws_security_group" "this" {
  name        = module.naming.names["group"]
  description = "Builds that run Terraform: out on 443, and nothing in."
  vpc_id      = var.network.vpc_id
  tags        = module.naming.named_tags["group"]
}

resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.this.id
  description       = "Providers, and the AWS APIs."
  cidr_ipv4         = var.network.internet_cidr
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  tags              = module.naming.named_tags["group"]
}

resource "aws_codebuild_project" "this" {
  name                   = module.naming.names["project"]
  description            = "Runs Terraform for ${var.purpose}, one build at a time."
  service_role           = aws_iam_role.this.arn
  encryption_key         = var.kms_key_arn
  build_timeout          = var.timeout_minutes
  queued_timeout         = var.timeout_minutes
  concurrent_build_limit = 1
  source_version         = var.sources.version

  source {
    type            = var.sources.type
    location        = var.sources.location
    buildspec       = var.buildspec
    git_clone_depth = var.sources.type == "S3" ? null : 1

    dynamic "auth" {
      for_each = var.connection_arn[*]

      content {
        type     = "CODECONNECTIONS"
        resource = auth.value
      }
    }
  }

  environment {
    type            = "LINUX_CONTAINER"
    image           = var.image
    compute_type    = var.compute_type
    privileged_mode = false

    dynamic "environment_variable" {
      for_each = var.environment_variables

      content {
        name  = environment_variable.key
        value = environment_variable.value
      }
    }
  }

  # Plans hold what resources hold: they go where the buildspec puts them, and never to CodeBuild.
  artifacts {
    type = "NO_ARTIFACTS"
  }

  logs_config {
    cloudwatch_logs {
      group_name = aws_cloudwatch_log_group.this.name
    }
  }

  vpc_config {
    vpc_id             = var.network.vpc_id
    subnets            = var.network.subnet_ids
    security_group_ids = [aws_security_group.this.id]
  }

  tags = module.naming.named_tags["project"]

  # CodeBuild tries the role's rights in the network when the project is made.
  depends_on = [aws_iam_role_policy.this]
}

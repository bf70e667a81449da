terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

variable "environment" {
  type = string
}

variable "region" {
  type = string
}

variable "retention_days" {
  type = number
}

variable "internal_cidr" {
  type = string
}

provider "aws" {
  region                      = var.region
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  s3_use_path_style           = true
  max_retries                 = 2
}

locals {
  tags = {
    environment = var.environment
    cost-center = "platform-1001"
    owner       = "team-platform"
    service     = "drift"
    managed-by  = "terraform"
  }
}

resource "aws_s3_bucket" "evidence" {
  bucket        = "${var.environment}-drift-evidence"
  force_destroy = true
  tags          = local.tags
}

resource "aws_s3_bucket_public_access_block" "evidence" {
  bucket                  = aws_s3_bucket.evidence.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "evidence" {
  bucket = aws_s3_bucket.evidence.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm = "aws:kms"
    }
  }
}

resource "aws_security_group" "web" {
  name        = "${var.environment}-drift-web"
  description = "What the service lets in."
  tags        = local.tags
}

resource "aws_vpc_security_group_ingress_rule" "https" {
  security_group_id = aws_security_group.web.id
  cidr_ipv4         = var.internal_cidr
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  description       = "Callers within the network."
  tags              = local.tags
}

# Rules that no resource of their own has: "terraform show -json" does not say that the configuration asks for them.
resource "aws_security_group" "inline" {
  name        = "${var.environment}-drift-inline"
  description = "What is let in by rules of its own."
  tags        = local.tags

  dynamic "ingress" {
    for_each = toset([var.internal_cidr])

    content {
      protocol    = "tcp"
      from_port   = 443
      to_port     = 443
      cidr_blocks = [ingress.value]
      description = "Callers within the network."
    }
  }
}

resource "aws_cloudwatch_log_group" "web" {
  name              = "${var.environment}-drift-web"
  retention_in_days = var.retention_days
  tags              = local.tags
}

resource "aws_sns_topic" "this" {
  for_each = toset(["alarms", "unreadable"])

  name = "${var.environment}-drift-${each.key}"
  tags = local.tags
}

resource "aws_ssm_parameter" "password" {
  name  = "/${var.environment}/drift/password"
  type  = "SecureString"
  value = "as terraform wrote it"
  tags  = local.tags
}

resource "aws_iam_role" "task" {
  name = "${var.environment}-drift-task"
  tags = local.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "task" {
  role = aws_iam_role.task.name
  name = "read"

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "Read", Effect = "Allow", Action = "s3:GetObject", Resource = "${aws_s3_bucket.evidence.arn}/*" }]
  })
}

output "retention_days" {
  description = "How long log lines stay."
  value       = aws_cloudwatch_log_group.web.retention_in_days
}

terraform {
  required_version = ">= 1.10"
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      version               = "~> 5.100"
      configuration_aliases = [aws.replica]
    }
  }
}
variable "environment" { type = string }
variable "kms_key_arn" { type = string }
variable "retention_days" { type = number }
data "aws_iam_policy_document" "tls" {
  statement {
    sid       = "DenyInsecure"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.this.arn, "${aws_s3_bucket.this.arn}/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}
resource "aws_s3_bucket" "this" {
  bucket        = "${var.environment}-store-bucket-x7k2"
  force_destroy = true
  tags          = { environment = var.environment, Name = "${var.environment}-store-bucket-x7k2" }
}
resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = data.aws_iam_policy_document.tls.json
}
resource "aws_s3_bucket" "replica" {
  provider = aws.replica
  bucket   = "${var.environment}-store-replica-x7k2"
}
resource "aws_cloudwatch_log_group" "this" {
  name              = "/${var.environment}/store"
  retention_in_days = var.retention_days
  kms_key_id        = var.kms_key_arn
  lifecycle {
    precondition {
      condition     = var.retention_days > 0
      error_message = "Retention must be positive."
    }
  }
  depends_on = [aws_s3_bucket.replica]
}
output "arn" { value = aws_s3_bucket.this.arn }
output "secret" {
  value     = "hunter2-${var.environment}"
  sensitive = true
}

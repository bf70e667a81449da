terraform {
  required_version = ">= 1.10"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.100" }
  }
}
provider "aws" {
  region                      = var.region
  access_key                  = "x"
  secret_key                  = "x"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}
provider "aws" {
  alias                       = "replica"
  region                      = var.replica_region
  access_key                  = "x"
  secret_key                  = "x"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}
variable "environment" { type = string }
variable "region" { type = string }
variable "replica_region" { type = string }
variable "account_id" { type = string }
variable "cidr_block" { type = string }
variable "availability_zones" { type = list(string) }
variable "retention_days" { type = number }
variable "desired_count" { type = number }
variable "queues" { type = map(object({ fifo = optional(bool, false), seconds = optional(number, 30) })) }
variable "password" {
  type      = string
  sensitive = true
  default   = "s3cr3t-value"
}
check "cidr" {
  assert {
    condition     = var.cidr_block != ""
    error_message = "cidr missing"
  }
}
resource "aws_kms_key" "this" {
  description             = "key of ${var.environment}"
  deletion_window_in_days = 7
  enable_key_rotation     = true
}
resource "aws_vpc" "this" {
  cidr_block = var.cidr_block
  tags       = { Name = "${var.environment}-vpc", environment = var.environment }
}
resource "aws_subnet" "private" {
  count             = 3
  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(var.cidr_block, 4, count.index)
  availability_zone = var.availability_zones[count.index]
}
resource "aws_security_group" "web" {
  name   = "${var.environment}-web"
  vpc_id = aws_vpc.this.id
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = [var.cidr_block]
  }
}
resource "aws_sqs_queue" "this" {
  for_each                   = var.queues
  name                       = "${var.environment}-${each.key}"
  visibility_timeout_seconds = each.value.seconds
  kms_master_key_id          = aws_kms_key.this.arn
}
resource "aws_ssm_parameter" "password" {
  name   = "/${var.environment}/password"
  type   = "SecureString"
  value  = var.password
  key_id = aws_kms_key.this.key_id
}
module "store" {
  source         = "./modules/store"
  providers      = { aws = aws, aws.replica = aws.replica }
  environment    = var.environment
  kms_key_arn    = aws_kms_key.this.arn
  retention_days = var.retention_days
}
output "vpc_id" { value = aws_vpc.this.id }
output "environment" { value = var.environment }
output "url" { value = "https://${var.environment}.example" }
output "secret" {
  value     = module.store.secret
  sensitive = true
}

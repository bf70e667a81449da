terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

variable "context" {
  type = any
}

variable "topology" {
  type = any
}

variable "packages" {
  type = string
}

variable "kms_key_arn" {
  type = string
}

variable "stream_arns" {
  type = map(string)
}

variable "cache" {
  type = object({ host = string, port = number, password = string })
}

variable "audit_endpoint" {
  type = string
}

locals {
  artifacts = { bucket = aws_s3_bucket.artifacts.bucket, packages = var.packages }
  network   = { subnet_ids = values(aws_subnet.private)[*].id, security_group_ids = [aws_security_group.functions.id] }
  # Without security there are no roles inside to give: nobody calls the bootstrap here.
  audit_role = try(module.plan.functions["audit-writer.bootstrap"].role_arn, "none")
  values = {
    AUDIT_ENDPOINT         = var.audit_endpoint
    AUDIT_WRITERS          = local.audit_role
    AUDIT_READERS          = local.audit_role
    AUDIT_MASTER           = local.audit_role
    POLICY                 = "default.v3"
    REVERTS_PER_MINUTE     = "20"
    UPSTREAM_FLAGS_TABLE   = "none"
    UPSTREAM_CHANGES_TABLE = "none"
    CACHE_HOST             = var.cache.host
    CACHE_PORT             = tostring(var.cache.port)
    CACHE_SHARDS           = "1"
    CACHE_PASSWORD         = var.cache.password
  }
}

module "plan" {
  source   = "../../../../lib/modules/flag-plan"
  context  = var.context
  topology = var.topology
}

resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "private" {
  for_each   = { a = "10.0.0.0/24", b = "10.0.1.0/24" }
  vpc_id     = aws_vpc.this.id
  cidr_block = each.value
}

resource "aws_security_group" "functions" {
  name   = "functions"
  vpc_id = aws_vpc.this.id
}

resource "aws_s3_bucket" "artifacts" {
  bucket        = "emulated-flags-artifacts-${var.context.region}"
  force_destroy = true
}

module "fanout" {
  source      = "../../../../lib/modules/flag-fanout"
  context     = var.context
  topology    = var.topology
  kms_key_arn = var.kms_key_arn
}

module "cells" {
  source      = "../../../../lib/modules/flag-cells"
  context     = var.context
  topology    = var.topology
  artifacts   = local.artifacts
  kms_key_arn = var.kms_key_arn
  cache       = var.cache
  network     = local.network
  queue_arns  = module.fanout.queue_arns
  # As short as the module takes.
  log_retention_days = 1
}

module "function" {
  source   = "../../../../lib/modules/lambda-function"
  for_each = toset([for key, function in module.plan.functions : key if function.package != "cache-updater"])

  context        = var.context
  topology       = var.topology
  function       = each.key
  artifacts      = local.artifacts
  kms_key_arn    = var.kms_key_arn
  network        = local.network
  values         = local.values
  resources      = { "upstream/flags" = [], "upstream/changes" = [] }
  stream_arns    = var.stream_arns
  queue_arns     = module.fanout.queue_arns
  log_group_name = module.verification.log_group_name
}

module "verification" {
  source             = "../../../../lib/modules/flag-verification"
  context            = var.context
  topology           = var.topology
  kms_key_arn        = var.kms_key_arn
  queue_arns         = module.fanout.queue_arns
  dead_letter_arns   = module.fanout.dead_letter_arns
  log_retention_days = 1
}

output "cache_users" {
  value = values(module.plan.cache.users)
}

output "functions" {
  value = { for key, function in module.plan.functions : key => { name = function.name, role_name = function.role_name } }
}

output "policies" {
  value = merge(module.cells.policies, { for key, function in module.function : key => function.policy })
}

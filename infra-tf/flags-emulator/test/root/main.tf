# What an account has before the stacks are applied, and what of the plan the tests want to know.

terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

variable "context" {
  type = object({
    environment        = string
    service            = string
    environment_suffix = string
    region             = string
    account_id         = string
    cost_center        = string
    owner              = string
  })
  description = "Of the home region."
}

variable "topology" {
  type = object({
    home    = string
    standby = optional(string)
    regions = list(object({ name = string }))
    services = list(object({
      name = string
      cell = string
    }))
  })
}

variable "states" {
  type        = string
  description = "The bucket that states are kept in."
}

variable "person" {
  type        = string
  description = "The name of a user who may propose and operate."
}

provider "aws" {
  region      = var.context.region
  max_retries = 2
}

locals {
  account = "arn:aws:iam::${var.context.account_id}"
}

resource "aws_s3_bucket" "states" {
  bucket        = var.states
  force_destroy = true
}

# Whom Terraform is in the account.
resource "aws_iam_role" "deployment" {
  name = "deployment"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { AWS = "${local.account}:root" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "deployment" {
  name = "all"
  role = aws_iam_role.deployment.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }]
  })
}

# A person, under her own name. The roles that she takes on are not there yet.
resource "aws_iam_user" "person" {
  name = var.person
}

resource "aws_iam_access_key" "person" {
  user = aws_iam_user.person.name
}

resource "aws_iam_user_policy" "person" {
  name = "roles"
  user = aws_iam_user.person.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Resource = "${local.account}:role/${var.context.environment}-*" }]
  })
}

module "plan" {
  source   = "../../../lib/modules/flag-plan"
  for_each = toset(var.topology.regions[*].name)

  context  = merge(var.context, { region = each.key })
  topology = var.topology
}

output "deployment_role_arn" {
  value = aws_iam_role.deployment.arn
}

# What a server of its own is told at its start: the users of the caches, by region.
output "cache_users" {
  value = { for region, plan in module.plan : region => values(plan.cache.users) }
}

output "functions" {
  value = { for region, plan in module.plan : region => {
    for key, function in plan.functions : key => { name = function.name, role_name = function.role_name, log_group = function.log_group }
  } }
}

output "tables" {
  value = { for key, table in module.plan[var.context.region].tables : key => table.name }
}

output "queues" {
  value = {
    service = split(":", module.plan[var.context.region].service_queues["service-flags"].arn_template)[5]
    dead    = split(":", module.plan[var.context.region].service_queues["service-flags-dead"].arn_template)[5]
  }
}

output "person" {
  value     = { accessKeyId = aws_iam_access_key.person.id, secretAccessKey = aws_iam_access_key.person.secret }
  sensitive = true
}

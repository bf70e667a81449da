# The flags of an environment in two regions, of the modules that its stacks call, in one root.

terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
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

variable "packages" {
  type = string
}

variable "caches" {
  type        = map(object({ host = string, port = number, password = string }))
  description = "By region."
}

variable "audit_endpoint" {
  type = string
}

variable "person" {
  type        = string
  description = "The name of a user who may propose and operate."
}

locals {
  home    = var.topology.home
  standby = var.topology.standby
  context = {
    environment        = "emulated"
    service            = "flags"
    environment_suffix = "a1"
    region             = local.home
    account_id         = "000000000000"
    cost_center        = "platform"
    owner              = "team-platform"
  }
  service_principals = ["events.amazonaws.com", "logs.amazonaws.com", "sns.amazonaws.com", "sqs.amazonaws.com"]
}

provider "aws" {
  region      = local.home
  max_retries = 2
}

provider "aws" {
  alias       = "standby"
  region      = local.standby
  max_retries = 2
}

module "key" {
  source             = "../../../lib/modules/encryption-key"
  context            = local.context
  purpose            = "flags"
  description        = "Flags in all regions."
  service_principals = local.service_principals
  multi_region       = true
}

resource "aws_kms_replica_key" "standby" {
  provider                = aws.standby
  primary_key_arn         = module.key.key_arn
  deletion_window_in_days = 7
}

# Home's tables; the standby's are idle.
module "tables" {
  source          = "../../../lib/modules/flag-tables"
  context         = local.context
  topology        = var.topology
  tables          = ["flags", "proposals", "changes", "verification"]
  kms_key_arn     = module.key.key_arn
  replica_regions = [local.standby]
  authors         = { users = true }
  depends_on      = [aws_kms_replica_key.standby]
}

module "home" {
  source         = "./region"
  context        = local.context
  topology       = var.topology
  packages       = var.packages
  kms_key_arn    = module.key.key_arn
  stream_arns    = { for table, arns in module.tables.stream_arns : table => arns[local.home] }
  cache          = var.caches[local.home]
  audit_endpoint = var.audit_endpoint
}

module "standby_tables" {
  source      = "../../../lib/modules/flag-tables"
  providers   = { aws = aws.standby }
  context     = merge(local.context, { region = local.standby })
  topology    = var.topology
  tables      = ["proposals", "changes", "verification"]
  kms_key_arn = aws_kms_replica_key.standby.arn
}

module "standby" {
  source      = "./region"
  providers   = { aws = aws.standby }
  context     = merge(local.context, { region = local.standby })
  topology    = var.topology
  packages    = var.packages
  kms_key_arn = aws_kms_replica_key.standby.arn
  stream_arns = merge(
    { for table, arns in module.standby_tables.stream_arns : table => arns[local.standby] },
    { flags = module.tables.stream_arns["flags"][local.standby] },
  )
  cache          = var.caches[local.standby]
  audit_endpoint = var.audit_endpoint
}

module "plan" {
  source   = "../../../lib/modules/flag-plan"
  context  = local.context
  topology = var.topology
}

# What a server of its own is told at its start: the users of the caches, by region.
output "cache_users" {
  value = { (local.home) = module.home.cache_users, (local.standby) = module.standby.cache_users }
}

output "policies" {
  value = { (local.home) = module.home.policies, (local.standby) = module.standby.policies }
}

output "author_role_arn" {
  value = module.tables.author_role_arns["users"]
}

output "tables" {
  value = module.tables.names
}

output "functions" {
  value = { (local.home) = module.home.functions, (local.standby) = module.standby.functions }
}

# Who operates: publishes topologies, and reads.
resource "aws_iam_role" "operator" {
  name = "emulated-flags-role-operator-a1"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${local.context.account_id}:root" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "operator" {
  name = "operator"
  role = aws_iam_role.operator.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["dynamodb:GetItem", "dynamodb:Query"]
        Resource = [for region in [local.home, local.standby] : replace(module.plan.tables["flags"].arn, local.home, region)]
      },
      {
        Effect   = "Allow"
        Action   = "dynamodb:PutItem"
        Resource = module.plan.tables["flags"].arn
        Condition = {
          "ForAllValues:StringEquals" = { "dynamodb:LeadingKeys" = ["TOPOLOGY", "HOME"] }
          Null                        = { "dynamodb:LeadingKeys" = "false" }
        }
      },
    ]
  })
}

output "operator_role_arn" {
  value = aws_iam_role.operator.arn
}

output "deployment" {
  value = {
    environment = "emulated"
    home        = local.home
    regions     = [local.home, local.standby]

    flagsTable        = module.plan.tables["flags"].name
    changesTable      = module.plan.tables["changes"].name
    proposalsTable    = module.plan.tables["proposals"].name
    verificationTable = module.plan.tables["verification"].name
    acknowledgements  = module.plan.log_groups["acknowledgements"].name
    eventBus          = module.plan.buses["events"].name

    queues    = { cache-loads = replace(module.plan.queues["cache-loads"].arn, local.home, "{region}") }
    functions = { for key in ["cache-updater.reconcile"] : key => replace(module.plan.functions[key].live_arn, local.home, "{region}") }
    workflows = { for key, workflow in module.plan.workflows : key => replace(workflow.arn, local.home, "{region}") }
  }
}

# A person, under her own name.
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
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Resource = [aws_iam_role.operator.arn, module.tables.author_role_arns["users"]] }]
  })
}

output "person" {
  value     = { accessKeyId = aws_iam_access_key.person.id, secretAccessKey = aws_iam_access_key.person.secret }
  sensitive = true
}

output "queues" {
  value = {
    service = split(":", module.plan.service_queues["service-flags"].arn_template)[5]
    dead    = split(":", module.plan.service_queues["service-flags-dead"].arn_template)[5]
  }
}

# Everything of the flags in one region, from the modules themselves, for plans that the tests read and that are measured. A
# deployment divides it into stacks; what is counted and billed is the same.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

variable "region" {
  type        = string
  description = "The region that is planned."
}

variable "regions" {
  type        = list(string)
  description = "All regions, home first and its standby second."
}

variable "services" {
  type        = number
  description = "How many services there are; 39 share a cell."
}

variable "packages" {
  type        = string
  description = "The folder of the packages with their zips."
}

variable "cache" {
  type        = object({ node_type = string, replicas = number })
  description = "The size of the caches."
}

variable "interface_endpoints" {
  type        = map(object({ service = string }))
  description = "The interface endpoints of the network."
}

provider "aws" {
  region                      = var.region
  access_key                  = "offline"
  secret_key                  = "offline"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

locals {
  home    = var.regions[0]
  is_home = contains(slice(var.regions, 0, 2), var.region)
  account = "123456789012"
  key     = "arn:aws:kms:${var.region}:${local.account}:key/mrk-11111111111111111111111111111111"

  context = {
    environment        = "blue"
    service            = "flags"
    environment_suffix = "a1"
    region             = var.region
    account_id         = local.account
    cost_center        = "payments-4711"
    owner              = "team-platform"
  }

  topology = {
    home     = local.home
    standby  = var.regions[1]
    regions  = [for region in var.regions : { name = region }]
    services = [for i in range(var.services) : { name = "service-${i}", cell = "cell-${floor(i / 39) + 1}" }]
  }

  artifacts = { bucket = "the-artifacts", packages = var.packages }
  network   = { subnet_ids = module.network.private_subnet_ids, security_group_ids = [module.cache.client_security_group_id] }

  # What other stacks would give.
  values = {
    CACHE_HOST             = module.cache.address.host
    CACHE_PORT             = "6379"
    CACHE_SHARDS           = "1"
    ENVIRONMENT            = "blue"
    POLICY                 = "default.v3"
    REVERTS_PER_MINUTE     = "60"
    UPSTREAM_CHANGES_TABLE = "none"
    UPSTREAM_FLAGS_TABLE   = "none"
  }
  stream_arns = {
    for table in ["flags", "proposals", "changes"] :
    table => "arn:aws:dynamodb:${var.region}:${local.account}:table/blue-flags-table-${table}-a1/stream/2026-11-29T00:00:00.000"
  }
}

module "plan" {
  source   = "../../../../infra-tf/lib/modules/flag-plan"
  context  = local.context
  topology = local.topology
}

module "network" {
  source              = "../../../../infra-tf/lib/modules/network"
  context             = local.context
  cidr_block          = "10.0.0.0/16"
  availability_zones  = ["${var.region}a", "${var.region}b", "${var.region}c"]
  nat_gateway_count   = 1
  internet_cidr       = "0.0.0.0/0"
  kms_key_arn         = local.key
  log_retention_days  = 30
  interface_endpoints = var.interface_endpoints
}

module "cache" {
  source                     = "../../../../infra-tf/lib/modules/flag-cache"
  context                    = local.context
  topology                   = local.topology
  vpc_id                     = module.network.vpc_id
  subnet_ids                 = module.network.data_subnet_ids
  endpoint_security_group_id = module.network.endpoint_security_group_id
  gateway_prefix_list_ids    = { dynamodb = "pl-dynamodb" }
  kms_key_arn                = local.key
  size                       = var.cache
  snapshot_retention_days    = 1
}

module "fanout" {
  source      = "../../../../infra-tf/lib/modules/flag-fanout"
  context     = local.context
  topology    = local.topology
  kms_key_arn = local.key
}

module "cells" {
  source             = "../../../../infra-tf/lib/modules/flag-cells"
  context            = local.context
  topology           = local.topology
  kms_key_arn        = local.key
  artifacts          = local.artifacts
  cache              = { host = module.cache.address.host, port = 6379 }
  network            = local.network
  log_retention_days = 30
}

module "function" {
  source   = "../../../../infra-tf/lib/modules/lambda-function"
  for_each = toset([for key, function in module.plan.functions : key if !contains(["audit-writer", "cache-updater"], function.package)])

  context     = local.context
  topology    = local.topology
  function    = each.key
  artifacts   = local.artifacts
  kms_key_arn = local.key
  values      = local.values
  resources   = { "upstream/flags" = [], "upstream/changes" = [] }
  stream_arns = local.stream_arns
  network     = local.network
}

module "audit" {
  source = "../../../../infra-tf/lib/modules/flag-audit"
  count  = local.is_home ? 1 : 0

  context                    = local.context
  topology                   = local.topology
  artifacts                  = local.artifacts
  kms_key_arn                = local.key
  vpc_id                     = module.network.vpc_id
  subnet_ids                 = module.network.private_subnet_ids
  endpoint_security_group_id = module.network.endpoint_security_group_id
  gateway_prefix_list_ids    = { dynamodb = "pl-dynamodb" }
  size                       = { instance_type = "t3.small.search", instances = 1, volume_gb = 10 }
  log_retention_days         = 30
}

module "verification" {
  source             = "../../../../infra-tf/lib/modules/flag-verification"
  context            = local.context
  topology           = local.topology
  kms_key_arn        = local.key
  log_retention_days = 30
  live_arns          = merge(module.cells.live_arns, { for key, function in module.function : key => function.live_arn }, merge(module.audit[*].live_arns...))
}

module "tables" {
  source      = "../../../../infra-tf/lib/modules/flag-tables"
  context     = local.context
  topology    = local.topology
  kms_key_arn = local.key
  tables = concat(
    ["verification"],
    local.is_home ? ["proposals", "changes"] : [],
    var.region == local.home ? ["flags"] : [],
  )
}

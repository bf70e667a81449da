module "plan" {
  source   = "../flag-plan"
  context  = var.context
  topology = var.topology
}

module "naming" {
  source    = "../naming"
  context   = var.context
  resources = { for name in keys(local.author_roles) : name => { type = "role", qualifier = "author-${name}" } }
}

module "policies" {
  source    = "../naming"
  context   = var.context
  resources = { for name in keys(local.author_roles) : name => { type = "policy", qualifier = "author-${name}" } }
}

# Whoever makes another region home has one role, of the first home.
module "promoter" {
  source    = "../naming"
  context   = merge(var.context, { region = var.topology.home })
  resources = { promoter = { type = "role", qualifier = "promoter" } }
}

module "governance" {
  source = "../governance"
}

locals {
  tables   = { for key in var.tables : key => module.plan.tables[key] if contains(keys(module.plan.tables), key) }
  replicas = sort(setsubtract(coalesce(var.replica_regions, module.plan.regions), [var.context.region]))
}

# A table and its replicas: nothing else may make, change or drop one of these.
resource "aws_dynamodb_table" "this" {
  for_each = local.tables

  name                        = each.value.name
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = each.value.partition_key
  range_key                   = each.value.sort_key
  stream_enabled              = each.value.stream != null
  stream_view_type            = each.value.stream
  deletion_protection_enabled = module.governance.deletion_protection

  # Keys are texts, all of them.
  dynamic "attribute" {
    for_each = toset(flatten([each.value.partition_key, each.value.sort_key, [for index in each.value.indexes : [index.partition_key, index.sort_key]]]))

    content {
      name = attribute.value
      type = "S"
    }
  }

  dynamic "global_secondary_index" {
    for_each = each.value.indexes

    content {
      name            = global_secondary_index.key
      hash_key        = global_secondary_index.value.partition_key
      range_key       = global_secondary_index.value.sort_key
      projection_type = global_secondary_index.value.projection
    }
  }

  dynamic "ttl" {
    for_each = each.value.time_to_live == null ? [] : [each.value.time_to_live]

    content {
      attribute_name = ttl.value
      enabled        = true
    }
  }

  dynamic "replica" {
    for_each = each.value.replicates ? local.replicas : []

    content {
      region_name = replica.value
      # Of that region. The key that DynamoDB has by default must not stand here: the replica would be made anew at each plan.
      kms_key_arn            = replace(var.kms_key_arn, ":${var.context.region}:", ":${replica.value}:")
      point_in_time_recovery = true
      propagate_tags         = true
    }
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = var.kms_key_arn
  }

  point_in_time_recovery {
    enabled = true
  }

  tags = merge(module.plan.tags, { Name = each.value.name })
}

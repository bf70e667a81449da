# The functions of the next environment ask here what was verified: those of its home, and of its standby. Their roles are known
# by their names.
locals {
  downstream = { for each in local.environments : each.name => each if try(each.upstream, null) == var.environment }
  readers = merge([for name, each in local.downstream : {
    for pair in setproduct([each.region, each.replicaRegion], ["accept", "resume"]) : "${name}-${pair[0]}-${pair[1]}" => {
      context   = merge(local.context, { environment = name, region = pair[0], account_id = each.account })
      qualifier = "validator-${pair[1]}"
    }
  }]...)
  downstream_role_arns = { for name, naming in module.readers : name => naming.arns["role"] }
}

module "readers" {
  source   = "../../modules/naming"
  for_each = local.readers

  context   = each.value.context
  resources = { role = { type = "role", qualifier = each.value.qualifier } }
}

module "naming" {
  source    = "../../modules/naming"
  context   = local.context
  resources = { functions = { type = "security-group", qualifier = "functions" } }
}

# What functions carry that log in to no cache. Nothing calls them through the network.
resource "aws_security_group" "functions" {
  name        = module.naming.names["functions"]
  description = "Functions: reach AWS endpoints; in home, other regions too."
  vpc_id      = module.network.vpc_id
  tags        = module.naming.named_tags["functions"]
}

resource "aws_vpc_security_group_egress_rule" "endpoints" {
  security_group_id            = aws_security_group.functions.id
  description                  = "Queues, topics, buses and logs through interface endpoints."
  referenced_security_group_id = module.network.endpoint_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  tags                         = module.naming.tags
}

resource "aws_vpc_security_group_egress_rule" "dynamodb" {
  security_group_id = aws_security_group.functions.id
  description       = "Tables through their gateway endpoint."
  prefix_list_id    = module.network.dynamodb_prefix_list_id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  tags              = module.naming.tags
}

# SNS has no private way to another region, nor has DynamoDB to the environment before: these two go over NAT, with TLS.
resource "aws_vpc_security_group_egress_rule" "other_regions" {
  for_each = toset(module.topology.is_home ? ["other-regions"] : [])

  security_group_id = aws_security_group.functions.id
  description       = "Topics of other regions."
  cidr_ipv4         = var.internet_cidr
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  tags              = module.naming.tags
}

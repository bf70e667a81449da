locals {
  # An endpoint carries one service; what it must not carry is another account's identity, or data could leave with it.
  own_identities = {
    Sid       = "OnlyIdentitiesOfThisAccount"
    Effect    = "Allow"
    Principal = "*"
    Action    = "*"
    # What an identity may touch is decided by its own policy.
    Resource  = "*"
    Condition = { StringEquals = { "aws:PrincipalAccount" = var.context.account_id } }
  }

  # ECR signs the links to image layers with an identity of its own.
  image_layers = {
    Sid       = "ImageLayersOfEcr"
    Effect    = "Allow"
    Principal = "*"
    Action    = "s3:GetObject"
    Resource  = "arn:${var.context.partition}:s3:::prod-${var.context.region}-starport-layer-bucket/*"
  }
}

resource "aws_vpc_endpoint" "gateway" {
  for_each = var.gateway_endpoints

  vpc_id            = aws_vpc.this.id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.${var.context.region}.${each.key}"
  route_table_ids   = [for key in local.subnet_keys["private"] : aws_route_table.this[key].id]
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat([local.own_identities], [for statement in [local.image_layers] : statement if each.key == "s3"])
  })

  tags = module.naming.named_tags["gateway-${each.key}"]
}

resource "aws_vpc_endpoint" "interface" {
  for_each = var.interface_endpoints

  vpc_id              = aws_vpc.this.id
  vpc_endpoint_type   = "Interface"
  service_name        = "com.amazonaws.${var.context.region}.${each.value.service}"
  subnet_ids          = [for key in slice(local.subnet_keys["private"], 0, var.endpoint_zone_count) : aws_subnet.this[key].id]
  security_group_ids  = [aws_security_group.endpoints.id]
  private_dns_enabled = each.value.private_dns
  policy              = jsonencode({ Version = "2012-10-17", Statement = [local.own_identities] })

  tags = module.naming.named_tags["interface-${each.key}"]
}

# A prefix list, so that the rule names the private subnets and not their addresses, and other stacks can do the same.
resource "aws_ec2_managed_prefix_list" "private_subnets" {
  name           = module.naming.names["workloads"]
  address_family = "IPv4"
  max_entries    = length(local.private_subnet_cidrs)

  dynamic "entry" {
    for_each = local.private_subnet_cidrs

    content {
      cidr        = entry.value
      description = "Private subnet ${entry.key}"
    }
  }

  tags = module.naming.named_tags["workloads"]
}

resource "aws_security_group" "endpoints" {
  name        = module.naming.names["endpoints"]
  description = "Interface endpoints of the network"
  vpc_id      = aws_vpc.this.id

  tags = module.naming.named_tags["endpoints"]
}

resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  security_group_id = aws_security_group.endpoints.id
  description       = "AWS APIs for what runs in the private subnets"
  prefix_list_id    = aws_ec2_managed_prefix_list.private_subnets.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443

  tags = module.naming.tags
}

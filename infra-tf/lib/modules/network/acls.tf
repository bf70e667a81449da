locals {
  # Network ACLs keep no state: each conversation needs its way back. Load balancers, NAT gateways and Lambda functions take any
  # port from 1024 on for their side of a connection.
  any_client = { from = 1024, to = 65535 }
  web        = { from = 80, to = 80 }
  tls        = { from = 443, to = 443 }
  data       = var.data_port == null ? local.any_client : { from = var.data_port, to = var.data_port }

  acl_rules = merge(
    {
      "public-ingress-web"       = { tier = "public", egress = false, number = 100, peer = var.internet_cidr, ports = local.web }
      "public-ingress-tls"       = { tier = "public", egress = false, number = 110, peer = var.internet_cidr, ports = local.tls }
      "public-ingress-answers"   = { tier = "public", egress = false, number = 120, peer = var.internet_cidr, ports = local.any_client }
      "public-egress-tls"        = { tier = "public", egress = true, number = 100, peer = var.internet_cidr, ports = local.tls }
      "public-egress-answers"    = { tier = "public", egress = true, number = 110, peer = var.internet_cidr, ports = local.any_client }
      "private-ingress-tls"      = { tier = "private", egress = false, number = 100, peer = var.cidr_block, ports = local.tls }
      "private-ingress-services" = { tier = "private", egress = false, number = 110, peer = var.cidr_block, ports = local.any_client }
      "private-ingress-answers"  = { tier = "private", egress = false, number = 120, peer = var.internet_cidr, ports = local.any_client }
      "private-egress-tls"       = { tier = "private", egress = true, number = 100, peer = var.internet_cidr, ports = local.tls }
      "private-egress-network"   = { tier = "private", egress = true, number = 110, peer = var.cidr_block, ports = local.any_client }
    },
    # The nodes of a store are in all data subnets, and copy from each other on ports of their own. Who that is, groups say.
    merge([
      for index, key in keys(local.zones) : {
        "data-ingress-data-${key}"    = { tier = "data", egress = false, number = 200 + 10 * index, peer = local.data_subnet_cidrs[key], ports = local.any_client }
        "data-egress-data-${key}"     = { tier = "data", egress = true, number = 200 + 10 * index, peer = local.data_subnet_cidrs[key], ports = local.any_client }
        "data-ingress-private-${key}" = { tier = "data", egress = false, number = 100 + 10 * index, peer = local.private_subnet_cidrs[key], ports = local.data }
        "data-egress-private-${key}"  = { tier = "data", egress = true, number = 100 + 10 * index, peer = local.private_subnet_cidrs[key], ports = local.any_client }
      }
    ]...),
  )
}

resource "aws_network_acl" "this" {
  for_each = local.subnet_keys

  vpc_id     = aws_vpc.this.id
  subnet_ids = [for key in each.value : aws_subnet.this[key].id]

  tags = module.naming.named_tags["acl-${each.key}"]
}

resource "aws_network_acl_rule" "tcp" {
  for_each = local.acl_rules

  network_acl_id = aws_network_acl.this[each.value.tier].id
  egress         = each.value.egress
  rule_number    = each.value.number
  rule_action    = "allow"
  protocol       = "6"
  cidr_block     = each.value.peer
  from_port      = each.value.ports.from
  to_port        = each.value.ports.to
}

# "Fragmentation needed": without it a peer behind a smaller link hangs on its first large packet.
resource "aws_network_acl_rule" "path_mtu" {
  for_each = toset(["public", "private"])

  network_acl_id = aws_network_acl.this[each.key].id
  egress         = false
  rule_number    = 130
  rule_action    = "allow"
  protocol       = "1"
  cidr_block     = var.internet_cidr
  icmp_type      = 3
  icmp_code      = 4
}

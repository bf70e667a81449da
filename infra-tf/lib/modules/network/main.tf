locals {
  # Keys are positions, not the letters of the zones: environments keep the same addresses whatever their zones are called.
  zones = zipmap(["a", "b", "c"], var.availability_zones)

  # Three quarters of the range go to the private subnets, which hold one address for each task and endpoint. The last quarter
  # is cut into eight: three public, three data, and two that stay free for a tier to come.
  subnets = merge(
    { for index, key in keys(local.zones) : "private-${key}" => { tier = "private", zone = key, cidr_block = cidrsubnet(var.cidr_block, 2, index) } },
    { for index, key in keys(local.zones) : "public-${key}" => { tier = "public", zone = key, cidr_block = cidrsubnet(var.cidr_block, 5, 24 + index) } },
    { for index, key in keys(local.zones) : "data-${key}" => { tier = "data", zone = key, cidr_block = cidrsubnet(var.cidr_block, 5, 27 + index) } },
  )
  subnet_keys          = { for tier in ["public", "private", "data"] : tier => [for key in keys(local.zones) : "${tier}-${key}"] }
  private_subnet_cidrs = { for key in keys(local.zones) : key => local.subnets["private-${key}"].cidr_block }
  data_subnet_cidrs    = { for key in keys(local.zones) : key => local.subnets["data-${key}"].cidr_block }
}

module "governance" {
  source = "../governance"
}

module "naming" {
  source  = "../naming"
  context = var.context
  resources = merge(
    {
      network          = { type = "network" }
      internet_gateway = { type = "internet-gateway" }
      endpoints        = { type = "security-group", qualifier = "endpoints" }
      locked_group     = { type = "security-group", qualifier = "default-locked" }
      locked_acl       = { type = "network-acl", qualifier = "default-locked" }
      locked_routes    = { type = "route-table", qualifier = "default-locked" }
      workloads        = { type = "prefix-list", qualifier = "private-subnets" }
      flow_log         = { type = "flow-log" }
      flow_log_group   = { type = "log-group", qualifier = "flow-log" }
      flow_log_role    = { type = "role", qualifier = "flow-log" }
      flow_log_policy  = { type = "policy", qualifier = "flow-log" }
    },
    { for key in keys(local.subnets) : "subnet-${key}" => { type = "subnet", qualifier = key } },
    { for key in keys(local.route_tables) : "routes-${key}" => { type = "route-table", qualifier = key } },
    { for key in keys(local.subnet_keys) : "acl-${key}" => { type = "network-acl", qualifier = key } },
    { for key in local.nat_zones : "nat-${key}" => { type = "nat-gateway", qualifier = key } },
    { for key in local.nat_zones : "address-${key}" => { type = "elastic-ip", qualifier = "nat-${key}" } },
    { for key in var.gateway_endpoints : "gateway-${key}" => { type = "endpoint", qualifier = "gateway-${key}" } },
    { for key in keys(var.interface_endpoints) : "interface-${key}" => { type = "endpoint", qualifier = "interface-${key}" } },
  )
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr_block
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = module.naming.named_tags["network"]
}

resource "aws_subnet" "this" {
  for_each = local.subnets

  vpc_id            = aws_vpc.this.id
  availability_zone = local.zones[each.value.zone]
  cidr_block        = each.value.cidr_block
  # Load balancer and NAT gateways bring their own addresses; nothing else may get a public one by being put here.
  map_public_ip_on_launch = false

  tags = module.naming.named_tags["subnet-${each.key}"]
}

# What AWS creates with every network, emptied: a resource that names no group, table or ACL of ours reaches nothing.
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id
  # Written out: left out, rules that somebody adds later would be no difference.
  ingress = []
  egress  = []

  tags = module.naming.named_tags["locked_group"]
}

resource "aws_default_route_table" "this" {
  default_route_table_id = aws_vpc.this.default_route_table_id
  route                  = []

  tags = module.naming.named_tags["locked_routes"]
}

resource "aws_default_network_acl" "this" {
  default_network_acl_id = aws_vpc.this.default_network_acl_id

  tags = module.naming.named_tags["locked_acl"]

  lifecycle {
    # AWS puts a subnet here by itself in the moment between two ACLs.
    ignore_changes = [subnet_ids]
  }
}

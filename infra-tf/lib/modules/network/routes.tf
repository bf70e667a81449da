locals {
  # One table per zone: each private subnet may have a NAT gateway of its own.
  route_tables = merge(
    { public = {}, data = {} },
    { for key in keys(local.zones) : "private-${key}" => {} },
  )

  nat_zones = slice(keys(local.zones), 0, var.nat_gateway_count)
  # Zones without a gateway share those that there are, in turn.
  nat_zone_of = { for index, key in keys(local.zones) : key => local.nat_zones[index % var.nat_gateway_count] if var.nat_gateway_count > 0 }
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id

  tags = module.naming.named_tags["internet_gateway"]
}

resource "aws_eip" "nat" {
  for_each = toset(local.nat_zones)

  domain = "vpc"

  tags = module.naming.named_tags["address-${each.key}"]

  depends_on = [aws_internet_gateway.this]
}

resource "aws_nat_gateway" "this" {
  for_each = toset(local.nat_zones)

  allocation_id = aws_eip.nat[each.key].id
  subnet_id     = aws_subnet.this["public-${each.key}"].id

  tags = module.naming.named_tags["nat-${each.key}"]

  depends_on = [aws_internet_gateway.this]
}

resource "aws_route_table" "this" {
  for_each = local.route_tables

  vpc_id = aws_vpc.this.id

  tags = module.naming.named_tags["routes-${each.key}"]
}

resource "aws_route" "public_internet" {
  route_table_id         = aws_route_table.this["public"].id
  destination_cidr_block = var.internet_cidr
  gateway_id             = aws_internet_gateway.this.id
}

# The data subnets' table stays without a route out of the network.
resource "aws_route" "private_internet" {
  for_each = local.nat_zone_of

  route_table_id         = aws_route_table.this["private-${each.key}"].id
  destination_cidr_block = var.internet_cidr
  nat_gateway_id         = aws_nat_gateway.this[each.value].id
}

resource "aws_route_table_association" "this" {
  for_each = local.subnets

  subnet_id      = aws_subnet.this[each.key].id
  route_table_id = aws_route_table.this[each.value.tier == "private" ? each.key : each.value.tier].id
}

# What logs in carries the group of clients; the rules stand here, because this module is the one that knows that they talk. They
# name groups and prefix lists, never addresses.
resource "aws_security_group" "caches" {
  name        = module.naming.names["caches"]
  description = "Caches of flags: reached by their clients, reach nothing."
  vpc_id      = var.vpc_id
  tags        = module.naming.named_tags["caches"]
}

resource "aws_security_group" "clients" {
  name        = module.naming.names["clients"]
  description = "Functions and agents of the caches: reach the caches and AWS endpoints only."
  vpc_id      = var.vpc_id
  tags        = module.naming.named_tags["clients"]
}

resource "aws_vpc_security_group_ingress_rule" "caches_from_clients" {
  security_group_id            = aws_security_group.caches.id
  description                  = "Commands from functions and agents."
  referenced_security_group_id = aws_security_group.clients.id
  ip_protocol                  = "tcp"
  from_port                    = var.port
  to_port                      = var.port
  tags                         = local.tags
}

resource "aws_vpc_security_group_egress_rule" "clients_to_caches" {
  security_group_id            = aws_security_group.clients.id
  description                  = "Commands to the caches."
  referenced_security_group_id = aws_security_group.caches.id
  ip_protocol                  = "tcp"
  from_port                    = var.port
  to_port                      = var.port
  tags                         = local.tags
}

resource "aws_vpc_security_group_egress_rule" "clients_to_endpoints" {
  security_group_id            = aws_security_group.clients.id
  description                  = "Queues, buses and logs through interface endpoints."
  referenced_security_group_id = var.endpoint_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  tags                         = local.tags
}

resource "aws_vpc_security_group_egress_rule" "clients_to_gateways" {
  for_each = var.gateway_prefix_list_ids

  security_group_id = aws_security_group.clients.id
  description       = "${each.key} through its gateway endpoint."
  prefix_list_id    = each.value
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  tags              = local.tags
}

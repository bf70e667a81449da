# The functions carry the group of clients; the rules stand here, because this module is the one that knows that they talk. They
# name groups and prefix lists, never addresses.
resource "aws_security_group" "domain" {
  name        = module.naming.names["domain"]
  description = "The audit domain: reached by its functions and by who audits, reaches nothing."
  vpc_id      = var.vpc_id
  tags        = module.naming.named_tags["domain"]
}

resource "aws_security_group" "clients" {
  name        = module.naming.names["clients"]
  description = "Functions of the audit trail: reach its domain and AWS endpoints only."
  vpc_id      = var.vpc_id
  tags        = module.naming.named_tags["clients"]
}

resource "aws_vpc_security_group_ingress_rule" "domain_from_clients" {
  security_group_id            = aws_security_group.domain.id
  description                  = "Requests of the functions."
  referenced_security_group_id = aws_security_group.clients.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  tags                         = local.tags
}

resource "aws_vpc_security_group_ingress_rule" "domain_from_readers" {
  for_each = var.reader_security_group_ids

  security_group_id            = aws_security_group.domain.id
  description                  = "Searches of ${each.key}."
  referenced_security_group_id = each.value
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  tags                         = local.tags
}

resource "aws_vpc_security_group_egress_rule" "clients_to_domain" {
  security_group_id            = aws_security_group.clients.id
  description                  = "Requests to the domain."
  referenced_security_group_id = aws_security_group.domain.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  tags                         = local.tags
}

resource "aws_vpc_security_group_egress_rule" "clients_to_endpoints" {
  security_group_id            = aws_security_group.clients.id
  description                  = "Queues and buses through interface endpoints."
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

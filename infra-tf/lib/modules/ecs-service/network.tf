locals {
  https_port = 443
}

# Load balancer and database are opened on both sides here, because this module is the one that knows that they talk; the
# endpoints let the private subnets in by themselves. Rules name groups and prefix lists, never addresses.
resource "aws_security_group" "this" {
  name        = module.naming.names["security_group"]
  description = "Tasks: reached by the load balancer, reach the database and AWS endpoints only."
  vpc_id      = var.vpc_id
  tags        = module.naming.named_tags["security_group"]
}

resource "aws_vpc_security_group_egress_rule" "load_balancer_to_service" {
  security_group_id            = var.load_balancer.security_group_id
  description                  = "Requests and health checks to the tasks."
  referenced_security_group_id = aws_security_group.this.id
  ip_protocol                  = "tcp"
  from_port                    = var.container_port
  to_port                      = var.container_port
  tags                         = module.naming.tags
}

resource "aws_vpc_security_group_ingress_rule" "from_load_balancer" {
  security_group_id            = aws_security_group.this.id
  description                  = "Requests and health checks from the load balancer."
  referenced_security_group_id = var.load_balancer.security_group_id
  ip_protocol                  = "tcp"
  from_port                    = var.container_port
  to_port                      = var.container_port
  tags                         = module.naming.tags
}

resource "aws_vpc_security_group_egress_rule" "to_database" {
  security_group_id            = aws_security_group.this.id
  description                  = "Queries to the database."
  referenced_security_group_id = var.database.security_group_id
  ip_protocol                  = "tcp"
  from_port                    = var.database.port
  to_port                      = var.database.port
  tags                         = module.naming.tags
}

resource "aws_vpc_security_group_ingress_rule" "database_from_service" {
  security_group_id            = var.database.security_group_id
  description                  = "Queries from the tasks."
  referenced_security_group_id = aws_security_group.this.id
  ip_protocol                  = "tcp"
  from_port                    = var.database.port
  to_port                      = var.database.port
  tags                         = module.naming.tags
}

resource "aws_vpc_security_group_egress_rule" "to_endpoints" {
  security_group_id            = aws_security_group.this.id
  description                  = "Registry, logs and secrets through interface endpoints."
  referenced_security_group_id = var.endpoint_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = local.https_port
  to_port                      = local.https_port
  tags                         = module.naming.tags
}

resource "aws_vpc_security_group_egress_rule" "to_s3" {
  security_group_id = aws_security_group.this.id
  description       = "Image layers from S3 through the gateway endpoint."
  prefix_list_id    = var.s3_prefix_list_id
  ip_protocol       = "tcp"
  from_port         = local.https_port
  to_port           = local.https_port
  tags              = module.naming.tags
}

# Whatever else the tasks may reach, one rule for each entry of the reviewed list.
resource "aws_vpc_security_group_egress_rule" "ways_out" {
  for_each = var.ways_out

  security_group_id            = aws_security_group.this.id
  description                  = each.value.reason
  prefix_list_id               = each.value.prefix_list_id
  referenced_security_group_id = each.value.security_group_id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  tags                         = module.naming.tags
}

locals {
  https_enabled = !var.allow_plain_http

  # Keys that say who may come in where: a range or a prefix list, on each port that a listener has.
  callers = merge(
    { for cidr in setunion(var.caller_cidrs, compact([var.internet_cidr])) : cidr => { cidr = cidr, prefix_list_id = null } },
    { for id in var.caller_prefix_list_ids : id => { cidr = null, prefix_list_id = id } },
  )
  doors = {
    for pair in setproduct(keys(local.callers), keys(local.ports)) : "${pair[1]}-${pair[0]}" => merge(local.callers[pair[0]], { name = pair[1], port = local.ports[pair[1]] })
  }
  ports = merge({ http = 80 }, local.https_enabled ? { https = 443 } : {})

  # TLS 1.3, and 1.2 with forward secrecy and authenticated encryption only.
  tls_policy = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
}

module "governance" {
  source = "../governance"
}

module "naming" {
  source  = "../naming"
  context = var.context
  resources = {
    load_balancer = { type = "load-balancer" }
    group         = { type = "security-group", qualifier = "load-balancer" }
    certificate   = { type = "certificate" }
    # What AWS cannot change in place stands in the name, so that the new group can exist before the old one goes. In short,
    # because a name that is cut reads differently in each environment.
    targets = { type = "targets", qualifier = "${var.target.protocol == "HTTPS" ? "s" : "p"}${var.target.port}" }
  }
}

resource "aws_security_group" "this" {
  name        = module.naming.names["group"]
  description = "Load balancer"
  vpc_id      = var.vpc_id

  tags = module.naming.named_tags["group"]
}

# The rules towards the targets belong to the service that knows them.
resource "aws_vpc_security_group_ingress_rule" "callers" {
  for_each = local.doors

  security_group_id = aws_security_group.this.id
  description       = "Callers over ${upper(each.value.name)}"
  cidr_ipv4         = each.value.cidr
  prefix_list_id    = each.value.prefix_list_id
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port

  tags = module.naming.tags
}

resource "aws_lb" "this" {
  name               = module.naming.names["load_balancer"]
  load_balancer_type = "application"
  internal           = var.internal
  subnets            = var.public_subnet_ids
  security_groups    = [aws_security_group.this.id]

  drop_invalid_header_fields = true
  desync_mitigation_mode     = "defensive"
  enable_deletion_protection = module.governance.deletion_protection

  access_logs {
    bucket  = module.access_logs.name
    enabled = true
  }

  tags = module.naming.named_tags["load_balancer"]

  # AWS writes a test object before it accepts the bucket: its policy and encryption must stand.
  depends_on = [module.access_logs]
}

resource "aws_lb_target_group" "this" {
  name                 = module.naming.names["targets"]
  vpc_id               = var.vpc_id
  target_type          = "ip"
  port                 = var.target.port
  protocol             = var.target.protocol
  deregistration_delay = var.target.deregistration_delay_seconds

  health_check {
    path                = var.target.health_check_path
    protocol            = var.target.protocol
    port                = "traffic-port"
    matcher             = "200"
    interval            = 15
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }

  tags = module.naming.named_tags["targets"]

  lifecycle {
    create_before_destroy = true
  }
}

# One listener on port 80 in both cases: two resources would ask for the same port when a certificate comes or goes.
resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.this.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type             = local.https_enabled ? "redirect" : "forward"
    target_group_arn = local.https_enabled ? null : aws_lb_target_group.this.arn

    dynamic "redirect" {
      for_each = local.https_enabled ? [443] : []

      content {
        port        = tostring(redirect.value)
        protocol    = "HTTPS"
        status_code = "HTTP_301"
      }
    }
  }

  tags = module.naming.named_tags["load_balancer"]
}

resource "aws_lb_listener" "https" {
  count = local.https_enabled ? 1 : 0

  load_balancer_arn = aws_lb.this.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = local.tls_policy
  certificate_arn   = local.certificate_arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this.arn
  }

  tags = module.naming.named_tags["load_balancer"]
}

resource "aws_wafv2_web_acl_association" "this" {
  count = var.web_acl_arn == null ? 0 : 1

  resource_arn = aws_lb.this.arn
  web_acl_arn  = var.web_acl_arn
}

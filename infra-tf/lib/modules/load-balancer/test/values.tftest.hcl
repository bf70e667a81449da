mock_provider "aws" {
  mock_resource "aws_lb" {
    defaults = {
      arn      = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/mocked/0a1b2c3d4e5f6071"
      dns_name = "mocked.eu-west-1.elb.amazonaws.com"
    }
  }
  mock_resource "aws_lb_target_group" {
    defaults = { arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/mocked/0a1b2c3d4e5f6071" }
  }
  mock_resource "aws_acm_certificate" {
    defaults = {
      arn                       = "arn:aws:acm:eu-west-1:123456789012:certificate/made"
      domain_validation_options = [{ domain_name = "flags.example.com", resource_record_name = "_proof.flags.example.com.", resource_record_type = "CNAME", resource_record_value = "_answer.acm-validations.aws." }]
    }
  }
  mock_resource "aws_acm_certificate_validation" {
    defaults = { certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/made" }
  }
  mock_resource "aws_lb_listener" {
    defaults = { arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/mocked/0a1b2c3d4e5f6071/0a1b2c3d4e5f6071" }
  }
}

variables {
  context = {
    environment        = "blue"
    service            = "flag-api"
    environment_suffix = "a1"
    region             = "eu-west-1"
    account_id         = "123456789012"
    cost_center        = "payments-4711"
    owner              = "team-platform"
  }
  vpc_id                    = "vpc-0a1b2c3d"
  public_subnet_ids         = ["subnet-0a", "subnet-0b", "subnet-0c"]
  caller_cidrs              = ["198.51.100.0/24"]
  certificate_arn           = "arn:aws:acm:eu-west-1:123456789012:certificate/0f1e2d3c"
  access_log_retention_days = 90
  target                    = { port = 8443, health_check_path = "/health" }
}

run "with_a_certificate_callers_are_sent_to_https" {
  command = plan

  assert {
    condition     = aws_lb_listener.http.default_action[0].type == "redirect" && aws_lb_listener.http.default_action[0].redirect[0].protocol == "HTTPS" && aws_lb_listener.http.default_action[0].redirect[0].port == "443" && aws_lb_listener.http.default_action[0].redirect[0].status_code == "HTTP_301"
    error_message = "Port 80 must redirect to HTTPS for good."
  }
  assert {
    condition     = aws_lb_listener.https[0].protocol == "HTTPS" && aws_lb_listener.https[0].certificate_arn == var.certificate_arn && aws_lb_listener.https[0].default_action[0].type == "forward"
    error_message = "Port 443 must serve the certificate and forward."
  }
  assert {
    condition     = startswith(aws_lb_listener.https[0].ssl_policy, "ELBSecurityPolicy-TLS13-1-2-Res-")
    error_message = "Nothing older than TLS 1.2 and no cipher without forward secrecy and authenticated encryption may be offered."
  }
  assert {
    condition     = { for key, rule in aws_vpc_security_group_ingress_rule.callers : key => rule.from_port if rule.from_port == rule.to_port && rule.ip_protocol == "tcp" } == { "http-198.51.100.0/24" = 80, "https-198.51.100.0/24" = 443 }
    error_message = "Callers must reach ports 80 and 443, and no other."
  }
  assert {
    condition     = output.https_enabled && length(aws_wafv2_web_acl_association.this) == 0
    error_message = "https_enabled must be true; without a web ACL there is no association."
  }

  # The load balancer itself.
  assert {
    condition     = aws_lb.this.drop_invalid_header_fields && aws_lb.this.desync_mitigation_mode == "defensive" && !aws_lb.this.enable_deletion_protection
    error_message = "Invalid headers must be dropped, ambiguous requests handled defensively, and the load balancer must be destroyable."
  }
  assert {
    condition     = aws_lb.this.access_logs[0].enabled && aws_lb.this.access_logs[0].bucket == "blue-flag-api-bucket-access-logs-euw1-${substr(sha256("123456789012"), 0, 6)}-a1"
    error_message = "Access must be logged in the load balancer's own bucket."
  }
  assert {
    condition     = jsondecode(local.access_log_delivery).Statement[0].Resource == "arn:aws:s3:::${aws_lb.this.access_logs[0].bucket}/AWSLogs/123456789012/*" && jsondecode(local.access_log_delivery).Statement[0].Principal == { Service = "logdelivery.elasticloadbalancing.amazonaws.com" }
    error_message = "The bucket must take logs of this account's load balancers, under their own path, and nothing else."
  }
  assert {
    condition     = aws_lb_target_group.this.protocol == "HTTPS" && aws_lb_target_group.this.health_check[0].protocol == "HTTPS" && aws_lb_target_group.this.target_type == "ip"
    error_message = "Targets are addresses, spoken to over HTTPS unless asked otherwise."
  }

  # Names.
  assert {
    condition     = aws_lb.this.name == "blue-flag-api-load-balancer-a1" && length(aws_lb_target_group.this.name) <= 32 && endswith(aws_lb_target_group.this.name, "-a1") && aws_security_group.this.name == "blue-flag-api-security-group-load-balancer-a1"
    error_message = "Names must come from the module naming and fit AWS."
  }
}

run "where_plain_http_is_allowed_port_80_forwards_and_443_is_closed" {
  # Target group and listener are known only after an apply.
  command = apply
  variables {
    certificate_arn  = null
    allow_plain_http = true
  }

  assert {
    condition     = aws_lb_listener.http.default_action[0].type == "forward" && aws_lb_listener.http.default_action[0].target_group_arn == aws_lb_target_group.this.arn && length(aws_lb_listener.http.default_action[0].redirect) == 0
    error_message = "Port 80 must forward to the targets."
  }
  assert {
    condition     = length(aws_lb_listener.https) == 0 && keys(aws_vpc_security_group_ingress_rule.callers) == ["http-198.51.100.0/24"]
    error_message = "Port 443 must have no listener and stay closed."
  }
  assert {
    condition     = !output.https_enabled && output.listener_arn == aws_lb_listener.http.arn && output.url == "http://mocked.eu-west-1.elb.amazonaws.com"
    error_message = "The outputs must say that callers are served plain HTTP."
  }
}

run "a_domain_gets_a_certificate_and_a_record" {
  # The certificate, what proves the domain, and the listener's target are known only after an apply.
  command = apply
  variables {
    certificate_arn = null
    domain          = { name = "flags.example.com", zone_id = "Z0A1B2C3" }
  }

  assert {
    condition     = aws_acm_certificate.this[0].domain_name == "flags.example.com" && aws_acm_certificate.this[0].validation_method == "DNS" && aws_acm_certificate.this[0].tags["Name"] == "blue-flag-api-certificate-a1"
    error_message = "The certificate must be the domain's, proven by DNS, and have a name."
  }
  assert {
    condition     = aws_route53_record.validation[0].zone_id == "Z0A1B2C3" && aws_route53_record.validation[0].name == "_proof.flags.example.com." && aws_route53_record.validation[0].records == toset(["_answer.acm-validations.aws."])
    error_message = "The proof must stand in the domain's zone."
  }
  assert {
    condition     = aws_lb_listener.https[0].certificate_arn == aws_acm_certificate_validation.this[0].certificate_arn && aws_lb_listener.http.default_action[0].type == "redirect"
    error_message = "The listener must wait for the certificate to be issued, and port 80 must redirect."
  }
  assert {
    condition     = aws_route53_record.this[0].name == "flags.example.com" && aws_route53_record.this[0].alias[0].name == aws_lb.this.dns_name && output.url == "https://flags.example.com"
    error_message = "The domain must lead to the load balancer."
  }
}

run "an_internal_load_balancer_lets_in_the_networks_of_a_prefix_list" {
  command = plan
  variables {
    internal               = true
    caller_cidrs           = []
    caller_prefix_list_ids = ["pl-0a1b2c3d"]
  }

  assert {
    condition     = aws_lb.this.internal && length(aws_acm_certificate.this) == 0
    error_message = "An internal load balancer must have private addresses only."
  }
  assert {
    condition     = { for key, rule in aws_vpc_security_group_ingress_rule.callers : key => rule.prefix_list_id if rule.cidr_ipv4 == null } == { "http-pl-0a1b2c3d" = "pl-0a1b2c3d", "https-pl-0a1b2c3d" = "pl-0a1b2c3d" }
    error_message = "Callers must be those of the prefix list, on the listeners' ports."
  }
}

run "everybody_may_call_where_the_internet_is_said" {
  command = plan

  variables {
    caller_cidrs  = []
    internet_cidr = "0.0.0.0/0"
  }

  assert {
    condition     = { for key, rule in aws_vpc_security_group_ingress_rule.callers : key => rule.from_port if rule.cidr_ipv4 == var.internet_cidr } == { "http-0.0.0.0/0" = 80, "https-0.0.0.0/0" = 443 }
    error_message = "The internet must come in on both ports, and nobody beside it."
  }
}

run "a_web_acl_guards_the_load_balancer" {
  command = plan
  variables { web_acl_arn = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/guard/0f1e2d3c" }

  assert {
    condition     = aws_wafv2_web_acl_association.this[0].web_acl_arn == var.web_acl_arn
    error_message = "The web ACL must be associated."
  }
}

run "another_port_is_another_target_group" {
  command = plan
  variables { target = { port = 9443, protocol = "HTTP", health_check_path = "/health" } }

  assert {
    condition     = aws_lb_target_group.this.name != run.with_a_certificate_callers_are_sent_to_https.target_group_name
    error_message = "A target group of another port must not have the name of the one that it replaces."
  }
  assert {
    condition     = aws_lb_target_group.this.health_check[0].protocol == "HTTP"
    error_message = "Health checks must speak the protocol of the targets."
  }
}

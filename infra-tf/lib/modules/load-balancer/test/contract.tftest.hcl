mock_provider "aws" {
  mock_resource "aws_lb" {
    defaults = {
      arn      = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/mocked/0a1b2c3d4e5f6071"
      dns_name = "mocked.eu-west-1.elb.amazonaws.com"
      zone_id  = "Z0A1B2C3"
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

run "exports_what_services_and_dns_need" {
  command = apply

  assert {
    condition     = output.arn == aws_lb.this.arn && output.dns_name == "mocked.eu-west-1.elb.amazonaws.com" && output.zone_id == "Z0A1B2C3" && output.url == "https://mocked.eu-west-1.elb.amazonaws.com"
    error_message = "The load balancer's ARN, name, zone and address must be exported."
  }
  assert {
    condition     = output.security_group_id == aws_security_group.this.id && output.target_group_arn == aws_lb_target_group.this.arn && output.listener_arn == aws_lb_listener.https[0].arn && output.access_logs_bucket_name == aws_lb.this.access_logs[0].bucket
    error_message = "What others refer to must be exported."
  }
}

run "rejects_what_is_not_a_network" {
  command = plan
  variables { vpc_id = "subnet-0a" }
  expect_failures = [var.vpc_id]
}

run "rejects_a_single_subnet" {
  command = plan
  variables { public_subnet_ids = ["subnet-0a"] }
  expect_failures = [var.public_subnet_ids]
}

run "rejects_a_subnet_given_twice" {
  command = plan
  variables { public_subnet_ids = ["subnet-0a", "subnet-0b", "subnet-0b"] }
  expect_failures = [var.public_subnet_ids]
}

run "rejects_callers_that_are_no_range" {
  command = plan
  variables { caller_cidrs = ["everybody"] }
  expect_failures = [var.caller_cidrs]
}

run "rejects_a_range_that_begins_elsewhere" {
  command = plan
  variables { caller_cidrs = ["198.51.100.7/24"] }
  expect_failures = [var.caller_cidrs]
}

run "rejects_the_internet_as_a_range_of_callers" {
  command = plan
  variables { caller_cidrs = ["0.0.0.0/0"] }
  expect_failures = [var.caller_cidrs]
}

run "rejects_the_internet_in_two_halves" {
  command = plan
  variables { caller_cidrs = ["0.0.0.0/1", "128.0.0.0/1"] }
  expect_failures = [var.caller_cidrs]
}

run "rejects_a_range_wider_than_any_company_s" {
  command = plan
  variables { caller_cidrs = ["198.51.100.0/24", "10.0.0.0/7"] }
  expect_failures = [var.caller_cidrs]
}

run "rejects_many_ranges_that_are_much_together" {
  command = plan
  variables { caller_cidrs = ["10.0.0.0/8", "11.0.0.0/8", "12.0.0.0/8", "13.0.0.0/8", "198.51.100.0/32"] }
  expect_failures = [var.caller_cidrs]
}

run "takes_a_company_s_private_ranges" {
  command = plan
  variables { caller_cidrs = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"] }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.callers) == 8
    error_message = "Each range must come in on both ports."
  }
}

run "rejects_the_internet_of_another_protocol" {
  command = plan
  variables { caller_cidrs = ["::/0"] }
  expect_failures = [var.caller_cidrs]
}

run "rejects_the_internet_beside_a_list_of_callers" {
  command = plan
  variables { internet_cidr = "0.0.0.0/0" }
  expect_failures = [var.caller_cidrs]
}

run "rejects_half_of_the_internet" {
  command = plan
  variables {
    caller_cidrs  = []
    internet_cidr = "0.0.0.0/1"
  }
  expect_failures = [var.internet_cidr]
}

run "rejects_the_internet_where_it_comes_to_no_address" {
  command = plan
  variables {
    caller_cidrs  = []
    internet_cidr = "0.0.0.0/0"
    internal      = true
  }
  expect_failures = [var.internet_cidr]
}

run "rejects_a_load_balancer_that_nobody_may_call" {
  command = plan
  variables { caller_cidrs = [] }
  expect_failures = [var.caller_cidrs]
}

run "rejects_callers_that_are_no_prefix_list" {
  command = plan
  variables { caller_prefix_list_ids = ["sg-0a1b2c3d"] }
  expect_failures = [var.caller_prefix_list_ids]
}

run "rejects_plain_http_that_nobody_allowed" {
  command = plan
  variables { certificate_arn = null }
  expect_failures = [var.certificate_arn]
}

run "rejects_plain_http_beside_a_certificate" {
  command = plan
  variables { allow_plain_http = true }
  expect_failures = [var.certificate_arn]
}

run "rejects_two_certificates" {
  command = plan
  variables { domain = { name = "flags.example.com", zone_id = "Z0A1B2C3" } }
  expect_failures = [var.certificate_arn]
}

run "rejects_a_wildcard_as_a_domain" {
  command = plan
  variables {
    certificate_arn = null
    domain          = { name = "*.example.com", zone_id = "Z0A1B2C3" }
  }
  expect_failures = [var.domain]
}

run "rejects_a_zone_by_its_name" {
  command = plan
  variables {
    certificate_arn = null
    domain          = { name = "flags.example.com", zone_id = "example.com" }
  }
  expect_failures = [var.domain]
}

run "rejects_a_certificate_of_another_region" {
  command = plan
  variables { certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0f1e2d3c" }
  expect_failures = [var.certificate_arn]
}

run "rejects_a_web_acl_of_cloudfront" {
  command = plan
  variables { web_acl_arn = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/guard/0f1e2d3c" }
  expect_failures = [var.web_acl_arn]
}

run "rejects_a_target_port_that_the_network_closes" {
  command = plan
  variables { target = { port = 80, health_check_path = "/health" } }
  expect_failures = [var.target]
}

run "rejects_a_target_protocol_that_is_not_http" {
  command = plan
  variables { target = { port = 8443, protocol = "TLS", health_check_path = "/health" } }
  expect_failures = [var.target]
}

run "rejects_a_health_check_without_a_path" {
  command = plan
  variables { target = { port = 8443, health_check_path = "health" } }
  expect_failures = [var.target]
}

run "rejects_a_target_that_never_leaves" {
  command = plan
  variables { target = { port = 8443, health_check_path = "/health", deregistration_delay_seconds = 3601 } }
  expect_failures = [var.target]
}

run "rejects_access_logs_kept_for_a_week" {
  command = plan
  variables { access_log_retention_days = 7 }
  expect_failures = [var.access_log_retention_days]
}

run "rejects_a_certificate_of_another_account" {
  command = plan
  variables {
    certificate_arn = "arn:aws:acm:eu-west-1:210987654321:certificate/0f1e2d3c"
  }
  expect_failures = [var.certificate_arn]
}

run "rejects_a_web_acl_of_another_account" {
  command = plan
  variables {
    web_acl_arn = "arn:aws:wafv2:eu-west-1:210987654321:regional/webacl/guard/0f1e2d3c"
  }
  expect_failures = [var.web_acl_arn]
}

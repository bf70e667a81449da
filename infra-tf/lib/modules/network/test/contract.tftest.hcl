mock_provider "aws" {
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:mocked" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mocked" }
  }
  mock_resource "aws_vpc_endpoint" {
    defaults = { prefix_list_id = "pl-0a1b2c3d" }
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
  cidr_block         = "10.20.0.0/16"
  availability_zones = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
  nat_gateway_count  = 1
  internet_cidr      = "0.0.0.0/0"
  kms_key_arn        = "arn:aws:kms:eu-west-1:123456789012:key/0f1e2d3c"
  log_retention_days = 30
}

run "exports_three_subnets_of_each_tier" {
  command = apply

  assert {
    condition     = output.public_subnet_ids == [for key in ["public-a", "public-b", "public-c"] : aws_subnet.this[key].id]
    error_message = "public_subnet_ids must follow the order of the zones."
  }
  assert {
    condition     = output.private_subnet_ids == [for key in ["private-a", "private-b", "private-c"] : aws_subnet.this[key].id]
    error_message = "private_subnet_ids must follow the order of the zones."
  }
  assert {
    condition     = output.data_subnet_ids == [for key in ["data-a", "data-b", "data-c"] : aws_subnet.this[key].id]
    error_message = "data_subnet_ids must follow the order of the zones."
  }
  assert {
    condition     = output.vpc_cidr_block == "10.20.0.0/16" && output.s3_prefix_list_id == "pl-0a1b2c3d" && output.dynamodb_prefix_list_id == "pl-0a1b2c3d" && output.nat_gateway_count == 1 && output.endpoint_zone_count == 3
    error_message = "Range, prefix lists and size of the network must be exported."
  }
  assert {
    condition     = output.endpoint_security_group_id == aws_security_group.endpoints.id && output.private_subnets_prefix_list_id == aws_ec2_managed_prefix_list.private_subnets.id && output.vpc_id == aws_vpc.this.id && output.flow_log_group_name == "blue-flag-api-log-group-flow-log-a1"
    error_message = "What others refer to must be exported."
  }
}

run "exports_no_prefix_list_without_the_endpoint" {
  command = plan
  variables { gateway_endpoints = ["s3"] }

  assert {
    condition     = output.dynamodb_prefix_list_id == null
    error_message = "Without an endpoint for DynamoDB there is no prefix list to export."
  }
}

run "rejects_a_range_that_is_no_range" {
  command = plan
  variables { cidr_block = "10.20.0.0" }
  expect_failures = [var.cidr_block]
}

run "rejects_a_range_that_starts_in_its_middle" {
  command = plan
  variables { cidr_block = "10.20.1.0/16" }
  expect_failures = [var.cidr_block]
}

run "rejects_a_range_that_aws_refuses" {
  command = plan
  variables { cidr_block = "10.0.0.0/15" }
  expect_failures = [var.cidr_block]
}

run "rejects_a_range_that_is_too_small" {
  command = plan
  variables { cidr_block = "10.20.0.0/21" }
  expect_failures = [var.cidr_block]
}

run "rejects_two_zones" {
  command = plan
  variables { availability_zones = ["eu-west-1a", "eu-west-1b"] }
  expect_failures = [var.availability_zones]
}

run "rejects_a_zone_given_twice" {
  command = plan
  variables { availability_zones = ["eu-west-1a", "eu-west-1b", "eu-west-1b"] }
  expect_failures = [var.availability_zones]
}

run "rejects_a_zone_of_another_region" {
  command = plan
  variables { availability_zones = ["eu-west-1a", "eu-west-1b", "us-east-1c"] }
  expect_failures = [var.availability_zones]
}

run "rejects_half_a_nat_gateway" {
  command = plan
  variables { nat_gateway_count = 1.5 }
  expect_failures = [var.nat_gateway_count]
}

run "rejects_four_nat_gateways" {
  command = plan
  variables { nat_gateway_count = 4 }
  expect_failures = [var.nat_gateway_count]
}

run "rejects_a_part_of_the_internet" {
  command = plan
  variables { internet_cidr = "10.0.0.0/8" }
  expect_failures = [var.internet_cidr]
}

run "rejects_a_key_of_another_region" {
  command = plan
  variables { kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/0f1e2d3c" }
  expect_failures = [var.kms_key_arn]
}

run "rejects_an_alias_instead_of_a_key" {
  command = plan
  variables { kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:alias/logs" }
  expect_failures = [var.kms_key_arn]
}

run "rejects_a_retention_that_cloudwatch_does_not_know" {
  command = plan
  variables { log_retention_days = 31 }
  expect_failures = [var.log_retention_days]
}

run "rejects_a_data_port_that_the_private_subnets_cannot_call" {
  command = plan
  variables { data_port = 1023 }
  expect_failures = [var.data_port]
}

run "rejects_gateway_endpoints_without_s3" {
  command = plan
  variables { gateway_endpoints = ["dynamodb"] }
  expect_failures = [var.gateway_endpoints]
}

run "rejects_a_gateway_endpoint_that_does_not_exist" {
  command = plan
  variables { gateway_endpoints = ["s3", "sqs"] }
  expect_failures = [var.gateway_endpoints]
}

run "rejects_endpoints_that_are_lost_with_one_zone" {
  command = plan
  variables { endpoint_zone_count = 1 }
  expect_failures = [var.endpoint_zone_count]
}

run "rejects_endpoints_in_four_zones" {
  command = plan
  variables { endpoint_zone_count = 4 }
  expect_failures = [var.endpoint_zone_count]
}

run "rejects_an_endpoint_key_that_is_no_name" {
  command = plan
  variables { interface_endpoints = { "ecr.api" = { service = "ecr.api" } } }
  expect_failures = [var.interface_endpoints]
}

run "rejects_a_full_service_name" {
  command = plan
  variables { interface_endpoints = { logs = { service = "com.amazonaws.eu-west-1.logs" } } }
  expect_failures = [var.interface_endpoints]
}

run "rejects_one_service_behind_two_endpoints" {
  command = plan
  variables { interface_endpoints = { one = { service = "logs" }, two = { service = "logs" } } }
  expect_failures = [var.interface_endpoints]
}

run "rejects_a_key_of_another_account" {
  command = plan
  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:210987654321:key/0f1e2d3c"
  }
  expect_failures = [var.kms_key_arn]
}

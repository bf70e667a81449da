# What the stack itself refuses. What its modules refuse is tested there.

mock_provider "aws" {
  source = "./test/mocks"
}
override_data {
  target = data.aws_region.this
  values = { name = "eu-west-1" }
}

variables {
  environment         = "dev"
  topology_file       = "test/fleet/topology.json"
  deployment_role_arn = "arn:aws:iam::111111111111:role/deployment"
  service             = "hoist"
  environment_suffix  = "a1"
  cost_center         = "platform-1001"
  owner               = "team-platform"
  cidr_blocks         = { eu-west-1 = "10.80.0.0/16", eu-central-1 = "10.81.0.0/16" }
  internet_cidr       = "0.0.0.0/0"
  nat_gateway_count   = 1
  cache               = { node_type = "cache.t4g.small", replicas = 1 }
  retention_days      = { logs = 30, access_logs = 30, old_artifacts = 30, cache_snapshots = 1 }
  home_state          = { backend = "local", config = { path = "test/states/home.json" } }
}

run "rejects_ranges_that_overlap" {
  command = plan
  variables { cidr_blocks = { eu-west-1 = "10.80.0.0/16", eu-central-1 = "10.80.16.0/20" } }
  expect_failures = [var.cidr_blocks]
}

run "rejects_a_range_that_is_too_small" {
  command = plan
  variables { cidr_blocks = { eu-west-1 = "10.80.0.0/24" } }
  expect_failures = [var.cidr_blocks]
}

run "rejects_two_zones" {
  command = plan
  variables { availability_zone_letters = { eu-west-1 = ["a", "b"] } }
  expect_failures = [var.availability_zone_letters]
}

run "rejects_a_home_without_nat" {
  command = plan
  variables { nat_gateway_count = 0 }
  expect_failures = [var.nat_gateway_count]
}

run "rejects_endpoints_that_are_lost_with_one_zone" {
  command = plan
  variables { endpoint_zone_count = 1 }
  expect_failures = [var.endpoint_zone_count]
}

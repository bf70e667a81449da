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
  packages_folder     = "test/packages"
  policy              = "dev.v1"
  reverts_per_minute  = 10
  retention_days      = { logs = 30 }
  audit               = { instance_type = "t3.small.search", instances = 1, volume_gb = 10 }
  foundation_state    = { backend = "local", config = { path = "test/states/foundation.json" } }
  global_state        = { backend = "local", config = { path = "test/states/global.json" } }
}

run "rejects_the_policy_of_another_environment" {
  command = plan
  variables { policy = "prod.v1" }
  expect_failures = [var.policy]
}

run "rejects_a_policy_that_there_is_not" {
  command = plan
  variables { policy = "dev.v99" }
  expect_failures = [var.policy]
}

run "rejects_to_take_nothing_back" {
  command = plan
  variables { reverts_per_minute = 0 }
  expect_failures = [var.reverts_per_minute]
}

run "rejects_a_trail_of_no_size" {
  command = plan
  variables { audit = null }
  expect_failures = [var.audit]
}

run "rejects_the_foundation_of_another_region" {
  command = plan
  variables { foundation_state = { backend = "local", config = { path = "test/states/elsewhere.json" } } }
  expect_failures = [output.deployment]
}

run "rejects_a_state_of_another_version" {
  command = plan
  variables { global_state = { backend = "local", config = { path = "test/states/older.json" } } }
  expect_failures = [output.deployment]
}

run "rejects_a_foundation_that_has_no_queues_yet" {
  command = plan
  variables { foundation_state = { backend = "local", config = { path = "test/states/without-topics.json" } } }
  expect_failures = [output.deployment]
}

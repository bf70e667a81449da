# What the stack itself refuses. What its modules refuse is tested there.

mock_provider "aws" {
  source = "./test/mocks"
}
mock_provider "aws" {
  alias  = "standby"
  source = "./test/mocks"
}
override_data {
  target = data.aws_region.home
  values = { name = "eu-west-1" }
}
override_data {
  target = data.aws_region.standby
  values = { name = "eu-central-1" }
}

variables {
  environment         = "dev"
  topology_file       = "test/fleet/topology.json"
  deployment_role_arn = "arn:aws:iam::111111111111:role/deployment"
  service             = "hoist"
  environment_suffix  = "a1"
  cost_center         = "platform-1001"
  owner               = "team-platform"
  authors             = { users = true }
  operators           = { doctor = { users = true }, operator = { users = true, names = ["ada"] }, promoter = { users = true }, witness = { users = true, names = ["eva"] } }
  foundation_state    = { backend = "local", config = { path = "test/states/foundation.json" } }
}

run "rejects_to_take_the_replica_of_a_region_that_serves" {
  command = plan
  variables { without_replica = ["eu-central-1"] }
  expect_failures = [output.drift]
}

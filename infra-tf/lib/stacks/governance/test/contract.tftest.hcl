# What the stack itself refuses. What its modules refuse is tested there.

mock_provider "aws" {
  source = "./test/mocks"
}
override_data {
  target = data.aws_region.home
  values = { name = "eu-west-1" }
}

variables {
  environment         = "dev"
  deployment_role_arn = "arn:aws:iam::111111111111:role/deployment"
  service             = "flags"
  environment_suffix  = "a1"
  cost_center         = "platform-1001"
  owner               = "team-platform"
  retention_days      = { config = 30 }
}

run "rejects_a_drift_role_of_another_account" {
  command = plan
  variables {
    environments_file   = "test/environments/elsewhere.json"
    deployment_role_arn = "arn:aws:iam::999999999999:role/deployment"
  }
  expect_failures = [output.drift]
}

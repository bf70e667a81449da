mock_provider "aws" {}

variables {
  environment    = "dev"
  services       = ["flags", "hoist"]
  principal_arns = ["arn:aws:iam::444444444444:role/pipeline"]
  cost_center    = "platform-1001"
  owner          = "team-platform"
}

run "rejects_an_environment_that_nobody_knows" {
  command = plan
  variables { environment = "nowhere" }
  expect_failures = [var.environment]
}

mock_provider "aws" {
  mock_resource "aws_iam_policy" {
    defaults = { arn = "arn:aws:iam::111111111111:policy/mocked" }
  }
}

variables {
  environment    = "dev"
  service        = "flags"
  principal_arns = ["arn:aws:iam::444444444444:role/pipeline"]
  more_regions   = ["us-east-1", "eu-west-1"]
  cost_center    = "platform-1001"
  owner          = "team-platform"
}

run "the_role_is_of_the_account_and_regions_that_the_list_of_environments_says" {
  command = plan

  assert {
    condition     = strcontains(module.deployment_role.policies["network"], jsonencode(["eu-west-1", local.environment.replicaRegion, "us-east-1"]))
    error_message = "The regions must be home, replica and those that are given, each once."
  }
  assert {
    condition     = strcontains(module.deployment_role.policies["identity"], "arn:aws:iam::${local.environment.account}:role/flaghoist-deployment")
    error_message = "The account must be that of the environment."
  }
}

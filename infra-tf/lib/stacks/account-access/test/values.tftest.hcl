mock_provider "aws" {
  mock_resource "aws_iam_policy" {
    defaults = { arn = "arn:aws:iam::111111111111:policy/mocked" }
  }
}

variables {
  environment    = "dev"
  services       = ["flags", "hoist"]
  principal_arns = ["arn:aws:iam::444444444444:role/pipeline"]
  cost_center    = "platform-1001"
  owner          = "team-platform"
}

run "the_role_is_of_the_account_and_regions_that_the_list_of_environments_says" {
  command = plan

  assert {
    condition     = toset(one([for statement in jsondecode(module.deployment_role.policies["guards"]).Statement : statement.Condition.StringNotEquals["aws:RequestedRegion"] if statement.Sid == "OwnRegionsOnly"])) == toset(local.environment.regions)
    error_message = "The regions must be those of the environment, each once."
  }
  assert {
    condition     = strcontains(module.deployment_role.policies["identity"], "arn:aws:iam::${local.environment.account}:role/dev-hoist-")
    error_message = "The account must be that of the environment."
  }
}

run "an_environment_that_names_no_regions_has_those_of_the_topology" {
  command = plan
  variables { environment = "prod" }

  assert {
    condition     = length(one([for statement in jsondecode(module.deployment_role.policies["guards"]).Statement : statement.Condition.StringNotEquals["aws:RequestedRegion"] if statement.Sid == "OwnRegionsOnly"])) == length(local.topology.regions)
    error_message = "All regions of the topology must be let in."
  }
}

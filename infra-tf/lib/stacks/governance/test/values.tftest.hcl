# The environment is the first of environments.json, in whose workspace the tests run.

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

run "records_under_a_key_and_a_name_of_its_own" {
  command = plan

  assert {
    condition     = output.recorder_name == "dev-flags-config-recorder-a1" && output.bucket_name != null
    error_message = "The recorder must have the name that it had in the application's stack, or it could not be moved."
  }
  assert {
    condition     = output.drift.regions == ["eu-west-1"] && endswith(output.drift.variables.deployment_role_arn, ":role/dev-flags-role-drift-euw1-a1")
    error_message = "hoist drift must find the role that looks, which is the application's."
  }
}

run "config_may_use_the_key" {
  command = apply

  assert {
    condition     = length([for statement in jsondecode(module.key.policy).Statement : statement if try(statement.Principal.Service, "") == "config.amazonaws.com"]) == 1
    error_message = "AWS Config encrypts what it delivers."
  }
}

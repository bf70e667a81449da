# The tests run in the workspace of the home of the first environment of environments.json; test/fleet makes it another part.

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
  foundation_state    = { backend = "local", config = { path = "test/states/foundation.json" } }
  global_state        = { backend = "local", config = { path = "test/states/global.json" } }
}

run "home_has_every_function_of_the_plan" {
  command = plan

  assert {
    condition     = toset(keys(output.function_policies)) == toset(keys(module.plan.functions)) && contains(keys(module.function), "validator.accept")
    error_message = "Each function of the plan must be made, and no other."
  }
  assert {
    condition     = toset(keys(module.plan.functions)) == toset(keys(merge(module.cells.live_arns, { for key, function in module.function : key => function.live_arn })))
    error_message = "Workflows and schedules must wait for what they call."
  }
}

run "commands_find_the_parts_by_templates" {
  command = plan

  assert {
    condition = output.deployment.flagsTable == "dev-hoist-table-flags-a1" && output.deployment.queues["service-flags"] == "arn:aws:sqs:{region}:111111111111:dev-hoist-queue-flags-{service}-a1" && (
      output.deployment.functions["validator.accept"] == "arn:aws:lambda:{region}:111111111111:function:dev-hoist-function-validator-accept-a1:live"
    )
    error_message = "The output must have the form that hoist topology and hoist redrive read."
  }
  assert {
    condition     = output.deployment.environment == var.environment && output.deployment.home == "eu-west-1" && contains(output.deployment.regions, "eu-west-1")
    error_message = "hoist topology must find the part of topology.json that this environment has, and see that its home is the one that is deployed."
  }
}

run "a_region_that_is_not_home_has_no_acceptance" {
  command = plan
  variables { environments_file = "test/fleet/as-region.json" }

  assert {
    condition     = !contains(keys(module.function), "validator.accept") && contains(keys(module.function), "validator.distribute")
    error_message = "Only home and standby may have what only home has."
  }
}

run "the_first_environment_asks_nobody" {
  command = plan

  assert {
    condition     = local.values["UPSTREAM_FLAGS_TABLE"] == "none" && length(local.upstream_table) == 0
    error_message = "Without an upstream no table of another account may be named."
  }
}

run "another_one_asks_the_environment_before_it" {
  command = plan
  variables { environments_file = "test/fleet/with-upstream.json" }

  assert {
    condition     = local.values["UPSTREAM_FLAGS_TABLE"] == "arn:aws:dynamodb:us-east-1:222222222222:table/before-hoist-table-flags-a1"
    error_message = "The table must be that of the upstream's home."
  }
}

run "the_states_lie_beside_this_one" {
  command = plan

  assert {
    condition = local.beside_this_state.foundation.key == "111111111111/dev-eu-west-1/${one(regex("key\\s*=\\s*\"([^\"]+)\"", file("../region-foundation/versions.tf")))}" && (
      local.beside_this_state.global.key == "111111111111/dev/${one(regex("key\\s*=\\s*\"([^\"]+)\"", file("../flags-global/versions.tf")))}"
    )
    error_message = "The states that are read must be those of this region and this environment."
  }
}

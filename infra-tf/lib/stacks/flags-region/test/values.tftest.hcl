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
  audit               = { instance_type = "t3.small.search", instances = 1, volume_gb = 10 }
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
    condition     = toset(keys(module.plan.functions)) == toset(keys(local.live_arns))
    error_message = "Workflows and schedules must wait for what they call."
  }
}

run "commands_find_the_parts_by_templates" {
  command = plan

  assert {
    condition = output.deployment.flagsTable == "dev-hoist-table-flags-a1" && output.deployment.queues["service-flags"] == "arn:aws:sqs:{region}:111111111111:dev-hoist-queue-flags-{service}-a1" && (
      output.deployment.workflows["verify-window"] == "arn:aws:states:{region}:111111111111:stateMachine:dev-hoist-state-machine-verify-window-a1" &&
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

run "home_has_the_domain_of_the_trail_and_its_functions_know_it" {
  command = plan

  assert {
    condition     = length(module.audit) == 1 && one(module.audit).domain.name == module.plan.audit_domain.name && local.audit_domain.volume_gb == 10
    error_message = "Home must have the domain, and alarms of it."
  }
  assert {
    condition     = toset([for key in keys(one(module.audit).live_arns) : key]) == toset([for key, function in module.plan.functions : key if function.package == "audit-writer"]) && length([for key in keys(module.function) : key if startswith(key, "audit-writer.")]) == 0
    error_message = "The functions of the trail must be made with the domain, and once."
  }
}

run "a_standby_has_a_domain_of_its_own" {
  command = plan
  variables { environments_file = "test/fleet/as-standby.json" }

  assert {
    condition     = length(module.audit) == 1 && local.audit_domain != null
    error_message = "The standby must have what home has, for the day on which it is made home."
  }
}

run "another_region_has_no_trail" {
  command = plan
  variables { environments_file = "test/fleet/as-region.json" }

  assert {
    condition     = length(module.audit) == 0 && local.audit_domain == null && length([for key in keys(local.live_arns) : key if startswith(key, "audit-writer.")]) == 0
    error_message = "Only home and standby may have the trail."
  }
}

run "an_index_that_is_elsewhere_is_written_to_and_not_set_up" {
  command = plan
  variables {
    audit_endpoint = "https://trail.example"
    audit          = null
  }

  assert {
    condition     = length(module.audit) == 0 && local.values["AUDIT_ENDPOINT"] == "https://trail.example" && toset([for key in keys(module.function) : key if startswith(key, "audit-writer.")]) == toset(["audit-writer.sweep", "audit-writer.write"])
    error_message = "Whoever keeps a foreign index says who may do what in it: no function may set it up."
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

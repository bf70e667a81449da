# The environment is the first of environments.json, in whose workspace the tests run.

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

run "flags_have_a_replica_in_every_region_and_standby_has_the_tables_of_home" {
  command = plan

  assert {
    condition     = sort(keys(module.tables.names)) == tolist(["changes", "flags", "proposals"]) && sort(keys(module.standby_tables.names)) == tolist(["changes", "proposals"])
    error_message = "Home must have all tables, the standby those that do not replicate."
  }
  assert {
    condition     = local.standby_key_arn == "arn:aws:kms:eu-central-1:111111111111:key/mrk-0123456789abcdef0123456789abcdef"
    error_message = "The standby's tables must be encrypted with its own region's key."
  }
  assert {
    condition     = module.tables.author_role_arns != {} && module.standby_tables.author_role_arns == {}
    error_message = "Roles are the account's: they are made once, in home."
  }
}

run "a_draining_region_can_lose_its_replica" {
  command = plan
  variables { without_replica = ["eu-west-2"] }

  assert {
    condition     = module.topology.draining == ["eu-west-2"]
    error_message = "The region must be known to be draining."
  }
}

run "the_next_environment_may_read" {
  command = plan
  variables { environments_file = "test/fleet/with-downstream.json" }

  assert {
    condition     = local.downstream_role_arns["nextuseast1accept"] == "arn:aws:iam::222222222222:role/next-hoist-role-validator-accept-use1-a1" && length(local.downstream_role_arns) == 4
    error_message = "The roles that ask here must be those of the next environment's home and standby."
  }
}

run "the_state_of_the_foundation_lies_beside_this_one" {
  command = plan

  assert {
    condition     = local.beside_this_state.key == "111111111111/dev-eu-west-1/${one(regex("key\\s*=\\s*\"([^\"]+)\"", file("../region-foundation/versions.tf")))}" && lookup(local.backend, "bucket", "") != ""
    error_message = "The foundation's state must be the one of its home."
  }
}

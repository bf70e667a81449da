variables {
  environments = [
    { name = "blue", region = "eu-west-1", replicaRegion = "eu-central-1", regions = ["eu-west-2", "eu-west-1", "eu-central-1"] },
    { name = "green", region = "us-east-1", replicaRegion = "us-west-2" },
  ]
  topology = {
    regions = [
      { name = "us-east-1", state = "serving" }, { name = "us-west-2", state = "serving" }, { name = "eu-west-1", state = "serving" },
      { name = "eu-central-1", state = "serving" }, { name = "eu-west-2", state = "draining" },
    ]
    services = [{ name = "checkout", cell = "cell-1" }, { name = "ledger", cell = "cell-2" }]
  }
  environment = "blue"
}

run "an_environment_has_its_own_regions_and_all_services" {
  command = plan

  assert {
    condition     = output.topology == { home = "eu-west-1", standby = "eu-central-1", regions = [{ name = "eu-central-1" }, { name = "eu-west-1" }, { name = "eu-west-2" }], services = var.topology.services }
    error_message = "Home, standby and regions must be those of environments.json, services those of topology.json."
  }
  assert {
    condition     = output.region == "eu-west-1" && output.is_home && output.draining == ["eu-west-2"]
    error_message = "A stack of the whole environment must be in home, and be told what is draining."
  }
}

run "an_environment_without_regions_has_all_of_them" {
  command = plan
  variables { environment = "green" }

  assert {
    condition     = jsonencode(output.topology.regions[*].name) == jsonencode(sort(var.topology.regions[*].name)) && output.topology.home == "us-east-1"
    error_message = "Without regions of its own an environment must have all."
  }
}

run "the_workspace_says_which_region_it_is" {
  command = plan
  variables { workspace = "blue-eu-west-2" }

  assert {
    condition     = output.region == "eu-west-2" && output.part == "region" && !output.is_home
    error_message = "The region must be that of the workspace."
  }
}

run "a_standby_has_what_home_has" {
  command = plan
  variables { workspace = "blue-eu-central-1" }

  assert {
    condition     = output.region == "eu-central-1" && output.part == "standby" && output.is_home
    error_message = "The standby must be known as one."
  }
}

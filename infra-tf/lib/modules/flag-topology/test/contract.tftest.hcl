variables {
  environments = [
    { name = "blue", region = "eu-west-1", replicaRegion = "eu-central-1", regions = ["eu-west-1", "eu-central-1"] },
    { name = "away", region = "eu-west-1", replicaRegion = "eu-north-1" },
    { name = "small", region = "eu-west-1", replicaRegion = "eu-central-1", regions = ["eu-west-1"] },
  ]
  topology = {
    regions  = [{ name = "eu-west-1", state = "serving" }, { name = "eu-central-1", state = "serving" }]
    services = [{ name = "checkout", cell = "cell-1" }]
  }
  environment = "blue"
}

run "rejects_an_environment_that_is_not_listed" {
  command = plan
  variables { environment = "green" }
  expect_failures = [var.environment]
}

run "rejects_a_standby_that_the_topology_does_not_have" {
  command = plan
  variables { environment = "away" }
  expect_failures = [output.topology]
}

run "rejects_regions_without_the_standby" {
  command = plan
  variables { environment = "small" }
  expect_failures = [output.topology]
}

run "rejects_the_default_workspace" {
  command = plan
  variables { workspace = "default" }
  expect_failures = [output.region]
}

run "rejects_the_workspace_of_the_whole_environment" {
  command = plan
  variables { workspace = "blue" }
  expect_failures = [output.region]
}

run "rejects_the_workspace_of_another_environment" {
  command = plan
  variables { workspace = "green-eu-west-1" }
  expect_failures = [output.region]
}

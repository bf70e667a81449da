variables {
  context = {
    environment        = "blue"
    service            = "flags"
    environment_suffix = "a1"
    region             = "us-east-1"
    account_id         = "123456789012"
    cost_center        = "payments-4711"
    owner              = "team-platform"
  }
  topology = {
    home     = "us-east-1"
    regions  = [{ name = "us-east-1" }]
    services = [{ name = "checkout", cell = "cell-1" }]
  }
}

run "rejects_a_home_that_is_no_region" {
  command = plan
  variables {
    topology = merge(var.topology, { home = "eu-west-1" })
  }
  expect_failures = [var.topology]
}

run "rejects_a_standby_that_is_home" {
  command = plan
  variables {
    topology = merge(var.topology, { standby = "us-east-1" })
  }
  expect_failures = [var.topology]
}

run "rejects_a_service_named_twice" {
  command = plan
  variables {
    topology = merge(var.topology, { services = [{ name = "checkout", cell = "cell-1" }, { name = "checkout", cell = "cell-2" }] })
  }
  expect_failures = [var.topology]
}

run "rejects_a_cell_that_is_none" {
  command = plan
  variables {
    topology = merge(var.topology, { services = [{ name = "checkout", cell = "payments" }] })
  }
  expect_failures = [var.topology]
}

run "rejects_a_topology_without_services" {
  command = plan
  variables {
    topology = merge(var.topology, { services = [] })
  }
  expect_failures = [var.topology]
}

run "says_the_same_of_the_whole_fleet" {
  command = plan
  variables {
    topology = jsondecode(file("../../../../fleet/topology.json"))
  }
  assert {
    condition     = sum([for services in values(output.cells) : length(services)]) == length(jsondecode(file("../../../../fleet/topology.json")).services)
    error_message = "The shipped topology must fit."
  }
}

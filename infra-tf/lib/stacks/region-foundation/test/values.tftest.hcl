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
  cidr_blocks         = { eu-west-1 = "10.80.0.0/16", eu-central-1 = "10.81.0.0/16" }
  internet_cidr       = "0.0.0.0/0"
  nat_gateway_count   = 1
  cache               = { node_type = "cache.t4g.small", replicas = 1 }
  retention_days      = { logs = 30, access_logs = 30, old_artifacts = 30, cache_snapshots = 1 }
  home_state          = { backend = "local", config = { path = "test/states/home.json" } }
}

run "home_has_the_first_key_and_a_way_to_other_regions" {
  command = plan

  assert {
    condition     = length(data.terraform_remote_state.home) == 0 && module.topology.part == "home"
    error_message = "Home must read no other region's state."
  }
  assert {
    condition     = module.network.nat_gateway_count == 1 && length(aws_vpc_security_group_egress_rule.other_regions) == 1
    error_message = "Home must reach the topics of other regions."
  }
  assert {
    condition     = output.region == "eu-west-1" && output.state_version == 1 && output.cache.port == 6379
    error_message = "The stacks above must find region, version and caches."
  }
}

run "the_services_that_keep_what_is_encrypted_may_use_the_key" {
  command = plan

  assert {
    condition = toset([for statement in jsondecode(module.key.policy).Statement : statement.Principal.Service if can(statement.Principal.Service)]) == toset([
      "cloudwatch.amazonaws.com", "delivery.logs.amazonaws.com", "events.amazonaws.com", "logs.eu-west-1.amazonaws.com",
    ])
    error_message = "Alarms, buses, logs, and the delivery of the workflows' encrypted logs must be let in by the key itself."
  }
}

run "a_standby_has_a_replica_of_homes_key_and_the_same_way_out" {
  command = plan
  variables { environments_file = "test/fleet/as-standby.json" }

  assert {
    condition     = local.home_key_arn == "arn:aws:kms:eu-central-1:111111111111:key/mrk-0123456789abcdef0123456789abcdef" && module.topology.part == "standby"
    error_message = "The standby's key must be a replica of the one in home's state."
  }
  assert {
    condition     = module.network.nat_gateway_count == 1 && length(aws_vpc_security_group_egress_rule.other_regions) == 1
    error_message = "The standby must have what home has, for the day on which it is made home."
  }
}

run "another_region_has_no_way_to_the_internet" {
  command = plan
  variables { environments_file = "test/fleet/as-region.json" }

  assert {
    condition     = module.network.nat_gateway_count == 0 && length(aws_vpc_security_group_egress_rule.other_regions) == 0
    error_message = "Only home and standby may have NAT."
  }
}

run "endpoints_are_in_two_zones" {
  command = plan

  assert {
    condition     = module.network.endpoint_zone_count == 2
    error_message = "Two zones outlive the loss of one: a third is only paid for."
  }
}

run "the_next_environment_may_use_the_key_by_the_names_of_its_functions" {
  command = plan
  variables { environments_file = "test/fleet/with-downstream.json" }

  assert {
    condition = local.downstream_role_arns == {
      next-us-east-1-accept = "arn:aws:iam::222222222222:role/next-hoist-role-validator-accept-use1-a1"
      next-us-east-1-resume = "arn:aws:iam::222222222222:role/next-hoist-role-validator-resume-use1-a1"
      next-us-west-2-accept = "arn:aws:iam::222222222222:role/next-hoist-role-validator-accept-usw2-a1"
      next-us-west-2-resume = "arn:aws:iam::222222222222:role/next-hoist-role-validator-resume-usw2-a1"
    }
    error_message = "The roles that ask here must be those of the next environment's home and standby."
  }
}

run "caches_that_are_elsewhere_are_not_made" {
  command = plan
  variables { cache_addresses = { eu-west-1 = { host = "localhost", port = 7001 } } }

  assert {
    condition     = length(module.cache) == 0 && output.cache.host == "localhost" && output.cache.port == 7001 && output.agents == {}
    error_message = "With an address there must be no caches of ours."
  }
}

run "each_service_has_a_queue_with_dead_letters_under_the_regions_topic" {
  command = plan

  assert {
    condition     = toset(keys(output.topic_arns)) == toset(["flag-changes"])
    error_message = "Whoever wants to hear of a region's flags must find its topic."
  }
  assert {
    condition = alltrue([for service in local.topology.services : alltrue([
      contains(keys(module.fanout.queue_arns), "service-flags/${service.name}"),
      contains(keys(module.fanout.dead_letter_arns), "service-flags-dead/${service.name}"),
    ])])
    error_message = "A service must have its queues before it has functions that read them."
  }
  assert {
    condition     = contains(keys(module.fanout.queue_arns), "region-verdicts")
    error_message = "Home must have the queues that only home has."
  }
}

run "another_region_has_no_queue_of_homes" {
  command = plan
  variables { environments_file = "test/fleet/as-region.json" }

  assert {
    condition     = !contains(keys(module.fanout.queue_arns), "region-verdicts") && contains(keys(module.fanout.queue_arns), "cache-loads")
    error_message = "Only home and standby may have what only home has."
  }
}

run "states_of_other_regions_lie_beside_this_one" {
  command = plan

  assert {
    condition     = local.beside_this_state.key == "111111111111/dev-eu-west-1/${one(regex("key\\s*=\\s*\"([^\"]+)\"", file("versions.tf")))}"
    error_message = "Home's state must have the key of this stack's own, below the account and in home's workspace."
  }
  assert {
    condition     = alltrue([for name in ["bucket", "region"] : lookup(local.backend, name, "") != ""]) && output.drift.role_arn == local.reader_role_arn
    error_message = "The backend's files must give bucket, region and the role that looks for drift."
  }
}

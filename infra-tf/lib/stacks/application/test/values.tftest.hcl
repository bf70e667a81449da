# The environment is the first of environments.json, in whose workspace the tests run. test/environments gives it an upstream,
# whose state is test/upstream.

mock_provider "aws" {
  source = "./test/mocks"
}
mock_provider "aws" {
  alias  = "replica"
  source = "./test/mocks"
}
override_data {
  target = data.aws_region.home
  values = { name = "eu-west-1" }
}
override_data {
  target = data.aws_region.replica
  values = { name = "eu-central-1" }
}

variables {
  environment         = "dev"
  deployment_role_arn = "arn:aws:iam::111111111111:role/deployment"
  service             = "flags"
  environment_suffix  = "a1"
  cost_center         = "platform-1001"
  owner               = "team-platform"
  vpc_cidr_block      = "10.80.0.0/16"
  internet_cidr       = "0.0.0.0/0"
  caller_cidrs        = ["198.51.100.0/24"]
  domain              = { name = "flags.example.com", zone_id = "Z0A1B2C3" }
  nat_gateway_count   = 0
  endpoint_zone_count = 2
  task                = { cpu = 256, memory = 512 }
  task_count          = { min = 2, max = 4 }
  database            = { instance_class = "db.r6g.large", instance_count = 2 }
  retention_days      = { logs = 30, access_logs = 30, evidence = 90, database_backups = 7, backups = 14, backup_copies = 14 }
}

run "the_first_environment_runs_the_image_that_is_given" {
  command = plan
  variables { image_digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }

  assert {
    condition     = module.promotion.image_digest == var.image_digest && length(data.terraform_remote_state.upstream) == 0
    error_message = "Without an upstream the given image must run, and no state be read."
  }
  assert {
    condition     = output.network_cidr_blocks == tomap({ dev = "10.80.0.0/16" }) && output.state_version == 1
    error_message = "A downstream environment must find the version of the outputs and the network's range."
  }
  assert {
    condition     = output.region == "eu-west-1" && output.replica_region == "eu-central-1" && local.availability_zones == ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
    error_message = "Regions and zones must be those of environments.json."
  }
  assert {
    condition     = length(local.planned_cidr_blocks) == length(module.deployment.environment_names) && length(distinct(values(local.planned_cidr_blocks))) == length(local.planned_cidr_blocks)
    error_message = "The range of each environment must be read from its tfvars."
  }
}

run "an_environment_with_upstream_runs_what_passed_there" {
  command = plan
  variables {
    environments_file = "test/environments/with-upstream.json"
    upstream_state    = { backend = "local", config = { path = "test/upstream/complete.json" } }
  }

  assert {
    condition     = module.promotion.image_digest == "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    error_message = "The image must be the upstream's."
  }
  assert {
    condition     = output.network_cidr_blocks == tomap({ dev = "10.80.0.0/16", upstream = "10.90.0.0/16" })
    error_message = "The ranges of all environments up the stream must be handed on."
  }
}

run "a_first_deployment_reads_no_upstream_and_offers_no_image" {
  command = plan
  variables {
    environments_file = "test/environments/with-upstream.json"
    first_deployment  = true
  }

  assert {
    condition     = length(data.terraform_remote_state.upstream) == 0 && output.image_digest == null
    error_message = "A first deployment must read no upstream and offer no image to a downstream environment."
  }
  assert {
    condition     = local.beside_this_state.key == "222222222222/staging/${one(regex("key\\s*=\\s*\"([^\"]+)\"", file("versions.tf")))}"
    error_message = "The upstream's state must have the key of this stack's own, below the upstream's account and in its workspace."
  }
  assert {
    condition     = alltrue([for name in ["bucket", "region"] : lookup(local.backend, name, "") != ""])
    error_message = "The backend's file must give bucket and region."
  }
  assert {
    condition     = local.beside_this_state.assume_role.role_arn == var.deployment_role_arn
    error_message = "The upstream's state must be read with the role that does everything else, which may be one that only looks."
  }
}

run "drift_is_looked_for_with_what_was_applied_and_the_role_that_the_states_let_in" {
  command = plan
  variables { image_digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }

  assert {
    condition     = output.drift.role_arn == local.reader_role_arn && output.drift.variables == { deployment_role_arn = local.reader_role_arn, first_deployment = "false" }
    error_message = "One role must do for the state, the provider and the search; it is the one that environments/dev.drift.tfbackend names."
  }
  assert {
    condition     = output.drift.regions == ["eu-west-1", "eu-central-1"]
    error_message = "Drift must be looked for in both regions."
  }
}

run "an_environment_at_its_first_deployment_is_looked_at_as_such" {
  command = plan
  variables { first_deployment = true }

  assert {
    condition     = output.drift.variables["first_deployment"] == "true" && output.drift.without_upstream.image_digest == null
    error_message = "Without an image the plan must be that of the first deployment."
  }
}

run "plain_http_may_be_looked_at_before_the_last_environment" {
  command = plan
  variables {
    image_digest     = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    domain           = null
    allow_plain_http = true
  }

  assert {
    condition     = !module.load_balancer.https_enabled && !module.deployment.is_last
    error_message = "Where it is allowed, and the environment is not the last one, port 80 must serve."
  }
}

run "tasks_reach_the_tables_and_what_the_list_says" {
  command = plan
  variables {
    image_digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    ways_out     = { metrics = { security_group_id = "sg-0a1b2c3d", port = 4317, reason = "The collector of traces." } }
  }

  assert {
    condition     = module.service.way_out_names == toset(["dynamodb", "metrics"])
    error_message = "The tables' endpoint must always be reachable, and what is listed."
  }
}

run "an_agent_of_the_services_cell_stands_beside_each_task_where_one_is_given" {
  command = plan
  variables {
    image_digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    task         = { cpu = 256, memory = 512 }
    flag_agent = {
      service = "payments"
      cell    = "cell-1"
      image = {
        digest         = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
        uri            = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/flag-agent"
        repository_arn = "arn:aws:ecr:eu-west-1:111111111111:repository/flag-agent"
      }
      cache = {
        host         = "flags.example.euw1.cache.amazonaws.com"
        name         = "dev-flags-cache-a1"
        user         = "dev-cell-1-agent-a1"
        connect_arns = ["arn:aws:elasticache:eu-west-1:111111111111:user:dev-cell-1-agent-a1"]
        way          = { security_group_id = "sg-0a1b2c3d" }
      }
    }
  }

  assert {
    condition     = module.service.sidecar_names == toset(["flag_agent"]) && module.service.way_out_names == toset(["dynamodb", "flag_cache"])
    error_message = "The agent must run beside the application, and reach the caches."
  }
  assert {
    condition     = { for each in jsondecode(module.flag_agent["agent"].sidecar.definition).environment : each.name => each.value if contains(["AGENT_SERVICE", "AGENT_CELL", "CACHE_USER", "AWS_REGION"], each.name) } == { AGENT_SERVICE = "payments", AGENT_CELL = "cell-1", CACHE_USER = "dev-cell-1-agent-a1", AWS_REGION = "eu-west-1" }
    error_message = "The agent must read its service's cache in the environment's region, as the user of the cell's agents."
  }
  assert {
    condition     = module.flag_agent["agent"].task_permissions.LogInToFlagCache.resources == tolist(var.flag_agent.cache.connect_arns)
    error_message = "The task's role must be allowed to log in as that user alone."
  }
}

run "no_agent_stands_where_none_is_given" {
  command = plan
  variables { image_digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }

  assert {
    condition     = length(module.flag_agent) == 0 && length(module.service.sidecar_names) == 0
    error_message = "Without flag_agent the task must have the application alone."
  }
}

run "nothing_puts_drift_back_by_itself_where_no_sources_are_given" {
  command = plan
  variables { image_digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }

  assert {
    condition     = length(module.remediation) == 0 && output.remediation == null
    error_message = "Without the repository's address nothing may be made that runs builds."
  }
}

run "drift_is_put_back_with_the_deployment_role_of_this_environment" {
  command = plan
  variables {
    nat_gateway_count = 1
    image_digest      = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    remediation = {
      sources        = { type = "GITHUB", location = "https://github.com/example/flags.git", version = "refs/tags/v1" }
      connection_arn = "arn:aws:codeconnections:eu-west-1:111111111111:connection/00000000-0000-0000-0000-000000000001"
    }
  }

  assert {
    condition     = output.remediation.workflow_arn == "arn:aws:states:eu-west-1:111111111111:stateMachine:dev-flags-state-machine-remediate-application-a1"
    error_message = "The workflow must work on this stack, in this environment's account and region."
  }
  assert {
    condition     = local.watched.database_ids == ["dev-flags-database-cluster-a1", "dev-flags-database-instance-01-a1", "dev-flags-database-instance-02-a1"]
    error_message = "The cluster and each of its instances must be watched."
  }
}

variables {
  region  = "eu-west-1"
  service = "payments"
  cell    = "cell-1"
  cache = {
    host         = "flags.example.euw1.cache.amazonaws.com"
    name         = "prod-flags-cache-a1"
    user         = "prod-cell-1-agent-a1"
    connect_arns = ["arn:aws:elasticache:eu-west-1:123456789012:replicationgroup:prod-flags-cache-a1", "arn:aws:elasticache:eu-west-1:123456789012:user:prod-cell-1-agent-a1"]
  }
  image = {
    digest         = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    uri            = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/flag-agent"
    repository_arn = "arn:aws:ecr:eu-west-1:123456789012:repository/flag-agent"
  }
}

run "the_container_runs_as_nobody_in_particular_and_never_takes_the_application_with_it" {
  command = plan

  assert {
    condition     = !jsondecode(output.sidecar.definition).essential && jsondecode(output.sidecar.definition).restartPolicy.enabled
    error_message = "An agent that dies must be started again, and the application must go on."
  }
  assert {
    condition     = jsondecode(output.sidecar.definition).readonlyRootFilesystem && jsondecode(output.sidecar.definition).linuxParameters.capabilities.drop == ["ALL"] && jsondecode(output.sidecar.definition).portMappings == []
    error_message = "The container must have no rights, no file system to write to, and no port beyond the task."
  }
  assert {
    condition     = endswith(jsondecode(output.sidecar.definition).image, "/flag-agent@${var.image.digest}")
    error_message = "The image must be the one with the digest."
  }
}

run "it_is_healthy_when_it_has_something_to_serve" {
  command = plan
  variables { ports = { http = 9016 } }

  assert {
    condition     = output.sidecar.depends_on == { containerName = jsondecode(output.sidecar.definition).name, condition = "HEALTHY" }
    error_message = "The application must wait for this container, until it is healthy."
  }
  assert {
    condition     = strcontains(join(" ", jsondecode(output.sidecar.definition).healthCheck.command), "http://127.0.0.1:9016/readyz") && output.url == "http://127.0.0.1:9016" && output.sync_address == "127.0.0.1:8015"
    error_message = "Health must be asked where the agent serves."
  }
}

run "it_reads_its_cell_by_tokens_of_the_role" {
  command = plan

  assert {
    condition = { for each in jsondecode(output.sidecar.definition).environment : each.name => each.value } == {
      AGENT_CELL       = "cell-1"
      AGENT_EVALUATION = "remote"
      AGENT_HTTP       = "127.0.0.1:8016"
      AGENT_SERVICE    = "payments"
      AGENT_STATE      = "/state/flags.json"
      AGENT_SYNC       = "127.0.0.1:8015"
      AWS_REGION       = "eu-west-1"
      CACHE_HOST       = "flags.example.euw1.cache.amazonaws.com"
      CACHE_NAME       = "prod-flags-cache-a1"
      CACHE_PASSWORD   = "none"
      CACHE_PORT       = "6379"
      CACHE_USER       = "prod-cell-1-agent-a1"
    }
    error_message = "The agent must find everything in its environment, and no secret."
  }
  assert {
    condition     = output.task_permissions == { LogInToFlagCache = { actions = ["elasticache:Connect"], resources = var.cache.connect_arns } }
    error_message = "The role must be allowed to log in as that user, and nothing else."
  }
}

run "it_answers_browsers_by_the_names_of_their_gateways" {
  command = plan
  variables { hosts = ["shop.example.com", "shop.example"] }

  assert {
    condition     = contains(jsondecode(output.sidecar.definition).environment, { name = "AGENT_HOSTS", value = "shop.example.com,shop.example" })
    error_message = "The agent must know the names that a gateway passes on."
  }
}

run "its_file_is_on_the_volume_that_is_put_out" {
  command = plan

  assert {
    condition     = output.sidecar.volumes == [jsondecode(output.sidecar.definition).mountPoints[0].sourceVolume] && jsondecode(output.sidecar.definition).mountPoints[0].containerPath == "/state"
    error_message = "What is mounted must be put out, or the task has no such volume."
  }
}

# Each run breaks one rule in each of the variables that it expects to be refused.
variables {
  region  = "eu-west-1"
  service = "payments"
  cell    = "cell-1"
  cache = {
    host         = "flags.example.euw1.cache.amazonaws.com"
    name         = "prod-flags-cache-a1"
    user         = "prod-cell-1-agent-a1"
    connect_arns = ["arn:aws:elasticache:eu-west-1:123456789012:user:prod-cell-1-agent-a1"]
  }
  image = {
    digest         = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    uri            = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/flag-agent"
    repository_arn = "arn:aws:ecr:eu-west-1:123456789012:repository/flag-agent"
  }
}

run "puts_out_what_a_task_definition_takes" {
  command = plan

  assert {
    condition     = toset(keys(output.sidecar)) == toset(["definition", "depends_on", "repository_arn", "volumes"]) && output.sidecar.repository_arn == var.image.repository_arn
    error_message = "Container, repository, volumes and the condition to wait for must be put out."
  }
}

run "rejects_names_that_no_topology_has" {
  command = plan
  variables {
    region         = "Ireland"
    service        = "Payments"
    cell           = "payments"
    evaluation     = "v4"
    container_user = "root"
    memory         = 128
    ports          = { http = 8015 }
  }
  expect_failures = [var.region, var.service, var.cell, var.evaluation, var.container_user, var.memory, var.ports]
}

run "rejects_a_tag_and_a_login_by_pattern" {
  command = plan
  variables {
    image = { digest = "latest", uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/flag-agent", repository_arn = "arn:aws:ecr:eu-west-1:123456789012:repository/flag-agent" }
    cache = { host = "localhost", name = "flags", user = "agent", connect_arns = ["arn:aws:elasticache:eu-west-1:123456789012:user:*"] }
  }
  expect_failures = [var.image, var.cache]
}

run "rejects_ports_and_repositories_of_others" {
  command = plan
  variables {
    ports = { sync = 80 }
    image = { digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", uri = "docker.io/library/agent", repository_arn = "arn:aws:ecr:eu-west-1:123456789012:repository/*" }
    cache = { host = "", name = "flags", user = "agent", connect_arns = ["arn:aws:elasticache:eu-west-1:123456789012:user:agent"] }
  }
  expect_failures = [var.ports, var.image, var.cache]
}

run "rejects_a_gateway_by_pattern" {
  command = plan
  variables {
    hosts = ["shop.example.com", "*.example.com"]
  }
  expect_failures = [var.hosts]
}

run "rejects_a_login_by_a_policy_variable" {
  command = plan
  variables {
    cache = merge(var.cache, { connect_arns = ["arn:aws:elasticache:eu-west-1:123456789012:user:$${aws:username}"] })
  }
  expect_failures = [var.cache]
}

run "rejects_a_repository_with_a_place_for_any_letter" {
  command = plan
  variables {
    image = merge(var.image, { repository_arn = "arn:aws:ecr:eu-west-1:123456789012:repository/flag-agen?" })
  }
  expect_failures = [var.image]
}

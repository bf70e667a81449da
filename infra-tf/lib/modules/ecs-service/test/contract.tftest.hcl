# The real provider, offline, as in values.tftest.hcl. Each run breaks one rule in each of the variables that it expects to be refused.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "offline"
  secret_key                  = "offline"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  context = {
    environment        = "blue"
    service            = "flag-api"
    environment_suffix = "a1"
    region             = "eu-west-1"
    account_id         = "123456789012"
    cost_center        = "payments-4711"
    owner              = "team-platform"
  }
  vpc_id             = "vpc-1"
  private_subnet_ids = ["subnet-a", "subnet-b", "subnet-c"]
  load_balancer = {
    security_group_id = "sg-balancer"
    target_group_arn  = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/1"
  }
  database                   = { security_group_id = "sg-database", port = 6432 }
  endpoint_security_group_id = "sg-endpoints"
  s3_prefix_list_id          = "pl-s3"
  image                      = { digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }
  container_port             = 8080
  cpu                        = 512
  memory                     = 1024
  desired_count              = 2
  autoscaling                = { min = 2, max = 6 }
  environment_variables      = { LOG_LEVEL = "INFO" }
  secrets                    = { SIGNING_KEY = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:signing-AbCdEf" }
  kms_key_arn                = "arn:aws:kms:eu-west-1:123456789012:key/11111111-1111-1111-1111-111111111111"
  log_retention_days         = 365

  # A sidecar as it should be; each refusal changes one thing of it.
  sidecars = {
    flag_agent = {
      definition = jsonencode({
        name        = "flag-agent"
        image       = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/flag-agent@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
        essential   = false
        memory      = 192
        mountPoints = [{ sourceVolume = "flags", containerPath = "/state", readOnly = false }]
        healthCheck = { command = ["CMD", "true"] }
      })
      repository_arn = "arn:aws:ecr:eu-west-1:123456789012:repository/flag-agent"
      volumes        = ["flags"]
      depends_on     = { containerName = "flag-agent", condition = "HEALTHY" }
    }
  }
}

run "exports_what_others_compose_with" {
  command = plan

  assert {
    condition     = output.cluster_name == "blue-flag-api-cluster-a1" && output.service_name == "blue-flag-api-service-a1" && output.log_group_name == "blue-flag-api-log-group-service-a1"
    error_message = "Names must be exported as they are."
  }
  assert {
    condition     = output.image_digest == "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    error_message = "The next environment must be able to read the digest that runs."
  }
}

run "accepts_the_limits" {
  command = plan

  variables {
    container_port = 1024
    cpu            = 256
    memory         = 2048
    desired_count  = 6
    autoscaling    = { min = 6, max = 6, cpu_target = 10, memory_target = 90 }
    secrets        = { SIGNING_KEY = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:signing-AbCdEf:key:AWSCURRENT:" }
  }

  assert {
    condition     = aws_ecs_task_definition.this.memory == "2048"
    error_message = "What stands just within the limits must be accepted."
  }
}

run "rejects_ids_of_something_else" {
  command = plan

  variables {
    vpc_id                        = "subnet-a"
    endpoint_security_group_id    = "vpc-1"
    s3_prefix_list_id             = "sg-1"
    load_balancer                 = { security_group_id = "sg-balancer", target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/1" }
    database                      = { security_group_id = "cluster-ABC", port = 6432 }
    repository_reader_account_ids = ["*"]
    kms_key_arn                   = "arn:aws:kms:eu-west-1:123456789012:alias/data"
    secret_kms_key_arns           = ["arn:aws:kms:eu-west-1:123456789012:key/*"]
  }

  expect_failures = [
    var.vpc_id, var.endpoint_security_group_id, var.s3_prefix_list_id, var.load_balancer, var.database,
    var.repository_reader_account_ids, var.kms_key_arn, var.secret_kms_key_arns,
  ]
}

run "rejects_sizes_out_of_range" {
  command = plan

  variables {
    private_subnet_ids                = ["subnet-a"]
    container_port                    = 443
    container_user                    = "0:0"
    cpu                               = 300
    cpu_architecture                  = "RISCV"
    platform_version                  = "LATEST"
    desired_count                     = 0
    autoscaling                       = null
    log_retention_days                = 42
    health_check_grace_period_seconds = -1
  }

  expect_failures = [
    var.private_subnet_ids, var.container_port, var.container_user, var.cpu, var.cpu_architecture, var.platform_version,
    var.desired_count, var.log_retention_days, var.health_check_grace_period_seconds,
  ]
}

run "rejects_memory_that_fargate_does_not_offer_with_the_cpu" {
  command = plan

  variables {
    cpu              = 256
    memory           = 1536
    platform_version = "1.3.0"
    kms_key_arn      = "arn:aws:kms:eu-west-1:123456789012:key/mrk-1111111111111111"
  }

  expect_failures = [var.memory, var.platform_version, var.kms_key_arn]
}

run "rejects_a_tag_in_place_of_a_digest_and_half_of_a_sign_in" {
  command = plan

  variables {
    image       = { digest = "latest" }
    database    = { security_group_id = "sg-database", port = 6432, user = "flag_api" }
    autoscaling = { min = 6, max = 2 }
    # A number of tasks that lies in no range whose bounds are swapped.
    desired_count = 2
  }

  expect_failures = [var.image, var.database, var.autoscaling]
}

run "rejects_an_image_that_may_not_be_pulled_and_a_pattern_of_users" {
  command = plan

  variables {
    image = {
      digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
      uri    = "222222222222.dkr.ecr.eu-west-1.amazonaws.com/shared"
    }
    database    = { security_group_id = "sg-database", port = 6432, resource_id = "cluster-ABC", user = "*" }
    autoscaling = { min = 2, max = 6, cpu_target = 95 }
  }

  expect_failures = [var.image, var.database, var.autoscaling]
}

run "rejects_a_registry_out_of_reach_and_a_count_out_of_bounds" {
  command = plan

  variables {
    image = {
      digest         = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
      uri            = "docker.io/library/nginx"
      repository_arn = "arn:aws:ecr:eu-west-1:222222222222:repository/shared"
    }
    desired_count = 7
  }

  expect_failures = [var.image, var.autoscaling]
}

run "rejects_names_that_are_no_environment_variables_and_no_sids" {
  command = plan

  variables {
    environment_variables = { log-level = "INFO" }
    task_permissions      = { "read flags" = { actions = ["dynamodb:GetItem"], resources = ["arn:aws:dynamodb:eu-west-1:123456789012:table/flags"] } }
  }

  expect_failures = [var.environment_variables, var.task_permissions]
}

run "rejects_secrets_among_the_plain_settings_and_patterns_of_actions" {
  command = plan

  variables {
    environment_variables = { DATABASE_PASSWORD = "plain" }
    task_permissions      = { ReadFlags = { actions = ["dynamodb:*"], resources = ["arn:aws:dynamodb:eu-west-1:123456789012:table/flags"] } }
  }

  expect_failures = [var.environment_variables, var.task_permissions]
}

run "rejects_values_in_place_of_secrets_and_every_resource" {
  command = plan

  variables {
    secrets          = { SIGNING_KEY = "plain" }
    task_permissions = { ReadFlags = { actions = ["dynamodb:GetItem"], resources = ["*"] } }
  }

  expect_failures = [var.secrets, var.task_permissions]
}

run "rejects_secrets_whose_names_are_no_environment_variables" {
  command = plan

  variables {
    secrets = { signing-key = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:signing-AbCdEf" }
  }

  expect_failures = [var.secrets]
}

run "rejects_one_name_for_a_secret_and_a_plain_setting" {
  command = plan

  variables {
    environment_variables = { SIGNING_KEY = "x" }
  }

  expect_failures = [var.secrets]
}

run "rejects_keys_that_may_be_used_for_anything" {
  command = plan

  variables {
    task_permissions = { Decrypt = { actions = ["kms:Decrypt"], resources = ["arn:aws:kms:eu-west-1:123456789012:key/22222222-2222-2222-2222-222222222222"] } }
  }

  expect_failures = [var.task_permissions]
}

run "rejects_a_service_that_is_no_name" {
  command = plan

  variables {
    task_permissions = { Decrypt = { actions = ["kms:Decrypt"], resources = ["arn:aws:kms:eu-west-1:123456789012:key/22222222-2222-2222-2222-222222222222"], via_service = "s3.*" } }
  }

  expect_failures = [var.task_permissions]
}

run "rejects_a_way_out_to_nowhere" {
  command = plan
  variables { ways_out = { tables = { reason = "Tables." } } }
  expect_failures = [var.ways_out]
}

run "rejects_a_way_out_to_a_range" {
  command = plan
  variables { ways_out = { partner = { reason = "A partner.", prefix_list_id = "198.51.100.0/24" } } }
  expect_failures = [var.ways_out]
}

run "rejects_a_way_out_that_nobody_explains" {
  command = plan
  variables { ways_out = { tables = { reason = "", prefix_list_id = "pl-dynamodb" } } }
  expect_failures = [var.ways_out]
}

run "rejects_a_sidecar_that_the_application_waits_for_in_vain" {
  command = plan
  variables {
    sidecars = { flag_agent = merge(var.sidecars.flag_agent, { depends_on = { containerName = "agent", condition = "HEALTHY" } }) }
  }
  expect_failures = [var.sidecars]
}

run "rejects_to_wait_for_the_health_of_what_has_no_check" {
  command = plan
  variables {
    sidecars = { flag_agent = merge(var.sidecars.flag_agent, { definition = jsonencode({ for name, value in jsondecode(var.sidecars.flag_agent.definition) : name => value if name != "healthCheck" }) }) }
  }
  expect_failures = [var.sidecars]
}

run "rejects_a_sidecar_by_tag" {
  command = plan
  variables {
    sidecars = { flag_agent = merge(var.sidecars.flag_agent, { definition = jsonencode(merge(jsondecode(var.sidecars.flag_agent.definition), { image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/flag-agent:latest" })) }) }
  }
  expect_failures = [var.sidecars]
}

run "rejects_a_sidecar_of_a_repository_by_a_policy_variable" {
  command = plan
  variables {
    sidecars = { flag_agent = merge(var.sidecars.flag_agent, { repository_arn = "arn:aws:ecr:eu-west-1:123456789012:repository/$${aws:username}" }) }
  }
  expect_failures = [var.sidecars]
}

run "rejects_a_sidecar_of_a_repository_with_a_place_for_any_letter" {
  command = plan
  variables {
    sidecars = { flag_agent = merge(var.sidecars.flag_agent, { repository_arn = "arn:aws:ecr:eu-west-1:123456789012:repository/flag-agen?" }) }
  }
  expect_failures = [var.sidecars]
}

run "rejects_a_sidecar_on_the_volume_of_the_application" {
  command = plan
  variables {
    sidecars = { flag_agent = merge(var.sidecars.flag_agent, { volumes = ["tmp"] }) }
  }
  expect_failures = [var.sidecars]
}

run "rejects_a_sidecar_that_takes_the_memory_of_the_application" {
  command = plan
  variables {
    sidecars = { flag_agent = merge(var.sidecars.flag_agent, { definition = jsonencode(merge(jsondecode(var.sidecars.flag_agent.definition), { memory = 600 })) }) }
  }
  expect_failures = [var.sidecars]
}

run "rejects_a_sidecar_without_a_limit_of_memory" {
  command = plan
  variables {
    sidecars = { flag_agent = merge(var.sidecars.flag_agent, { definition = jsonencode({ for name, value in jsondecode(var.sidecars.flag_agent.definition) : name => value if name != "memory" }) }) }
  }
  expect_failures = [var.sidecars]
}

run "rejects_a_key_of_another_account" {
  command = plan
  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:210987654321:key/00000000-0000-0000-0000-000000000001"
  }
  expect_failures = [var.kms_key_arn]
}

run "rejects_a_target_group_of_another_account" {
  command = plan
  variables {
    load_balancer = merge(var.load_balancer, { target_group_arn = replace(var.load_balancer.target_group_arn, "123456789012", "210987654321") })
  }
  expect_failures = [var.load_balancer]
}

run "rejects_a_secret_by_a_policy_variable" {
  command = plan
  variables {
    secrets = { SIGNING_KEY = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:$${aws:username}" }
  }
  expect_failures = [var.secrets]
}

run "rejects_resources_of_any_region_and_account" {
  command = plan
  variables {
    task_permissions = { ReadFlags = { actions = ["dynamodb:GetItem"], resources = ["arn:aws:dynamodb:*:*:table/flags"] } }
  }
  expect_failures = [var.task_permissions]
}

run "rejects_a_resource_by_a_policy_variable" {
  command = plan
  variables {
    task_permissions = { ReadFlags = { actions = ["dynamodb:GetItem"], resources = ["arn:aws:dynamodb:eu-west-1:123456789012:table/$${aws:username}"] } }
  }
  expect_failures = [var.task_permissions]
}

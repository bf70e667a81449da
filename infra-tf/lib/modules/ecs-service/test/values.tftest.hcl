# The real provider, offline: policies are rendered and arguments checked as in a deployment, and nothing is reached.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "offline"
  secret_key                  = "offline"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

override_resource {
  target          = aws_security_group.this
  override_during = plan
  values          = { id = "sg-service" }
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
  database = {
    security_group_id = "sg-database"
    port              = 6432
    resource_id       = "cluster-ABC"
    user              = "flag_api"
  }
  endpoint_security_group_id    = "sg-endpoints"
  s3_prefix_list_id             = "pl-s3"
  image                         = { digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }
  repository_reader_account_ids = ["222222222222", "111111111111"]
  container_port                = 8080
  cpu                           = 512
  memory                        = 1024
  desired_count                 = 2
  autoscaling                   = { min = 2, max = 6 }
  environment_variables         = { LOG_LEVEL = "INFO", DATABASE_USER = "flag_api" }
  secrets = {
    SIGNING_KEY = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:signing-AbCdEf:key::"
    SIGNING_ID  = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:signing-AbCdEf:id::"
  }
  secret_kms_key_arns = ["arn:aws:kms:eu-west-1:123456789012:key/22222222-2222-2222-2222-222222222222"]
  task_permissions = {
    ReadFlags = { actions = ["dynamodb:GetItem"], resources = ["arn:aws:dynamodb:eu-west-1:123456789012:table/flags"] }
    Encrypt   = { actions = ["kms:GenerateDataKey"], resources = ["arn:aws:kms:eu-west-1:123456789012:key/22222222-2222-2222-2222-222222222222"], via_service = "s3" }
  }
  kms_key_arn        = "arn:aws:kms:eu-west-1:123456789012:key/11111111-1111-1111-1111-111111111111"
  log_retention_days = 365
}

run "names_and_tags_follow_the_convention" {
  command = plan

  assert {
    condition = [
      aws_ecs_cluster.this.name, aws_ecs_service.this.name, aws_ecs_task_definition.this.family, aws_ecr_repository.this.name,
      aws_security_group.this.name, aws_iam_role.task.name, aws_iam_role.execution.name, aws_cloudwatch_log_group.this.name,
      ] == [
      "blue-flag-api-cluster-a1", "blue-flag-api-service-a1", "blue-flag-api-task-a1", "blue-flag-api-repository-a1",
      "blue-flag-api-security-group-service-a1", "blue-flag-api-role-task-euw1-a1", "blue-flag-api-role-execution-euw1-a1", "blue-flag-api-log-group-service-a1",
    ]
    error_message = "Names must read {environment}-{service}-{resource-type}[-{qualifier}]-{environment_suffix}."
  }
  assert {
    condition = alltrue([
      for tags in concat(
        [
          aws_ecs_cluster.this.tags, aws_ecs_service.this.tags, aws_ecs_task_definition.this.tags, aws_ecr_repository.this.tags,
          aws_security_group.this.tags, aws_iam_role.task.tags, aws_iam_role.execution.tags, aws_cloudwatch_log_group.this.tags,
          aws_cloudwatch_log_group.container_insights.tags, aws_appautoscaling_target.this[0].tags,
          aws_vpc_security_group_egress_rule.load_balancer_to_service.tags, aws_vpc_security_group_ingress_rule.from_load_balancer.tags,
          aws_vpc_security_group_egress_rule.to_database.tags, aws_vpc_security_group_ingress_rule.database_from_service.tags,
          aws_vpc_security_group_egress_rule.to_endpoints.tags, aws_vpc_security_group_egress_rule.to_s3.tags,
        ],
      ) : { for key in ["environment", "cost-center", "owner", "service", "managed-by"] : key => tags[key] } == module.naming.tags
    ])
    error_message = "Every resource that can carry tags must carry the mandatory ones."
  }
  assert {
    condition     = aws_ecs_service.this.propagate_tags == "SERVICE" && aws_ecs_service.this.enable_ecs_managed_tags
    error_message = "Tasks must get the service's tags."
  }
}

run "tasks_run_on_fargate_in_private" {
  command = plan

  assert {
    condition     = one(aws_ecs_service.this.network_configuration).assign_public_ip == false && toset(one(aws_ecs_service.this.network_configuration).subnets) == toset(var.private_subnet_ids)
    error_message = "Tasks must run in the private subnets, without public addresses."
  }
  assert {
    condition     = aws_ecs_task_definition.this.requires_compatibilities == toset(["FARGATE"]) && one(aws_ecs_service.this.capacity_provider_strategy).capacity_provider == "FARGATE" && aws_ecs_service.this.platform_version == "1.4.0"
    error_message = "The service must run on Fargate, on one named platform version."
  }
  assert {
    condition     = aws_ecs_task_definition.this.skip_destroy
    error_message = "Former task definitions must stay registered, for the circuit breaker to go back to."
  }
  assert {
    condition     = aws_ecs_cluster_capacity_providers.this.capacity_providers == toset(["FARGATE"]) && one(aws_ecs_cluster.this.setting).name == "containerInsights" && one(aws_ecs_cluster.this.setting).value == "enabled"
    error_message = "The cluster must offer Fargate and watch its containers."
  }
  assert {
    condition     = aws_cloudwatch_log_group.container_insights.name == "/aws/ecs/containerinsights/${aws_ecs_cluster.this.name}/performance"
    error_message = "The log group of Container Insights must bear the name that ECS would give it."
  }
}

run "the_container_can_write_to_tmp_only_and_is_nobody" {
  command = plan

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].readonlyRootFilesystem && jsondecode(aws_ecs_task_definition.this.container_definitions)[0].mountPoints == [{ sourceVolume = one(aws_ecs_task_definition.this.volume).name, containerPath = "/tmp", readOnly = false }]
    error_message = "The root file system must be read-only and /tmp a volume of the task."
  }
  assert {
    condition     = !jsondecode(aws_ecs_task_definition.this.container_definitions)[0].privileged && jsondecode(aws_ecs_task_definition.this.container_definitions)[0].user == "65532:65532" && jsondecode(aws_ecs_task_definition.this.container_definitions)[0].linuxParameters.capabilities.drop == ["ALL"]
    error_message = "The container must not be root and must have no capabilities."
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].image == "123456789012.dkr.ecr.eu-west-1.amazonaws.com/blue-flag-api-repository-a1@${var.image.digest}"
    error_message = "The image must be named by its digest."
  }
  assert {
    condition     = one(aws_ecs_service.this.load_balancer).container_name == jsondecode(aws_ecs_task_definition.this.container_definitions)[0].name
    error_message = "The load balancer must reach the container that is defined."
  }
}

run "secrets_are_references" {
  command = plan

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].secrets == [for name in ["SIGNING_ID", "SIGNING_KEY"] : { name = name, valueFrom = var.secrets[name] }]
    error_message = "Secrets must be given by the ARN they are read from."
  }
  assert {
    condition     = [for variable in jsondecode(aws_ecs_task_definition.this.container_definitions)[0].environment : variable.name] == ["DATABASE_USER", "LOG_LEVEL"]
    error_message = "The environment must hold the plain settings alone."
  }
}

run "the_execution_role_starts_this_task_and_nothing_else" {
  command = plan

  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.execution.policy).Statement : statement.Sid => [statement.Action, statement.Resource] } == {
      SignInToRegistry = ["ecr:GetAuthorizationToken", "*"]
      PullImage        = [["ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage", "ecr:BatchCheckLayerAvailability"], "arn:aws:ecr:eu-west-1:123456789012:repository/blue-flag-api-repository-a1"]
      WriteLogs        = [["logs:PutLogEvents", "logs:CreateLogStream"], "arn:aws:logs:eu-west-1:123456789012:log-group:blue-flag-api-log-group-service-a1:log-stream:*"]
      ReadSecrets      = ["secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:signing-AbCdEf"]
      DecryptSecrets   = ["kms:Decrypt", [var.secret_kms_key_arns[0], var.kms_key_arn]]
    }
    error_message = "The execution role may sign in, pull this image, write these logs, read these secrets and decrypt them; no more."
  }
  assert {
    condition     = one([for statement in jsondecode(aws_iam_role_policy.execution.policy).Statement : statement.Condition.StringEquals if statement.Sid == "DecryptSecrets"]) == { "kms:ViaService" = "secretsmanager.eu-west-1.amazonaws.com" }
    error_message = "The key must serve for secrets only."
  }
}

run "the_task_role_does_what_the_application_was_given" {
  command = plan

  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.task[0].policy).Statement : statement.Sid => [statement.Action, statement.Resource] } == {
      SignInToDatabase = ["rds-db:connect", "arn:aws:rds-db:eu-west-1:123456789012:dbuser:cluster-ABC/flag_api"]
      ReadFlags        = ["dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:123456789012:table/flags"]
      Encrypt          = ["kms:GenerateDataKey", "arn:aws:kms:eu-west-1:123456789012:key/22222222-2222-2222-2222-222222222222"]
    }
    error_message = "The application may sign in to its database as its user, and do what task_permissions says."
  }
  assert {
    condition     = { for statement in jsondecode(aws_iam_role_policy.task[0].policy).Statement : statement.Sid => statement.Condition if can(statement.Condition) } == { Encrypt = { StringEquals = { "kms:ViaService" = "s3.eu-west-1.amazonaws.com" } } }
    error_message = "A key may be used through the named service only."
  }
  assert {
    condition = alltrue([
      for role in [aws_iam_role.task, aws_iam_role.execution] : jsondecode(role.assume_role_policy).Statement[0].Condition == {
        StringEquals = { "aws:SourceAccount" = "123456789012" }
        ArnLike      = { "aws:SourceArn" = "arn:aws:ecs:eu-west-1:123456789012:*" }
      }
    ])
    error_message = "Only tasks of this account and region may take the roles on."
  }
}

run "tasks_reach_what_the_reviewed_list_says" {
  command = plan
  variables {
    ways_out = {
      tables  = { prefix_list_id = "pl-dynamodb", reason = "Flags and changes, through the gateway endpoint." }
      metrics = { security_group_id = "sg-collector", port = 4317, reason = "The collector of traces." }
    }
  }

  assert {
    condition = { for key, rule in aws_vpc_security_group_egress_rule.ways_out : key => "${coalesce(rule.prefix_list_id, rule.referenced_security_group_id)}:${rule.from_port}-${rule.to_port}" } == {
      tables  = "pl-dynamodb:443-443"
      metrics = "sg-collector:4317-4317"
    }
    error_message = "There must be one rule for each entry, on its port alone."
  }
}

run "rules_open_each_way_on_both_sides_by_group" {
  command = plan

  assert {
    condition = alltrue([
      for rule in [
        { way = aws_vpc_security_group_egress_rule.load_balancer_to_service, on = "sg-balancer", with = "sg-service", port = 8080 },
        { way = aws_vpc_security_group_ingress_rule.from_load_balancer, on = "sg-service", with = "sg-balancer", port = 8080 },
        { way = aws_vpc_security_group_egress_rule.to_database, on = "sg-service", with = "sg-database", port = 6432 },
        { way = aws_vpc_security_group_ingress_rule.database_from_service, on = "sg-database", with = "sg-service", port = 6432 },
        { way = aws_vpc_security_group_egress_rule.to_endpoints, on = "sg-service", with = "sg-endpoints", port = 443 },
      ] :
      rule.way.security_group_id == rule.on && rule.way.referenced_security_group_id == rule.with && rule.way.ip_protocol == "tcp" && rule.way.from_port == rule.port && rule.way.to_port == rule.port && rule.way.cidr_ipv4 == null
    ])
    error_message = "Load balancer → service → database must be open on both sides and the endpoints reachable, one port each, by group."
  }
  assert {
    condition     = aws_vpc_security_group_egress_rule.to_s3.prefix_list_id == "pl-s3" && aws_vpc_security_group_egress_rule.to_s3.cidr_ipv4 == null && aws_vpc_security_group_egress_rule.to_s3.to_port == 443
    error_message = "Image layers must be reached by the prefix list of S3."
  }
}

run "a_failed_deployment_is_taken_back" {
  command = plan

  assert {
    condition     = one(aws_ecs_service.this.deployment_circuit_breaker).enable && one(aws_ecs_service.this.deployment_circuit_breaker).rollback && aws_ecs_service.this.deployment_minimum_healthy_percent == 100
    error_message = "The circuit breaker must take a failed deployment back, with all former tasks serving meanwhile."
  }
  assert {
    condition     = aws_ecs_service.this.wait_for_steady_state
    error_message = "An apply must wait for the outcome, or it reports success for what is taken back later."
  }
}

run "everything_is_encrypted_with_the_key" {
  command = plan

  assert {
    condition = toset([
      one(aws_ecr_repository.this.encryption_configuration).kms_key,
      aws_cloudwatch_log_group.this.kms_key_id,
      aws_cloudwatch_log_group.container_insights.kms_key_id,
      one(one(aws_ecs_cluster.this.configuration).execute_command_configuration).kms_key_id,
      one(one(aws_ecs_cluster.this.configuration).managed_storage_configuration).fargate_ephemeral_storage_kms_key_id,
    ]) == toset([var.kms_key_arn])
    error_message = "Images, logs, sessions and the tasks' storage must be encrypted with the key."
  }
}

run "images_cannot_change_are_scanned_and_can_be_destroyed" {
  command = plan

  assert {
    condition     = aws_ecr_repository.this.image_tag_mutability == "IMMUTABLE" && one(aws_ecr_repository.this.image_scanning_configuration).scan_on_push && aws_ecr_repository.this.force_delete == module.governance.force_delete
    error_message = "The repository must hold its tags, scan at push, and go with its images."
  }
  assert {
    condition     = toset(one(jsondecode(aws_ecr_repository_policy.readers[0].policy).Statement).Principal.AWS) == toset(["arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:root"])
    error_message = "The named accounts, and no others, may pull."
  }
}

run "autoscaling_steers_by_cpu_and_memory" {
  command = plan

  assert {
    condition     = aws_appautoscaling_target.this[0].resource_id == "service/blue-flag-api-cluster-a1/blue-flag-api-service-a1"
    error_message = "Autoscaling must steer this service."
  }
  assert {
    condition = { for policy in values(aws_appautoscaling_policy.this) : policy.name => [
      one(one(policy.target_tracking_scaling_policy_configuration).predefined_metric_specification).predefined_metric_type,
      one(policy.target_tracking_scaling_policy_configuration).target_value,
      ] } == {
      blue-flag-api-autoscaling-policy-cpu-a1    = ["ECSServiceAverageCPUUtilization", 60]
      blue-flag-api-autoscaling-policy-memory-a1 = ["ECSServiceAverageMemoryUtilization", 75]
    }
    error_message = "There must be one policy for CPU and one for memory, with their default targets."
  }
}

run "what_is_not_asked_for_is_not_there" {
  command = plan

  variables {
    autoscaling                   = null
    repository_reader_account_ids = []
    secrets                       = {}
    task_permissions              = {}
    database                      = { security_group_id = "sg-database", port = 6432 }
  }

  assert {
    condition     = length(aws_appautoscaling_target.this) + length(aws_appautoscaling_policy.this) == 0
    error_message = "Without autoscaling nothing of it may be created."
  }
  assert {
    condition     = length(aws_ecr_repository_policy.readers) + length(aws_iam_role_policy.task) == 0
    error_message = "Without readers and permissions there must be no policies for them."
  }
  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.execution.policy).Statement : statement.Sid] == ["SignInToRegistry", "PullImage", "WriteLogs"]
    error_message = "Without secrets the execution role must not read any."
  }
}

run "an_image_of_another_repository_is_pulled_from_there" {
  command = plan

  variables {
    image = {
      digest         = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
      uri            = "222222222222.dkr.ecr.eu-west-1.amazonaws.com/shared/flag-api"
      repository_arn = "arn:aws:ecr:eu-west-1:222222222222:repository/shared/flag-api"
    }
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].image == "222222222222.dkr.ecr.eu-west-1.amazonaws.com/shared/flag-api@${var.image.digest}"
    error_message = "The image must come from the repository that was named."
  }
  assert {
    condition     = one([for statement in jsondecode(aws_iam_role_policy.execution.policy).Statement : statement.Resource if statement.Sid == "PullImage"]) == "arn:aws:ecr:eu-west-1:222222222222:repository/shared/flag-api"
    error_message = "The execution role must pull from that repository and from no other."
  }
}

run "a_sidecar_runs_beside_the_application_which_waits_for_it" {
  command = plan
  variables {
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

  assert {
    condition     = [for container in jsondecode(aws_ecs_task_definition.this.container_definitions) : container.name] == [module.naming.names["container"], "flag-agent"]
    error_message = "The application must stay the first container, with the sidecar beside it."
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].dependsOn == [{ containerName = "flag-agent", condition = "HEALTHY" }]
    error_message = "The application must not start before the sidecar is healthy."
  }
  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[1].logConfiguration == jsondecode(aws_ecs_task_definition.this.container_definitions)[0].logConfiguration && !jsondecode(aws_ecs_task_definition.this.container_definitions)[1].essential
    error_message = "The sidecar must log where the application does, and be what its definition says otherwise."
  }
  assert {
    condition     = toset([for volume in aws_ecs_task_definition.this.volume : volume.name]) == toset(["tmp", "flags"])
    error_message = "The task must have the volume that the sidecar mounts."
  }
  assert {
    condition     = toset(flatten([for statement in jsondecode(aws_iam_role_policy.execution.policy).Statement : statement.Resource if statement.Sid == "PullImage"])) == toset(["arn:aws:ecr:eu-west-1:123456789012:repository/blue-flag-api-repository-a1", "arn:aws:ecr:eu-west-1:123456789012:repository/flag-agent"])
    error_message = "ECS must be allowed to pull the sidecar's image as well."
  }
}

run "a_task_without_sidecars_waits_for_nothing" {
  command = plan

  assert {
    condition     = length(jsondecode(aws_ecs_task_definition.this.container_definitions)) == 1 && !can(jsondecode(aws_ecs_task_definition.this.container_definitions)[0].dependsOn)
    error_message = "Without sidecars the definition must be the application's alone."
  }
}

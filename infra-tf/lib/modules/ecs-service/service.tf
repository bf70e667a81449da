locals {
  # What the application waits for; without sidecars its definition says nothing of it.
  waiting = { for key in ["dependsOn"] : key => [for name in sort(keys(var.sidecars)) : var.sidecars[name].depends_on] if length(var.sidecars) > 0 }

  sidecars = [for name in sort(keys(var.sidecars)) : merge(jsondecode(var.sidecars[name].definition), { logConfiguration = local.container.logConfiguration })]

  container = {
    name                   = module.naming.names["container"]
    image                  = local.image
    essential              = true
    user                   = var.container_user
    privileged             = false
    readonlyRootFilesystem = true

    linuxParameters = {
      initProcessEnabled = true
      capabilities       = { add = [], drop = ["ALL"] }
    }

    portMappings = [{ containerPort = var.container_port, hostPort = var.container_port, protocol = "tcp" }]
    mountPoints  = [{ sourceVolume = "tmp", containerPath = "/tmp", readOnly = false }]
    environment  = [for name in sort(keys(var.environment_variables)) : { name = name, value = var.environment_variables[name] }]
    secrets      = [for name in sort(keys(var.secrets)) : { name = name, valueFrom = var.secrets[name] }]

    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.this.name
        awslogs-region        = var.context.region
        awslogs-stream-prefix = "task"
        # A log service that is slow must not stop the application from answering.
        mode            = "non-blocking"
        max-buffer-size = "16m"
      }
    }
  }
}

resource "aws_ecs_task_definition" "this" {
  family                   = module.naming.names["task"]
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn
  container_definitions    = jsonencode(concat([merge(local.container, local.waiting)], local.sidecars))

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.cpu_architecture
  }

  # The root file system is read-only; this is the one place that may be written, and it goes with the task.
  volume {
    name = "tmp"
  }

  dynamic "volume" {
    for_each = toset(flatten([for sidecar in values(var.sidecars) : sidecar.volumes]))

    content {
      name = volume.value
    }
  }

  # The circuit breaker goes back to the former revision, which must still be registered then. create_before_destroy would keep
  # it long enough, but holds for all that the task refers to as well: a bucket or role whose creation was interrupted could
  # never be replaced, since its name is taken.
  skip_destroy = true

  tags = module.naming.named_tags["task"]
}

resource "aws_ecs_service" "this" {
  name                               = module.naming.names["service"]
  cluster                            = aws_ecs_cluster.this.arn
  task_definition                    = aws_ecs_task_definition.this.arn
  desired_count                      = var.desired_count
  platform_version                   = var.platform_version
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  availability_zone_rebalancing      = "ENABLED"
  enable_execute_command             = false
  enable_ecs_managed_tags            = true
  propagate_tags                     = "SERVICE"
  health_check_grace_period_seconds  = var.health_check_grace_period_seconds
  wait_for_steady_state              = var.wait_for_deployment

  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    base              = 0
    weight            = 1
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  deployment_controller {
    type = "ECS"
  }

  load_balancer {
    target_group_arn = var.load_balancer.target_group_arn
    container_name   = module.naming.names["container"]
    container_port   = var.container_port
  }

  network_configuration {
    subnets          = var.private_subnet_ids
    security_groups  = [aws_security_group.this.id]
    assign_public_ip = false
  }

  tags = module.naming.named_tags["service"]

  # A task that starts before it may pull, log or reach its endpoints fails, and the circuit breaker counts it. Destroyed in
  # the opposite order, so that a task can still be drained.
  depends_on = [
    aws_ecs_cluster_capacity_providers.this,
    aws_iam_role_policy.execution,
    aws_iam_role_policy.task,
    aws_vpc_security_group_egress_rule.to_database,
    aws_vpc_security_group_egress_rule.to_endpoints,
    aws_vpc_security_group_egress_rule.to_s3,
    aws_vpc_security_group_ingress_rule.from_load_balancer,
    aws_vpc_security_group_ingress_rule.database_from_service,
    aws_vpc_security_group_egress_rule.load_balancer_to_service,
  ]

  lifecycle {
    # The number has two writers: Terraform sets the first one, autoscaling all others within bounds that Terraform sets.
    ignore_changes = [desired_count]

    # A deployment that the circuit breaker took back also ends in a steady state, with the former tasks.
    postcondition {
      condition     = !var.wait_for_deployment || self.task_definition == aws_ecs_task_definition.this.arn
      error_message = "The circuit breaker took the deployment back: the service still runs ${self.task_definition}. Read the stopped tasks' reasons and the log group ${aws_cloudwatch_log_group.this.name}, then apply an image that starts."
    }
  }
}

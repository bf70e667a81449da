locals {
  container_port = 8443
  database_port  = 5432
  database_name  = "control_plane"
  database_user  = "control_plane"

  # No image has it: until there is one, the service exists and its tasks wait for the next apply.
  no_image_digest = "sha256:${join("", [for _ in range(64) : "0"])}"
}

# Beside each task: the application reads its flags from it, on loopback.
module "flag_agent" {
  for_each = var.flag_agent == null ? {} : { agent = var.flag_agent }
  source   = "../../modules/agent-sidecar"

  region     = module.deployment.region
  service    = each.value.service
  cell       = each.value.cell
  evaluation = each.value.evaluation
  image      = each.value.image
  cache = {
    host         = each.value.cache.host
    port         = each.value.cache.port
    name         = each.value.cache.name
    user         = each.value.cache.user
    connect_arns = each.value.cache.connect_arns
  }
}

locals {
  agents = values(module.flag_agent)
}

module "service" {
  source = "../../modules/ecs-service"

  context            = local.context
  vpc_id             = module.network.vpc_id
  private_subnet_ids = module.network.private_subnet_ids

  load_balancer = {
    security_group_id = module.load_balancer.security_group_id
    target_group_arn  = module.load_balancer.target_group_arn
  }
  # The service signs in by IAM: the master user's password is for people who set the database up.
  database = {
    security_group_id = module.database.security_group_id
    port              = module.database.port
    resource_id       = module.database.cluster_resource_id
    user              = local.database_user
  }
  endpoint_security_group_id = module.network.endpoint_security_group_id
  s3_prefix_list_id          = module.network.s3_prefix_list_id
  ways_out = merge(var.ways_out, {
    dynamodb = { prefix_list_id = module.network.dynamodb_prefix_list_id, reason = "Tables, through the gateway endpoint of DynamoDB." }
    }, {
    for key in ["flag_cache"] : key => {
      prefix_list_id    = var.flag_agent.cache.way.prefix_list_id
      security_group_id = var.flag_agent.cache.way.security_group_id
      port              = var.flag_agent.cache.port
      reason            = "The caches of flags, for the agent beside each task."
    } if var.flag_agent != null
  })

  image               = { digest = coalesce(module.promotion.image_digest, local.no_image_digest) }
  container_port      = local.container_port
  cpu                 = var.task.cpu
  memory              = var.task.memory
  desired_count       = var.task_count.min
  autoscaling         = var.autoscaling_enabled ? var.task_count : null
  wait_for_deployment = var.wait_for_deployment && !var.first_deployment

  sidecars = { for agent in local.agents : "flag_agent" => agent.sidecar }

  environment_variables = merge({ for agent in local.agents : "FLAGS_URL" => agent.url }, {
    AWS_REGION           = module.deployment.region
    DATABASE_HOST        = module.database.endpoint
    DATABASE_NAME        = module.database.database_name
    DATABASE_PORT        = tostring(module.database.port)
    DATABASE_READER_HOST = module.database.reader_endpoint
    DATABASE_USER        = local.database_user
    ENVIRONMENT          = var.environment
    EVIDENCE_BUCKET      = module.replication.evidence_bucket_name
    PORT                 = tostring(local.container_port)
  })
  secrets             = { for name, secret in var.secrets : secret.variable => module.replication.secret_arns[name] }
  secret_kms_key_arns = [module.data_key.key_arn]

  # Evidence is written, never read, changed or deleted by the one who is its subject: its bucket takes no name twice.
  task_permissions = merge(var.task_permissions, merge(local.agents[*].task_permissions...), {
    WriteEvidence = {
      actions   = ["s3:PutObject"]
      resources = ["${module.replication.evidence_bucket_arn}/*"]
    }
    EncryptEvidence = {
      actions     = ["kms:GenerateDataKey", "kms:Decrypt"]
      resources   = [module.data_key.key_arn]
      via_service = "s3"
    }
  })

  kms_key_arn        = module.operations_key.key_arn
  log_retention_days = var.retention_days.logs
}

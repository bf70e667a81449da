module "governance" {
  source = "../governance"
}

module "naming" {
  source  = "../naming"
  context = var.context
  resources = {
    cluster          = { type = "cluster" }
    service          = { type = "service" }
    task             = { type = "task" }
    container        = { type = "container" }
    repository       = { type = "repository" }
    security_group   = { type = "security-group", qualifier = "service" }
    task_role        = { type = "role", qualifier = "task" }
    task_policy      = { type = "policy", qualifier = "task" }
    execution_role   = { type = "role", qualifier = "execution" }
    execution_policy = { type = "policy", qualifier = "execution" }
    log_group        = { type = "log-group", qualifier = "service" }
    cpu_policy       = { type = "autoscaling-policy", qualifier = "cpu" }
    memory_policy    = { type = "autoscaling-policy", qualifier = "memory" }
  }
}

locals {
  # MiB that Fargate offers with each number of CPU units: from, to, step.
  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
  memory_ranges = {
    "256"   = [512, 2048, 512]
    "512"   = [1024, 4096, 1024]
    "1024"  = [2048, 8192, 1024]
    "2048"  = [4096, 16384, 1024]
    "4096"  = [8192, 30720, 1024]
    "8192"  = [16384, 61440, 4096]
    "16384" = [32768, 122880, 8192]
  }
  memory_range = lookup(local.memory_ranges, tostring(var.cpu), [0, 0, 1])
  # With 256 CPU units Fargate offers 512, 1024 and 2048, but not 1536.
  allowed_memory = [
    for memory in range(local.memory_range[0], local.memory_range[1] + 1, local.memory_range[2]) : memory
    if !(var.cpu == 256 && memory == 1536)
  ]

  # Computed, not read from what was created, so that a plan shows policies and container in full and can be compared.
  dns_suffix     = var.context.partition == "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"
  repository_arn = "arn:${var.context.partition}:ecr:${var.context.region}:${var.context.account_id}:repository/${aws_ecr_repository.this.name}"
  repository_url = "${var.context.account_id}.dkr.ecr.${var.context.region}.${local.dns_suffix}/${aws_ecr_repository.this.name}"
  log_group_arn  = "arn:${var.context.partition}:logs:${var.context.region}:${var.context.account_id}:log-group:${aws_cloudwatch_log_group.this.name}"

  image_repository_arn = var.image.repository_arn == null ? local.repository_arn : var.image.repository_arn
  image                = "${var.image.uri == null ? local.repository_url : var.image.uri}@${var.image.digest}"

  # The ARN of a secret ends after seven parts; what follows chooses a key or a version within it.
  secret_arns = distinct([for name in sort(keys(var.secrets)) : join(":", slice(split(":", var.secrets[name]), 0, 7))])
}

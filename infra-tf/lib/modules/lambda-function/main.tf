module "plan" {
  source   = "../flag-plan"
  context  = var.context
  topology = var.topology
}

module "naming" {
  source  = "../naming"
  context = var.context
  resources = {
    role   = { type = "role", qualifier = local.qualifier }
    policy = { type = "policy", qualifier = local.qualifier }
    this   = { type = "function", qualifier = local.qualifier }
  }
}

locals {
  function  = module.plan.functions[var.function]
  qualifier = replace(var.function, ".", "-")

  zip    = "${var.artifacts.packages}/${local.function.package}/dist/${local.function.entry_point}.zip"
  digest = fileexists(local.zip) ? filesha256(local.zip) : "missing"

  # Every name that lambda.json has, and none besides.
  values      = merge(local.function.environment, var.values)
  missing     = [for name in local.function.variables : name if !contains(keys(local.values), name)]
  environment = { for name in local.function.variables : name => local.values[name] if contains(keys(local.values), name) }

  unconnected = [for table in keys(local.function.streams) : table if !contains(keys(var.stream_arns), table)]
}

# Under the hash of its content: what is deployed can be told from its key, and an unchanged zip changes nothing.
resource "aws_s3_object" "this" {
  bucket      = var.artifacts.bucket
  key         = "functions/${var.function}/${local.digest}.zip"
  source      = local.zip
  source_hash = local.digest
  tags        = module.naming.tags

  lifecycle {
    # The function has the new zip before the old one goes.
    create_before_destroy = true

    precondition {
      condition     = fileexists(local.zip)
      error_message = "${local.zip} does not exist. Run the build of packages/${local.function.package} first: pnpm --filter @flaghoist/${local.function.package} build."
    }
  }
}

resource "aws_lambda_function" "this" {
  function_name = local.function.name
  description   = "${local.function.function}${local.function.cell == null ? "" : " of ${local.function.cell}"}: see packages/${local.function.package}."
  role          = aws_iam_role.this.arn

  s3_bucket        = aws_s3_object.this.bucket
  s3_key           = aws_s3_object.this.key
  source_code_hash = fileexists(local.zip) ? filebase64sha256(local.zip) : null
  publish          = true

  runtime                        = "nodejs22.x"
  architectures                  = ["arm64"]
  handler                        = local.function.handler
  memory_size                    = local.function.memory_mb
  timeout                        = local.function.timeout_seconds
  reserved_concurrent_executions = local.function.reserved_concurrency == null ? -1 : local.function.reserved_concurrency
  kms_key_arn                    = var.kms_key_arn
  code_signing_config_arn        = var.code_signing_config_arn

  environment {
    variables = local.environment
  }

  # JSON, because only then are the platform's own lines a level that can be left out: of each invocation START, END and REPORT, which
  # are INFO. Those of timeouts and crashes are WARN, and stay. The function's lines are JSON already and pass console by, so they are
  # not wrapped ("Lambda doesn't double-encode any logs that are already JSON encoded": docs.aws.amazon.com/lambda/latest/dg,
  # monitoring-cloudwatchlogs-logformat). A line without a level and a timestamp of RFC 3339 counts as INFO (…-log-level):
  # any higher level would drop acknowledgements and metrics.
  logging_config {
    log_format            = "JSON"
    application_log_level = "INFO"
    system_log_level      = "WARN"
    log_group             = coalesce(var.log_group_name, local.function.log_group)
  }

  tracing_config {
    mode = "Active"
  }

  dynamic "vpc_config" {
    for_each = local.network

    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = vpc_config.value.security_group_ids
    }
  }

  tags = module.naming.named_tags["this"]

  # A function is called as soon as it exists, and its interfaces are made by its role.
  depends_on = [aws_iam_role_policy.this]

  lifecycle {
    precondition {
      condition     = length(local.missing) == 0
      error_message = "${var.function} reads variables that nothing gives: ${join(", ", local.missing)}. Put them into values."
    }

    precondition {
      condition     = !local.function.in_network || var.network != null
      error_message = "${var.function} reaches a cache or the audit index, which stand in private subnets (lambda.json of ${local.function.package}): give it a network."
    }
  }
}

locals {
  # What need not be in the network is in it all the same where the caller says so.
  network = var.network == null ? [] : [for network in [var.network] : network if local.function.in_network || network.always]
}

# What calls the function calls this: taking a release back is one call, on one thing.
resource "aws_lambda_alias" "live" {
  name             = "live"
  description      = "What triggers, schedules and workflows call."
  function_name    = aws_lambda_function.this.function_name
  function_version = aws_lambda_function.this.version
}

locals {
  # Of S3 and of DynamoDB: 20 KiB without blanks.
  policy_limit = 20480
  # What the module bucket adds for TLS has less than 1,000 bytes.
  policy_bytes = {
    bucket = length(jsonencode({ Version = "2012-10-17", Statement = concat(local.state_statements, local.reader_statements) })) + 1000
    table  = length(jsonencode({ Version = "2012-10-17", Statement = local.lock_statements }))
  }

  environments = jsondecode(file("${path.module}/${var.environments_file}")).environments
}

module "naming" {
  source    = "../../modules/naming"
  context   = var.context
  resources = { locks = { type = "table", qualifier = "state-locks" } }
}

module "governance" {
  source = "../../modules/governance"
}

# Without a key of its own (SSE-S3): `encrypt = true` in a backend asks for AES256 whatever the bucket's default is.
module "states" {
  source = "../../modules/bucket"

  context                      = var.context
  purpose                      = "states"
  expire_noncurrent_after_days = var.old_state_retention_days
  access_log                   = { bucket = module.access_logs.name, prefix = "states/" }
  policy_documents             = [jsonencode({ Version = "2012-10-17", Statement = concat(local.state_statements, local.reader_statements) })]
}

module "access_logs" {
  source = "../../modules/bucket"

  context                      = var.context
  purpose                      = "states-access-logs"
  expire_after_days            = var.access_log_retention_days
  expire_noncurrent_after_days = 30
  access_log_sources           = [module.states.arn]
}

# DynamoDB shares a table with other accounts only under a key that its owner can open to them.
module "locks_key" {
  source = "../../modules/encryption-key"

  context     = var.context
  purpose     = "state-locks"
  description = "The table of locks on Terraform's states."
  users       = { for name, role_arn in local.role_arns : name => { role_arn = role_arn, via_services = ["dynamodb"] } }
}

resource "aws_dynamodb_table" "locks" {
  name                        = module.naming.names["locks"]
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "LockID"
  deletion_protection_enabled = module.governance.deletion_protection

  attribute {
    name = "LockID"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = module.locks_key.key_arn
  }

  tags = module.naming.named_tags["locks"]
}

resource "aws_dynamodb_resource_policy" "locks" {
  resource_arn = aws_dynamodb_table.locks.arn
  policy       = jsonencode({ Version = "2012-10-17", Statement = local.lock_statements })
}

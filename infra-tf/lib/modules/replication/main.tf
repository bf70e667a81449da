module "naming" {
  source  = "../naming"
  context = var.context
  resources = merge(
    {
      role   = { type = "role", qualifier = "replication" }
      policy = { type = "policy", qualifier = "replication" }
    },
    { for name in keys(var.secrets) : "secret-${name}" => { type = "secret", qualifier = name } },
  )
}

module "governance" {
  source = "../governance"
}

# There is no aws_secretsmanager_secret_version: whoever can read the state would read the value.
resource "aws_secretsmanager_secret" "this" {
  for_each = var.secrets

  name                    = module.naming.names["secret-${each.key}"]
  description             = each.value.description
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = module.governance.secret_recovery_window_days
  # An apply that was interrupted between the two regions leaves a replica behind; the next one takes it over.
  force_overwrite_replica_secret = true

  replica {
    region     = var.replica_region
    kms_key_id = var.replica_kms_key_arn
  }

  tags = module.naming.named_tags["secret-${each.key}"]
}

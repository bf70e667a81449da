module "naming" {
  source  = "../naming"
  context = var.context
  resources = {
    vault         = { type = "backup-vault" }
    replica_vault = { type = "backup-vault", qualifier = "replica" }
    plan          = { type = "backup-plan" }
    selection     = { type = "backup-selection" }
    role          = { type = "role", qualifier = "backup" }
    policy        = { type = "policy", qualifier = "backup" }
  }
}

module "governance" {
  source = "../governance"
}

# Neither vault has a lock: an environment must be destroyable to its last recovery point.
resource "aws_backup_vault" "this" {
  name          = module.naming.names["vault"]
  kms_key_arn   = var.kms_key_arn
  force_destroy = module.governance.force_destroy

  tags = module.naming.named_tags["vault"]
}

resource "aws_backup_vault" "replica" {
  provider = aws.replica

  name          = module.naming.names["replica_vault"]
  kms_key_arn   = var.replica_kms_key_arn
  force_destroy = module.governance.force_destroy

  tags = module.naming.named_tags["replica_vault"]
}

resource "aws_backup_plan" "this" {
  name = module.naming.names["plan"]

  rule {
    rule_name           = "scheduled"
    target_vault_name   = aws_backup_vault.this.name
    schedule            = var.schedule
    start_window        = 60
    completion_window   = 360
    recovery_point_tags = module.naming.tags

    lifecycle {
      delete_after = var.retention_days
    }

    copy_action {
      destination_vault_arn = aws_backup_vault.replica.arn

      lifecycle {
        delete_after = var.copy_retention_days
      }
    }
  }

  tags = module.naming.named_tags["plan"]
}

resource "aws_backup_selection" "this" {
  name         = module.naming.names["selection"]
  plan_id      = aws_backup_plan.this.id
  iam_role_arn = aws_iam_role.this.arn
  resources    = var.resource_arns

  # AWS Backup tries the role when the selection is made.
  depends_on = [aws_iam_role_policy.this]
}

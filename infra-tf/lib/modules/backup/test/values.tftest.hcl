mock_provider "aws" {
  mock_resource "aws_backup_vault" {
    defaults = { arn = "arn:aws:backup:eu-west-1:123456789012:backup-vault:home" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/one" }
  }
}

mock_provider "aws" {
  alias = "replica"

  mock_resource "aws_backup_vault" {
    defaults = { arn = "arn:aws:backup:eu-central-1:123456789012:backup-vault:replica" }
  }
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
  replica_region      = "eu-central-1"
  resource_arns       = ["arn:aws:rds:eu-west-1:123456789012:cluster:one"]
  retention_days      = 35
  copy_retention_days = 365
  kms_key_arn         = "arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000001"
  replica_kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000002"
}

run "both_vaults_are_encrypted_with_a_key_of_their_region_and_destroyable" {
  command = plan

  assert {
    condition     = aws_backup_vault.this.kms_key_arn == var.kms_key_arn && aws_backup_vault.replica.kms_key_arn == var.replica_kms_key_arn
    error_message = "Each vault must use the key of its own region."
  }
  assert {
    condition     = aws_backup_vault.this.force_destroy && aws_backup_vault.replica.force_destroy
    error_message = "Vaults must be destroyable with their recovery points."
  }
  assert {
    condition     = aws_backup_vault.this.name == "blue-flag-api-backup-vault-a1" && aws_backup_vault.replica.name == "blue-flag-api-backup-vault-replica-a1"
    error_message = "The vaults' names must come from the module naming."
  }
  assert {
    condition     = alltrue([for tags in [aws_backup_vault.this.tags, aws_backup_vault.replica.tags, aws_backup_plan.this.tags, aws_iam_role.this.tags] : tags["cost-center"] == "payments-4711" && tags["Name"] != null])
    error_message = "Everything taggable must carry name and mandatory tags."
  }
}

run "every_backup_is_copied_to_the_replica_regions_vault" {
  command = apply

  assert {
    condition     = [for rule in aws_backup_plan.this.rule : rule.target_vault_name] == [aws_backup_vault.this.name]
    error_message = "Backups must go to the home vault."
  }
  assert {
    condition     = flatten([for rule in aws_backup_plan.this.rule : [for copy in rule.copy_action : copy.destination_vault_arn]]) == ["arn:aws:backup:eu-central-1:123456789012:backup-vault:replica"]
    error_message = "Each rule must copy to the vault of the replica region."
  }
  assert {
    condition     = output.replica_vault_arn == "arn:aws:backup:eu-central-1:123456789012:backup-vault:replica" && output.vault_arn == "arn:aws:backup:eu-west-1:123456789012:backup-vault:home"
    error_message = "The outputs must tell the vaults apart."
  }
}

run "backups_and_copies_are_kept_for_their_own_time" {
  command = plan

  assert {
    condition     = flatten([for rule in aws_backup_plan.this.rule : [for lifecycle in rule.lifecycle : lifecycle.delete_after]]) == [35]
    error_message = "Backups must expire after retention_days."
  }
  assert {
    condition     = flatten([for rule in aws_backup_plan.this.rule : [for copy in rule.copy_action : [for lifecycle in copy.lifecycle : lifecycle.delete_after]]]) == [365]
    error_message = "Copies must expire after copy_retention_days."
  }
  assert {
    condition     = alltrue([for rule in aws_backup_plan.this.rule : rule.schedule == "cron(0 3 * * ? *)" && rule.recovery_point_tags == tomap(module.naming.tags)])
    error_message = "Backups must start each night and carry the mandatory tags."
  }
}

run "the_role_reaches_the_selected_clusters_and_its_own_snapshots" {
  command = plan

  assert {
    condition     = aws_iam_role_policy.this.name == "blue-flag-api-policy-backup-euw1-a1"
    error_message = "The policy's name must come from the module naming."
  }

  assert {
    condition     = jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Principal == { Service = "backup.amazonaws.com" } && jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Condition == { StringEquals = { "aws:SourceAccount" = "123456789012" } }
    error_message = "Only AWS Backup, for this account, may assume the role."
  }
  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : statement.Sid => toset(flatten([statement.Resource])) } == {
      FindClustersAndSnapshots  = toset(local.listed_arns)
      FindByTag                 = toset(["*"])
      SnapshotSelectedClusters  = toset(concat(var.resource_arns, local.snapshot_arns))
      CopyAndExpireOwnSnapshots = toset(local.snapshot_arns)
      CopyIntoVaults            = toset(["arn:aws:backup:eu-west-1:123456789012:backup-vault:blue-flag-api-backup-vault-a1", "arn:aws:backup:eu-central-1:123456789012:backup-vault:blue-flag-api-backup-vault-replica-a1"])
      LookAtKeys                = toset([var.kms_key_arn, var.replica_kms_key_arn])
      LetDatabaseServiceUseKeys = toset([var.kms_key_arn, var.replica_kms_key_arn])
    }
    error_message = "Nothing but the search by tag may reach all resources."
  }
  assert {
    condition     = local.snapshot_arns == ["arn:aws:rds:eu-west-1:123456789012:cluster-snapshot:awsbackup:*", "arn:aws:rds:eu-central-1:123456789012:cluster-snapshot:awsbackup:*"]
    error_message = "The role may touch only snapshots that AWS Backup made, in the two regions."
  }
  assert {
    condition     = jsondecode(aws_iam_role_policy.this.policy).Statement[6].Condition == { Bool = { "kms:GrantIsForAWSResource" = "true" } }
    error_message = "Grants on the keys must be for AWS services only."
  }
  assert {
    condition     = toset(aws_backup_selection.this.resources) == toset(var.resource_arns)
    error_message = "The selection must be the given clusters, by ARN."
  }
}

run "clusters_with_a_key_of_their_own_can_be_copied" {
  command = plan

  variables {
    source_kms_key_arns = ["arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000003"]
  }

  assert {
    condition     = length(jsondecode(aws_iam_role_policy.this.policy).Statement[6].Resource) == 3
    error_message = "The clusters' key must be among those that the role can use."
  }
}

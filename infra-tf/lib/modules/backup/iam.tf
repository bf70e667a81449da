locals {
  # Snapshots that AWS Backup makes carry this prefix; all others are out of the role's reach.
  snapshot_arns = [for region in [var.context.region, var.replica_region] :
    "arn:${var.context.partition}:rds:${region}:${var.context.account_id}:cluster-snapshot:awsbackup:*"
  ]
  listed_arns = [
    "arn:${var.context.partition}:rds:*:${var.context.account_id}:cluster:*",
    "arn:${var.context.partition}:rds:*:${var.context.account_id}:cluster-auto-backup:*",
    "arn:${var.context.partition}:rds:*:${var.context.account_id}:cluster-snapshot:*",
  ]
  vault_arns = [
    "arn:${var.context.partition}:backup:${var.context.region}:${var.context.account_id}:backup-vault:${aws_backup_vault.this.name}",
    "arn:${var.context.partition}:backup:${var.replica_region}:${var.context.account_id}:backup-vault:${aws_backup_vault.replica.name}",
  ]
  key_arns = distinct(concat([var.kms_key_arn, var.replica_kms_key_arn], var.source_kms_key_arns))
}

resource "aws_iam_role" "this" {
  name                 = module.naming.names["role"]
  description          = "AWS Backup takes snapshots of the selected clusters and copies them to the replica region."
  permissions_boundary = var.context.permissions_boundary_arn
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "AssumedByBackupOfThisAccount"
      Effect    = "Allow"
      Principal = { Service = "backup.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = var.context.account_id } }
    }]
  })

  tags = module.naming.named_tags["role"]
}

# The part of AWSBackupServiceRolePolicyForBackup that Aurora needs, held to the selected clusters, the vaults and the keys.
resource "aws_iam_role_policy" "this" {
  name = module.naming.names["policy"]
  role = aws_iam_role.this.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # RDS checks a list against all clusters of the region, so the given ones would not do.
        Sid    = "FindClustersAndSnapshots"
        Effect = "Allow"
        Action = [
          "rds:DescribeDBClusterAutomatedBackups",
          "rds:DescribeDBClusterSnapshots",
          "rds:DescribeDBClusters",
        ]
        Resource = local.listed_arns
      },
      {
        Sid    = "FindByTag"
        Effect = "Allow"
        Action = "tag:GetResources"
        # It knows no resources.
        Resource = "*"
      },
      {
        Sid      = "SnapshotSelectedClusters"
        Effect   = "Allow"
        Action   = ["rds:AddTagsToResource", "rds:CreateDBClusterSnapshot", "rds:ListTagsForResource"]
        Resource = concat(var.resource_arns, local.snapshot_arns)
      },
      {
        Sid    = "CopyAndExpireOwnSnapshots"
        Effect = "Allow"
        Action = [
          "rds:CopyDBClusterSnapshot",
          "rds:DeleteDBClusterSnapshot",
          "rds:ModifyDBClusterSnapshotAttribute",
        ]
        Resource = local.snapshot_arns
      },
      {
        Sid      = "CopyIntoVaults"
        Effect   = "Allow"
        Action   = ["backup:CopyIntoBackupVault", "backup:DescribeBackupVault"]
        Resource = local.vault_arns
      },
      {
        Sid      = "LookAtKeys"
        Effect   = "Allow"
        Action   = "kms:DescribeKey"
        Resource = local.key_arns
      },
      {
        Sid       = "LetDatabaseServiceUseKeys"
        Effect    = "Allow"
        Action    = "kms:CreateGrant"
        Resource  = local.key_arns
        Condition = { Bool = { "kms:GrantIsForAWSResource" = "true" } }
      },
    ]
  })
}

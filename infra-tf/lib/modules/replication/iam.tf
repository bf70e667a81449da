resource "aws_iam_role" "replication" {
  name                 = module.naming.names["role"]
  description          = "S3 copies evidence to the replica region."
  permissions_boundary = var.context.permissions_boundary_arn
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "AssumedByEvidenceBucket"
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      # Without conditions: nothing says that S3 names the bucket when it copies, and a copy that fails fails silently. Only
      # this account can hand the role to S3.
      Action = "sts:AssumeRole"
    }]
  })

  tags = module.naming.named_tags["role"]
}

resource "aws_iam_role_policy" "replication" {
  name = module.naming.names["policy"]
  role = aws_iam_role.replication.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ReadWhatToReplicate"
        Effect   = "Allow"
        Action   = ["s3:GetReplicationConfiguration", "s3:ListBucket"]
        Resource = module.evidence.arn
      },
      {
        Sid    = "ReadVersions"
        Effect = "Allow"
        Action = [
          "s3:GetObjectVersionAcl",
          "s3:GetObjectVersionForReplication",
          "s3:GetObjectVersionTagging",
        ]
        Resource = "${module.evidence.arn}/*"
      },
      {
        # Without s3:ReplicateDelete: a deletion at home must not reach the copy.
        Sid      = "WriteReplicas"
        Effect   = "Allow"
        Action   = ["s3:ReplicateObject", "s3:ReplicateTags"]
        Resource = "${module.replica.arn}/*"
      },
      {
        Sid      = "DecryptAtHome"
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = var.kms_key_arn
        Condition = {
          StringEquals = { "kms:ViaService" = "s3.${var.context.region}.amazonaws.com" }
          # With a bucket key, the encryption context is the bucket; without one, the object.
          ArnLike = { "kms:EncryptionContext:aws:s3:arn" = [module.evidence.arn, "${module.evidence.arn}/*"] }
        }
      },
      {
        Sid      = "EncryptInReplicaRegion"
        Effect   = "Allow"
        Action   = ["kms:Encrypt", "kms:GenerateDataKey"]
        Resource = var.replica_kms_key_arn
        Condition = {
          StringEquals = { "kms:ViaService" = "s3.${var.replica_region}.amazonaws.com" }
          ArnLike      = { "kms:EncryptionContext:aws:s3:arn" = [module.replica.arn, "${module.replica.arn}/*"] }
        }
      },
    ]
  })
}

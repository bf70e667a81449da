resource "aws_iam_role" "recorder" {
  name                 = module.naming.names["role"]
  description          = "AWS Config reads every resource's configuration and delivers it."
  permissions_boundary = var.context.permissions_boundary_arn
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "AssumedByConfigOfThisAccount"
      Effect    = "Allow"
      Principal = { Service = "config.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = var.context.account_id } }
    }]
  })

  tags = module.naming.named_tags["role"]
}

resource "aws_iam_role_policy_attachment" "recorder" {
  role       = aws_iam_role.recorder.name
  policy_arn = "arn:${var.context.partition}:iam::aws:policy/service-role/AWS_ConfigRole"
}

# The managed policy reads; it delivers nothing.
resource "aws_iam_role_policy" "delivery" {
  name = module.naming.names["policy"]
  role = aws_iam_role.recorder.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DeliverOwnAccount"
        Effect    = "Allow"
        Action    = "s3:PutObject"
        Resource  = "${module.bucket.arn}/AWSLogs/${var.context.account_id}/*"
        Condition = { StringLike = { "s3:x-amz-acl" = "bucket-owner-full-control" } }
      },
      {
        Sid      = "CheckBucketBeforeDelivery"
        Effect   = "Allow"
        Action   = ["s3:GetBucketAcl", "s3:ListBucket"]
        Resource = module.bucket.arn
      },
      {
        Sid      = "EncryptDeliveries"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = var.kms_key_arn
      },
    ]
  })
}

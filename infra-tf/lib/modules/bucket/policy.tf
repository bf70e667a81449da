locals {
  # Computed from the name, which is known at plan: a policy that shows only after the apply cannot be reviewed or compared.
  arn = "arn:${var.context.partition}:s3:::${aws_s3_bucket.this.bucket}"

  tls_statements = [
    {
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = { AWS = "*" }
      Action    = "s3:*"
      Resource  = [local.arn, "${local.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    },
    {
      Sid       = "CurrentTlsOnly"
      Effect    = "Deny"
      Principal = { AWS = "*" }
      Action    = "s3:*"
      Resource  = [local.arn, "${local.arn}/*"]
      Condition = { NumericLessThan = { "s3:TlsVersion" = "1.2" } }
    },
  ]

  access_log_statements = [for sources in [var.access_log_sources] : {
    Sid       = "AccessLogDelivery"
    Effect    = "Allow"
    Principal = { Service = "logging.s3.amazonaws.com" }
    Action    = "s3:PutObject"
    Resource  = "${local.arn}/*"
    Condition = {
      ArnLike      = { "aws:SourceArn" = sources }
      StringEquals = { "aws:SourceAccount" = var.context.account_id }
    }
  } if length(sources) > 0]
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = flatten([
      local.tls_statements,
      local.access_log_statements,
      [for document in var.policy_documents : jsondecode(document).Statement],
    ])
  })

  # S3 answers one bucket's settings one at a time.
  depends_on = [aws_s3_bucket_public_access_block.this, aws_s3_bucket_ownership_controls.this]
}

module "naming" {
  source    = "../naming"
  context   = var.context
  resources = { this = { type = "bucket", qualifier = var.purpose } }
}

module "governance" {
  source = "../governance"
}

resource "aws_s3_bucket" "this" {
  bucket        = module.naming.names["this"]
  force_destroy = module.governance.force_destroy

  tags = module.naming.named_tags["this"]
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    bucket_key_enabled = var.key != null

    apply_server_side_encryption_by_default {
      sse_algorithm     = var.key == null ? "AES256" : "aws:kms"
      kms_master_key_id = var.key == null ? null : var.key.arn
    }
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket = aws_s3_bucket.this.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_logging" "this" {
  count = var.access_log == null ? 0 : 1

  bucket        = aws_s3_bucket.this.id
  target_bucket = var.access_log.bucket
  target_prefix = var.access_log.prefix
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  # S3 refuses rules about old versions on a bucket that keeps none.
  bucket = aws_s3_bucket_versioning.this.bucket

  rule {
    id     = "expire"
    status = "Enabled"

    filter {}

    # A marker that hides nothing any more is removed too: a lock file alone leaves one at every run.
    expiration {
      days                         = var.expire_after_days
      expired_object_delete_marker = var.expire_after_days == null ? true : null
    }

    noncurrent_version_expiration {
      noncurrent_days = var.expire_noncurrent_after_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

locals {
  replica_context = merge(var.context, { region = var.replica_region })
  # A log that was overwritten or deleted by mistake is noticed within a month, or never.
  noncurrent_log_days = 30

  # Who writes evidence is its subject, and may not write the same name twice. UploadPart knows no such header; the parts become
  # an object by a request that does.
  write_once = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "NothingIsOverwritten"
      Effect    = "Deny"
      Principal = { AWS = "*" }
      Action    = "s3:PutObject"
      Resource  = "${module.evidence.arn}/*"
      Condition = {
        Null = { "s3:if-none-match" = "true" }
        Bool = { "s3:ObjectCreationOperation" = "true" }
      }
    }]
  })
}

module "evidence" {
  source = "../bucket"

  context                      = var.context
  purpose                      = "evidence"
  key                          = { arn = var.kms_key_arn }
  expire_after_days            = var.evidence_retention_days
  expire_noncurrent_after_days = var.evidence_retention_days
  access_log                   = { bucket = module.access_logs.name, prefix = "evidence/" }
  policy_documents             = [local.write_once]
}

module "access_logs" {
  source = "../bucket"

  context                      = var.context
  purpose                      = "evidence-access-logs"
  expire_after_days            = var.access_log_retention_days
  expire_noncurrent_after_days = local.noncurrent_log_days
  access_log_sources           = [module.evidence.arn]
}

module "replica" {
  source    = "../bucket"
  providers = { aws = aws.replica }

  context                      = local.replica_context
  purpose                      = "evidence"
  key                          = { arn = var.replica_kms_key_arn }
  expire_after_days            = var.evidence_retention_days
  expire_noncurrent_after_days = var.evidence_retention_days
  access_log                   = { bucket = module.replica_access_logs.name, prefix = "evidence/" }
}

# S3 logs accesses to a bucket of the same region only.
module "replica_access_logs" {
  source    = "../bucket"
  providers = { aws = aws.replica }

  context                      = local.replica_context
  purpose                      = "evidence-access-logs"
  expire_after_days            = var.access_log_retention_days
  expire_noncurrent_after_days = local.noncurrent_log_days
  access_log_sources           = [module.replica.arn]
}

resource "aws_s3_bucket_replication_configuration" "evidence" {
  bucket = module.evidence.name
  role   = aws_iam_role.replication.arn

  rule {
    id       = "evidence"
    status   = "Enabled"
    priority = 0

    filter {}

    # What is deleted at home stays in the other region until it expires there.
    delete_marker_replication {
      status = "Disabled"
    }

    source_selection_criteria {
      sse_kms_encrypted_objects {
        status = "Enabled"
      }
    }

    destination {
      bucket        = module.replica.arn
      storage_class = "STANDARD_IA"

      encryption_configuration {
        replica_kms_key_id = var.replica_kms_key_arn
      }

      # With a promised time, a replication that is late or failed shows as a metric and an event.
      metrics {
        status = "Enabled"

        event_threshold {
          minutes = 15
        }
      }

      replication_time {
        status = "Enabled"

        time {
          minutes = 15
        }
      }
    }
  }

  # Both ends must keep versions before S3 takes the rule.
  depends_on = [module.evidence, module.replica, aws_iam_role_policy.replication]
}

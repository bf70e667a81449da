mock_provider "aws" {}

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
  purpose                      = "evidence"
  key                          = { arn = "arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000001" }
  expire_noncurrent_after_days = 30
  access_log                   = { bucket = "the-log-bucket", prefix = "evidence/" }
}

run "a_bucket_is_private_versioned_encrypted_and_destroyable" {
  command = plan

  assert {
    condition     = startswith(aws_s3_bucket.this.bucket, "blue-flag-api-bucket-evidence-euw1-") && endswith(aws_s3_bucket.this.bucket, "-a1")
    error_message = "The name must come from the module naming, with the region."
  }
  assert {
    condition     = aws_s3_bucket.this.force_destroy && aws_s3_bucket.this.tags["Name"] == aws_s3_bucket.this.bucket && aws_s3_bucket.this.tags["owner"] == "team-platform"
    error_message = "The bucket must be destroyable with its content and carry name and mandatory tags."
  }
  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "Versioning must be on."
  }
  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.this.block_public_acls, aws_s3_bucket_public_access_block.this.block_public_policy,
      aws_s3_bucket_public_access_block.this.ignore_public_acls, aws_s3_bucket_public_access_block.this.restrict_public_buckets,
    ])
    error_message = "All four kinds of public access must be blocked."
  }
  assert {
    condition     = aws_s3_bucket_ownership_controls.this.rule[0].object_ownership == "BucketOwnerEnforced"
    error_message = "Access lists on objects must be off."
  }
  assert {
    condition = alltrue([for rule in aws_s3_bucket_server_side_encryption_configuration.this.rule :
      rule.bucket_key_enabled && rule.apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms" && rule.apply_server_side_encryption_by_default[0].kms_master_key_id == var.key.arn
    ])
    error_message = "With a key, objects must be encrypted with it."
  }
  assert {
    condition     = aws_s3_bucket_logging.this[0].target_bucket == "the-log-bucket"
    error_message = "Accesses must be logged."
  }
  assert {
    condition     = output.arn == "arn:aws:s3:::${output.name}" && output.name == aws_s3_bucket.this.bucket
    error_message = "Name and ARN must be known at plan."
  }
}

run "the_policy_denies_what_is_not_current_tls" {
  command = plan

  assert {
    condition     = { for statement in jsondecode(aws_s3_bucket_policy.this.policy).Statement : statement.Sid => statement.Effect } == { TlsOnly = "Deny", CurrentTlsOnly = "Deny" }
    error_message = "Without more documents the policy must deny, and allow nothing."
  }
  assert {
    condition = alltrue([for statement in jsondecode(aws_s3_bucket_policy.this.policy).Statement :
      statement.Principal == { AWS = "*" } && statement.Action == "s3:*" && toset(statement.Resource) == toset([output.arn, "${output.arn}/*"])
    ])
    error_message = "The denial must hold for everybody, every action, the bucket and its objects."
  }
  assert {
    condition     = jsondecode(aws_s3_bucket_policy.this.policy).Statement[0].Condition == { Bool = { "aws:SecureTransport" = "false" } }
    error_message = "TlsOnly must hold for requests without TLS."
  }
}

run "old_versions_and_their_markers_expire_and_objects_stay" {
  command = plan

  assert {
    condition = alltrue([for rule in aws_s3_bucket_lifecycle_configuration.this.rule : alltrue([
      rule.status == "Enabled",
      rule.noncurrent_version_expiration[0].noncurrent_days == 30,
      rule.expiration[0].expired_object_delete_marker,
      rule.abort_incomplete_multipart_upload[0].days_after_initiation == 7,
    ])])
    error_message = "Old versions, markers and unfinished uploads must expire."
  }
}

run "objects_expire_when_asked" {
  command = plan

  variables {
    expire_after_days = 400
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this.rule[0].expiration[0].days == 400
    error_message = "Objects must expire after the given days."
  }
}

run "a_log_bucket_takes_logs_of_its_sources_only_and_is_encrypted_by_s3" {
  command = plan

  variables {
    purpose            = "access-logs"
    key                = null
    access_log         = null
    access_log_sources = ["arn:aws:s3:::one", "arn:aws:s3:::two"]
  }

  assert {
    condition     = aws_s3_bucket_server_side_encryption_configuration.this.rule != null && alltrue([for rule in aws_s3_bucket_server_side_encryption_configuration.this.rule : rule.apply_server_side_encryption_by_default[0].sse_algorithm == "AES256"])
    error_message = "S3 delivers access logs only to buckets that use its own keys."
  }
  assert {
    condition     = length(aws_s3_bucket_logging.this) == 0
    error_message = "A log bucket must not log itself."
  }
  assert {
    condition = [for statement in jsondecode(aws_s3_bucket_policy.this.policy).Statement : statement if statement.Effect == "Allow"] == [{
      Sid       = "AccessLogDelivery"
      Effect    = "Allow"
      Principal = { Service = "logging.s3.amazonaws.com" }
      Action    = "s3:PutObject"
      Resource  = "${output.arn}/*"
      Condition = {
        ArnLike      = { "aws:SourceArn" = ["arn:aws:s3:::one", "arn:aws:s3:::two"] }
        StringEquals = { "aws:SourceAccount" = "123456789012" }
      }
    }]
    error_message = "Only the log service may write, for the named buckets of this account."
  }
}

run "further_statements_stand_beside_the_denials" {
  command = plan

  variables {
    policy_documents = ["{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"Extra\",\"Effect\":\"Deny\",\"Principal\":{\"AWS\":\"*\"},\"Action\":\"s3:DeleteBucket\",\"Resource\":\"*\"}]}"]
  }

  assert {
    condition     = jsondecode(aws_s3_bucket_policy.this.policy).Statement[*].Sid == ["TlsOnly", "CurrentTlsOnly", "Extra"]
    error_message = "The caller's statements must be added."
  }
}

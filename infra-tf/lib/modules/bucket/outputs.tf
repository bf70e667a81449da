output "name" {
  value       = aws_s3_bucket.this.bucket
  description = "The bucket's name, known at plan. What uses it waits until the bucket is protected."

  # S3 refuses to log into a bucket whose policy does not allow it yet.
  depends_on = [
    aws_s3_bucket_policy.this,
    aws_s3_bucket_server_side_encryption_configuration.this,
    aws_s3_bucket_versioning.this,
  ]
}

output "arn" {
  value       = local.arn
  description = "The bucket's ARN, known at plan. It waits for the bucket alone, so that two buckets can name each other in their policies."
}

output "policy" {
  value       = aws_s3_bucket_policy.this.policy
  description = "The bucket's whole policy (JSON)."
}

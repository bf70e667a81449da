# Load balancers deliver into buckets with S3's own keys only: with a KMS key the logs would stay away.
module "access_logs" {
  source = "../bucket"

  context                      = var.context
  purpose                      = "access-logs"
  expire_after_days            = var.access_log_retention_days
  expire_noncurrent_after_days = 7
  policy_documents             = [local.access_log_delivery]
}

locals {
  access_log_delivery = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "LoadBalancersOfThisAccountDeliverLogs"
      Effect    = "Allow"
      Principal = { Service = "logdelivery.elasticloadbalancing.amazonaws.com" }
      Action    = "s3:PutObject"
      # The account in the path is what keeps others out: a condition on aws:SourceArn is no part of the documented policy,
      # and deliveries without that key would be refused.
      Resource = "${module.access_logs.arn}/AWSLogs/${var.context.account_id}/*"
    }]
  })
}

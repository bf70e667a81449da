module "naming" {
  source  = "../naming"
  context = var.context
  resources = {
    recorder = { type = "config-recorder" }
    channel  = { type = "config-channel" }
    role     = { type = "role", qualifier = "config-recorder" }
    policy   = { type = "policy", qualifier = "config-recorder" }
  }
}

resource "aws_config_configuration_recorder" "this" {
  name     = module.naming.names["recorder"]
  role_arn = aws_iam_role.recorder.arn

  recording_group {
    all_supported                 = true
    include_global_resource_types = true
  }
}

resource "aws_config_delivery_channel" "this" {
  name           = module.naming.names["channel"]
  s3_bucket_name = module.bucket.name
  s3_kms_key_arn = var.kms_key_arn

  snapshot_delivery_properties {
    delivery_frequency = "TwentyFour_Hours"
  }

  # Config writes a test object when the channel is made.
  depends_on = [aws_config_configuration_recorder.this, aws_iam_role_policy.delivery, module.bucket]
}

resource "aws_config_configuration_recorder_status" "this" {
  name       = aws_config_configuration_recorder.this.name
  is_enabled = true

  depends_on = [aws_config_delivery_channel.this, aws_iam_role_policy_attachment.recorder]
}

module "bucket" {
  source = "../bucket"

  context                      = var.context
  purpose                      = "config"
  key                          = { arn = var.kms_key_arn }
  expire_after_days            = var.retention_days
  expire_noncurrent_after_days = 30
  access_log                   = { bucket = module.access_logs.name, prefix = "config/" }
}

module "access_logs" {
  source = "../bucket"

  context                      = var.context
  purpose                      = "config-access-logs"
  expire_after_days            = var.retention_days
  expire_noncurrent_after_days = 30
  access_log_sources           = [module.bucket.arn]
}

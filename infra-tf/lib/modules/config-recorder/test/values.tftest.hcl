mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/one" }
  }
}

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
  kms_key_arn    = "arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000001"
  retention_days = 400
}

run "the_recorder_records_everything_and_is_on" {
  command = plan

  assert {
    condition     = aws_config_configuration_recorder.this.recording_group[0].all_supported && aws_config_configuration_recorder.this.recording_group[0].include_global_resource_types
    error_message = "Every type of resource must be recorded, global ones too."
  }
  assert {
    condition     = aws_config_configuration_recorder_status.this.is_enabled && aws_config_configuration_recorder_status.this.name == output.recorder_name
    error_message = "A recorder that is off records nothing."
  }
  assert {
    condition     = output.recorder_name == "blue-flag-api-config-recorder-a1"
    error_message = "The name must come from the module naming."
  }
}

run "deliveries_are_encrypted_in_a_bucket_of_their_own" {
  command = plan

  assert {
    condition     = aws_config_delivery_channel.this.s3_bucket_name == output.bucket_name && aws_config_delivery_channel.this.s3_kms_key_arn == var.kms_key_arn
    error_message = "The channel must deliver to the module's bucket, encrypted with the given key."
  }
}

run "the_role_reads_by_the_service_role_policy_and_delivers_to_one_bucket" {
  command = plan

  assert {
    condition     = aws_iam_role_policy.delivery.name == "blue-flag-api-policy-config-recorder-euw1-a1"
    error_message = "The policy's name must come from the module naming."
  }

  assert {
    condition     = aws_iam_role_policy_attachment.recorder.policy_arn == "arn:aws:iam::aws:policy/service-role/AWS_ConfigRole"
    error_message = "The recorder must use service-role/AWS_ConfigRole."
  }
  assert {
    condition     = jsondecode(aws_iam_role.recorder.assume_role_policy).Statement[0].Principal == { Service = "config.amazonaws.com" } && jsondecode(aws_iam_role.recorder.assume_role_policy).Statement[0].Condition == { StringEquals = { "aws:SourceAccount" = "123456789012" } }
    error_message = "Only AWS Config, for this account, may assume the role."
  }
  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.delivery.policy).Statement : statement.Sid => statement.Resource } == {
      DeliverOwnAccount         = "arn:aws:s3:::${output.bucket_name}/AWSLogs/123456789012/*"
      CheckBucketBeforeDelivery = "arn:aws:s3:::${output.bucket_name}"
      EncryptDeliveries         = var.kms_key_arn
    }
    error_message = "Delivery must reach the account's folder of the bucket and the key, nothing else."
  }
}

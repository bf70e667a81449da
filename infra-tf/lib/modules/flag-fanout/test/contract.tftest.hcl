# The real provider, offline: policies are rendered and arguments checked as in a deployment, and nothing is reached.
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "offline"
  secret_key                  = "offline"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  context = {
    environment        = "blue"
    service            = "flags"
    environment_suffix = "a1"
    region             = "us-east-1"
    account_id         = "123456789012"
    cost_center        = "payments-4711"
    owner              = "team-platform"
  }
  topology = {
    home    = "us-east-1"
    standby = "us-west-2"
    regions = [{ name = "us-east-1" }, { name = "us-west-2" }, { name = "eu-west-1" }]
    services = [
      { name = "checkout", cell = "cell-1" },
      { name = "basket", cell = "cell-1" },
      { name = "search", cell = "cell-2" },
    ]
  }
  kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/mrk-11111111111111111111111111111111"
}

run "rejects_a_key_of_another_region" {
  command = plan
  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/mrk-11111111111111111111111111111111"
  }
  expect_failures = [var.kms_key_arn]
}

run "refuses_more_filters_than_a_topic_takes" {
  command = plan
  variables {
    topology = merge(var.topology, { services = [for number in range(201) : { name = "service-${number}", cell = "cell-1" }] })
  }
  expect_failures = [var.topology]
}

run "rejects_a_key_of_another_account" {
  command = plan
  variables {
    kms_key_arn = "arn:aws:kms:us-east-1:210987654321:key/mrk-11111111111111111111111111111111"
  }
  expect_failures = [var.kms_key_arn]
}

run "rejects_a_key_of_another_partition" {
  command = plan
  variables {
    kms_key_arn = "arn:aws-cn:kms:us-east-1:123456789012:key/mrk-11111111111111111111111111111111"
  }
  expect_failures = [var.kms_key_arn]
}

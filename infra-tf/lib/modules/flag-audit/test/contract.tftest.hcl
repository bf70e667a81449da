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
  kms_key_arn                = "arn:aws:kms:us-east-1:123456789012:key/mrk-11111111111111111111111111111111"
  artifacts                  = { bucket = "the-artifacts", packages = "test/packages" }
  vpc_id                     = "vpc-1"
  subnet_ids                 = ["subnet-a", "subnet-b", "subnet-c"]
  endpoint_security_group_id = "sg-endpoints"
  gateway_prefix_list_ids    = { dynamodb = "pl-dynamodb" }
  size                       = { instance_type = "r7g.large.search", instances = 3, volume_gb = 100, manager_type = "m7g.large.search" }
  reader_role_arns           = { auditors = "arn:aws:iam::123456789012:role/auditors" }
  reader_security_group_ids  = { auditors = "sg-auditors" }
  log_retention_days         = 365
}

run "rejects_a_number_of_instances_that_fits_no_zones" {
  command = plan
  variables {
    size = { instance_type = "r7g.large.search", instances = 4, volume_gb = 100 }
  }
  expect_failures = [var.size]
}

run "rejects_a_class_of_another_service" {
  command = plan
  variables {
    size = { instance_type = "r7g.large", instances = 3, volume_gb = 100 }
  }
  expect_failures = [var.size]
}

run "rejects_half_a_gibibyte" {
  command = plan
  variables {
    size = { instance_type = "r7g.large.search", instances = 3, volume_gb = 99.5 }
  }
  expect_failures = [var.size]
}

run "rejects_fewer_subnets_than_zones" {
  command = plan
  variables {
    subnet_ids = ["subnet-a", "subnet-b"]
  }
  expect_failures = [var.subnet_ids]
}

run "rejects_a_reader_by_a_wildcard" {
  command = plan
  variables {
    reader_role_arns = { auditors = "arn:aws:iam::123456789012:role/*" }
  }
  expect_failures = [var.reader_role_arns]
}

run "rejects_a_reader_of_another_account" {
  command = plan
  variables {
    reader_role_arns = { auditors = "arn:aws:iam::210987654321:role/auditors" }
  }
  expect_failures = [var.reader_role_arns]
}

run "rejects_a_function_as_a_reader" {
  command = plan
  variables {
    reader_role_arns = { writer = "arn:aws:iam::123456789012:role/blue-flags-role-audit-writer-write-use1-a1" }
  }
  expect_failures = [var.reader_role_arns]
}

run "rejects_a_network_without_tables" {
  command = plan
  variables {
    gateway_prefix_list_ids = {}
  }
  expect_failures = [var.gateway_prefix_list_ids]
}

run "rejects_a_key_of_one_region" {
  command = plan
  variables {
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/11111111-1111-1111-1111-111111111111"
  }
  expect_failures = [var.kms_key_arn]
}

run "rejects_a_retention_that_cloudwatch_does_not_know" {
  command = plan
  variables {
    log_retention_days = 31
  }
  expect_failures = [var.log_retention_days]
}

run "rejects_a_region_that_is_neither_home_nor_standby" {
  command = plan
  variables {
    context     = merge(var.context, { region = "eu-west-1" })
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/mrk-11111111111111111111111111111111"
  }
  expect_failures = [var.topology]
}

# IAM fills ? and policy variables in as it does *.
run "rejects_an_auditor_with_a_place_for_any_letter" {
  command = plan
  variables {
    reader_role_arns = { auditors = "arn:aws:iam::123456789012:role/auditor?" }
  }
  expect_failures = [var.reader_role_arns]
}

run "rejects_an_auditor_by_a_policy_variable" {
  command = plan
  variables {
    reader_role_arns = { auditors = "arn:aws:iam::123456789012:role/$${aws:username}" }
  }
  expect_failures = [var.reader_role_arns]
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

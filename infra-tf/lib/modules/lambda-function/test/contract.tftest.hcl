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
  function    = "cache-updater.apply.cell-1"
  artifacts   = { bucket = "the-artifacts", packages = "test/packages" }
  values      = { CACHE_HOST = "caches.internal", CACHE_PORT = "6379", CACHE_SHARDS = "1" }
  network     = { subnet_ids = ["subnet-a"], security_group_ids = ["sg-functions"] }
}

run "rejects_a_function_that_the_plan_does_not_have_here" {
  command = plan
  variables {
    function = "cache-updater.apply.cell-9"
  }
  expect_failures = [var.function]
}

run "refuses_a_variable_without_a_value" {
  command = plan
  variables {
    values = { CACHE_HOST = "caches.internal", CACHE_PORT = "6379" }
  }
  expect_failures = [aws_lambda_function.this]
}

run "refuses_a_function_of_the_caches_without_a_network" {
  command = plan
  variables {
    network = null
  }
  expect_failures = [aws_lambda_function.this]
}

run "refuses_a_zip_that_was_not_built" {
  command = plan
  variables {
    artifacts = { bucket = "the-artifacts", packages = "test/nowhere" }
  }
  expect_failures = [aws_s3_object.this]
}

run "refuses_a_stream_that_nothing_names" {
  command = plan
  variables {
    function  = "validator.accept"
    values    = { POLICY = "blue.v1", UPSTREAM_FLAGS_TABLE = "none", UPSTREAM_CHANGES_TABLE = "none" }
    resources = { "upstream/flags" = [], "upstream/changes" = [] }
  }
  expect_failures = [aws_lambda_event_source_mapping.stream]
}

run "refuses_a_permission_on_what_nothing_names" {
  command = plan
  variables {
    function    = "validator.accept"
    values      = { POLICY = "blue.v1", UPSTREAM_FLAGS_TABLE = "none", UPSTREAM_CHANGES_TABLE = "none" }
    stream_arns = { proposals = "arn:aws:dynamodb:us-east-1:123456789012:table/proposals/stream/2026-01-01T00:00:00.000" }
  }
  expect_failures = [aws_iam_role_policy.this]
}

run "refuses_a_policy_that_iam_does_not_take" {
  command = plan
  variables {
    topology = merge(var.topology, { services = [for number in range(60) : { name = "a-service-with-a-rather-long-name-${number}", cell = "cell-1" }] })
  }
  expect_failures = [aws_iam_role_policy.this]
}

run "rejects_a_key_of_one_region" {
  command = plan
  variables {
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/11111111-1111-1111-1111-111111111111"
  }
  expect_failures = [var.kms_key_arn]
}

run "rejects_everything_as_a_resource" {
  command = plan
  variables {
    resources = { "upstream/flags" = ["*"] }
  }
  expect_failures = [var.resources]
}

run "rejects_a_network_without_subnets" {
  command = plan
  variables {
    network = { subnet_ids = [], security_group_ids = ["sg-functions"] }
  }
  expect_failures = [var.network]
}

run "rejects_a_log_group_that_its_policy_is_not_for" {
  command = plan
  variables {
    log_group_name = "another-log-group"
  }
  expect_failures = [var.log_group_name]
}

# IAM fills ? and policy variables in as it does *.
run "rejects_a_resource_with_a_place_for_any_letter" {
  command = plan
  variables {
    resources = { "upstream/flags" = ["arn:aws:dynamodb:us-east-1:210987654321:table/flag?"] }
  }
  expect_failures = [var.resources]
}

run "rejects_a_resource_by_a_policy_variable" {
  command = plan
  variables {
    resources = { "upstream/flags" = ["arn:aws:dynamodb:us-east-1:210987654321:table/$${aws:username}"] }
  }
  expect_failures = [var.resources]
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

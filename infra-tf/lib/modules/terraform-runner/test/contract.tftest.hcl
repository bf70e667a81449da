# The real provider, offline: it computes the policies.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "offline"
  secret_key                  = "offline"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
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
  purpose              = "remediation"
  sources              = { type = "GITHUB", location = "https://github.com/example/flags.git", version = "refs/tags/v1" }
  connection_arn       = "arn:aws:codeconnections:eu-west-1:123456789012:connection/00000000-0000-0000-0000-000000000001"
  buildspec            = "version: 0.2"
  network              = { vpc_id = "vpc-1", subnet_ids = ["subnet-1", "subnet-2"], internet_cidr = "0.0.0.0/0" }
  deployment_role_arns = ["arn:aws:iam::123456789012:role/flaghoist-deployment"]
  kms_key_arn          = "arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000001"
  log_retention_days   = 365
}

run "rejects_a_source_that_codebuild_does_not_know" {
  command = plan
  variables {
    sources = { type = "CVS", location = "x", version = "1" }
  }
  expect_failures = [var.sources]
}

run "rejects_a_repository_without_a_version" {
  command = plan
  variables {
    sources = { type = "GITHUB", location = "https://github.com/example/flags.git" }
  }
  expect_failures = [var.sources]
}

run "rejects_all_repositories_of_an_account" {
  command = plan
  variables {
    sources        = { type = "CODECOMMIT", location = "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/*", version = "refs/tags/v1" }
    connection_arn = null
  }
  expect_failures = [var.sources]
}

run "rejects_a_repository_of_another_region" {
  command = plan
  variables {
    sources        = { type = "CODECOMMIT", location = "https://git-codecommit.eu-west-2.amazonaws.com/v1/repos/flags", version = "refs/tags/v1" }
    connection_arn = null
  }
  expect_failures = [var.sources]
}

run "rejects_all_of_a_bucket" {
  command = plan
  variables {
    sources        = { type = "S3", location = "releases/*", version = "refs/tags/v1" }
    connection_arn = null
  }
  expect_failures = [var.sources]
}

run "rejects_a_repository_with_a_password" {
  command = plan
  variables {
    sources = { type = "GITHUB", location = "https://ada:secret@github.com/example/flags.git", version = "refs/tags/v1" }
  }
  expect_failures = [var.sources]
}

run "rejects_a_repository_without_encryption" {
  command = plan
  variables {
    sources = { type = "GITHUB", location = "http://github.com/example/flags.git", version = "refs/tags/v1" }
  }
  expect_failures = [var.sources]
}

run "rejects_a_host_without_a_connection" {
  command = plan
  variables {
    connection_arn = null
  }
  expect_failures = [var.connection_arn]
}

run "rejects_any_role_at_all" {
  command = plan
  variables {
    deployment_role_arns = ["arn:aws:iam::123456789012:role/*"]
  }
  expect_failures = [var.deployment_role_arns]
}

run "rejects_values_out_of_bounds" {
  command = plan
  variables {
    timeout_minutes    = 4
    compute_type       = "HUGE"
    network            = { vpc_id = "vpc-1", subnet_ids = [], internet_cidr = "0.0.0.0/0" }
    kms_key_arn        = "arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000002"
    log_retention_days = 2
  }
  expect_failures = [var.timeout_minutes, var.compute_type, var.network, var.kms_key_arn, var.log_retention_days]
}

run "rejects_a_role_with_a_place_for_any_letter" {
  command = plan
  variables {
    deployment_role_arns = ["arn:aws:iam::123456789012:role/deploymen?"]
  }
  expect_failures = [var.deployment_role_arns]
}

run "rejects_a_role_by_a_policy_variable" {
  command = plan
  variables {
    deployment_role_arns = ["arn:aws:iam::123456789012:role/$${aws:username}"]
  }
  expect_failures = [var.deployment_role_arns]
}

run "rejects_a_key_of_another_account" {
  command = plan
  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:210987654321:key/00000000-0000-0000-0000-000000000001"
  }
  expect_failures = [var.kms_key_arn]
}

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"Mocked\"}]}" }
  }
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
    home     = "us-east-1"
    standby  = "us-west-2"
    regions  = [{ name = "us-east-1" }, { name = "us-west-2" }, { name = "eu-west-1" }]
    services = [{ name = "checkout", cell = "cell-1" }]
  }
  kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/mrk-0123456789abcdef0123456789abcdef"
  operators   = { users = true }
}

run "rejects_nobody" {
  command = plan
  variables { operators = {} }
  expect_failures = [var.operators]
}

run "rejects_two_ways_in" {
  command = plan
  variables { operators = { users = true, saml_provider_arn = "arn:aws:iam::123456789012:saml-provider/company" } }
  expect_failures = [var.operators]
}

run "rejects_oidc" {
  command = plan
  variables { operators = { saml_provider_arn = "arn:aws:iam::123456789012:oidc-provider/company" } }
  expect_failures = [var.operators]
}

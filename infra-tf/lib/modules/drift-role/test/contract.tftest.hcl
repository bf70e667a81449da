mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
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
}

run "rejects_everybody_as_a_principal" {
  command = plan
  variables { principal_arns = ["*"] }
  expect_failures = [var.principal_arns]
}

run "rejects_a_principal_with_a_place_for_any_letter" {
  command = plan
  variables {
    principal_arns = ["arn:aws:iam::444444444444:role/pipelin?"]
  }
  expect_failures = [var.principal_arns]
}

run "rejects_a_principal_by_a_policy_variable" {
  command = plan
  variables {
    principal_arns = ["arn:aws:iam::444444444444:user/$${aws:username}"]
  }
  expect_failures = [var.principal_arns]
}

run "rejects_an_external_id_that_sts_does_not_take" {
  command = plan
  variables { external_id = "a b" }
  expect_failures = [var.external_id]
}

mock_provider "aws" {}

variables {
  context = {
    environment        = "blue"
    service            = "flags"
    environment_suffix = "a1"
    region             = "us-west-2"
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
}

run "rejects_all_roles_of_an_account" {
  command = plan
  variables { reader_role_arns = { green = "arn:aws:iam::210987654321:role/*" } }
  expect_failures = [var.reader_role_arns]
}

run "rejects_a_reader_whose_name_makes_no_sid" {
  command = plan
  variables { reader_role_arns = { "Green One" = "arn:aws:iam::210987654321:role/green" } }
  expect_failures = [var.reader_role_arns]
}

# IAM fills ? and policy variables in as it does *.
run "rejects_a_reader_with_a_place_for_any_letter" {
  command = plan
  variables {
    reader_role_arns = { green = "arn:aws:iam::210987654321:role/gree?" }
  }
  expect_failures = [var.reader_role_arns]
}

run "rejects_a_reader_by_a_policy_variable" {
  command = plan
  variables {
    reader_role_arns = { green = "arn:aws:iam::210987654321:role/$${aws:username}" }
  }
  expect_failures = [var.reader_role_arns]
}

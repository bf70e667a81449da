mock_provider "aws" {}

variables {
  account        = { id = "111111111111" }
  environment    = "dev"
  service        = "access"
  services       = ["flags", "hoist"]
  regions        = ["eu-west-1"]
  principal_arns = ["arn:aws:iam::444444444444:role/pipeline"]
  cost_center    = "platform-1001"
  owner          = "team-platform"
}

run "rejects_everybody_as_a_principal" {
  command = plan
  variables { principal_arns = ["*"] }
  expect_failures = [var.principal_arns]
}

run "rejects_a_service_that_is_a_wildcard" {
  command = plan
  variables { services = ["*"] }
  expect_failures = [var.services]
}

run "rejects_to_be_of_a_service_that_it_deploys" {
  command = plan
  variables { service = "flags" }
  expect_failures = [var.service]
}

run "rejects_all_regions" {
  command = plan
  variables { regions = ["*"] }
  expect_failures = [var.regions]
}

run "rejects_a_boundary_that_is_no_policy_and_an_external_id_that_sts_does_not_take" {
  command = plan
  variables {
    permissions_boundary_arn = "boundary"
    external_id              = "é"
  }
  expect_failures = [var.permissions_boundary_arn, var.external_id]
}

run "rejects_a_policy_of_states_that_is_none" {
  command = plan
  variables { state_policy = "{}" }
  expect_failures = [var.state_policy]
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

run "rejects_a_boundary_of_another_account" {
  command = plan
  variables {
    permissions_boundary_arn = "arn:aws:iam::999999999999:policy/boundary"
  }
  expect_failures = [var.permissions_boundary_arn]
}

run "rejects_a_boundary_by_a_policy_variable" {
  command = plan
  variables {
    permissions_boundary_arn = "arn:aws:iam::111111111111:policy/$${aws:username}"
  }
  expect_failures = [var.permissions_boundary_arn]
}

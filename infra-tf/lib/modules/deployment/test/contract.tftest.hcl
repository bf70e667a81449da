variables {
  environments = [
    { name = "blue", region = "eu-west-1", replicaRegion = "eu-central-1", account = "111111111111" },
    { name = "evergreen", region = "us-west-2", replicaRegion = "us-east-2", account = "222222222222", upstream = "blue" },
  ]
  environment        = "blue"
  workspace          = "blue"
  role_arn           = "arn:aws:iam::111111111111:role/deployment"
  service            = "flags"
  environment_suffix = "a1"
  cost_center        = "platform-1001"
  owner              = "team-platform"
  provider_regions   = { home = "eu-west-1", replica = "eu-central-1" }
}

run "rejects_an_environment_that_is_not_listed" {
  command = plan
  variables {
    environment = "green"
    workspace   = "green"
  }
  expect_failures = [var.environment]
}

run "rejects_copies_in_the_home_region" {
  command = plan
  variables {
    environments     = [{ name = "blue", region = "eu-west-1", replicaRegion = "eu-west-1", account = "111111111111" }]
    provider_regions = { home = "eu-west-1", replica = "eu-west-1" }
  }
  expect_failures = [var.environment]
}

run "rejects_the_default_workspace" {
  command = plan
  variables { workspace = "default" }
  expect_failures = [var.workspace]
}

run "rejects_the_variables_of_another_workspace" {
  command = plan
  variables { workspace = "evergreen" }
  expect_failures = [var.workspace]
}

run "rejects_a_role_that_is_not_an_arn" {
  command = plan
  variables { role_arn = "deployment" }
  expect_failures = [var.role_arn]
}

run "rejects_a_role_of_another_account" {
  command = plan
  variables { role_arn = "arn:aws:iam::222222222222:role/deployment" }
  expect_failures = [var.role_arn]
}

run "rejects_a_blank_cost_center" {
  command = plan
  variables { cost_center = "  " }
  expect_failures = [var.cost_center]
}

run "rejects_a_missing_owner" {
  command = plan
  variables { owner = "" }
  expect_failures = [var.owner]
}

run "rejects_a_provider_in_another_region" {
  command = plan
  variables { provider_regions = { home = "us-west-2", replica = "eu-central-1" } }
  expect_failures = [var.provider_regions]
}

run "rejects_a_replica_provider_in_the_home_region" {
  command = plan
  variables { provider_regions = { home = "eu-west-1", replica = "eu-west-1" } }
  expect_failures = [var.provider_regions]
}

run "rejects_the_workspace_of_the_whole_environment_for_one_region" {
  command = plan
  variables { region = "eu-west-1" }
  expect_failures = [var.workspace]
}

run "rejects_a_provider_in_another_region_than_the_one_that_is_asked_for" {
  command = plan
  variables {
    region           = "eu-central-1"
    workspace        = "blue-eu-central-1"
    provider_regions = { home = "eu-west-1" }
  }
  expect_failures = [var.provider_regions]
}

run "rejects_a_boundary_that_is_no_policy" {
  command = plan
  variables { permissions_boundary_arn = "boundary" }
  expect_failures = [var.permissions_boundary_arn]
}

run "rejects_a_boundary_of_another_account" {
  command = plan
  variables { permissions_boundary_arn = "arn:aws:iam::999999999999:policy/boundary" }
  expect_failures = [var.permissions_boundary_arn]
}

run "rejects_a_role_by_a_policy_variable" {
  command = plan
  variables {
    role_arn = "arn:aws:iam::111111111111:role/$${aws:username}"
  }
  expect_failures = [var.role_arn]
}

run "rejects_a_role_with_a_place_for_any_letter" {
  command = plan
  variables {
    role_arn = "arn:aws:iam::111111111111:role/deploymen?"
  }
  expect_failures = [var.role_arn]
}

run "rejects_a_boundary_by_a_policy_variable" {
  command = plan
  variables {
    permissions_boundary_arn = "arn:aws:iam::111111111111:policy/$${aws:username}"
  }
  expect_failures = [var.permissions_boundary_arn]
}

variables {
  environments = [
    { name = "blue", region = "eu-west-1", replicaRegion = "eu-central-1", account = "111111111111" },
    { name = "green", region = "us-west-2", replicaRegion = "us-east-2", account = "222222222222", upstream = "blue" },
  ]
  environment        = "green"
  workspace          = "green"
  role_arn           = "arn:aws:iam::222222222222:role/deployment"
  service            = "flags"
  environment_suffix = "a1"
  cost_center        = "platform-1001"
  owner              = "team-platform"
  provider_regions   = { home = "us-west-2", replica = "us-east-2" }
}

run "region_account_and_upstream_are_those_of_the_list" {
  command = plan

  assert {
    condition     = output.is_last && output.region == "us-west-2" && output.replica_region == "us-east-2" && output.account_id == "222222222222" && output.upstream == "blue" && output.upstream_account_id == "111111111111"
    error_message = "The environment's own entry must be exported."
  }
}

run "contexts_differ_in_the_region_alone" {
  command = plan
  variables { permissions_boundary_arn = "arn:aws:iam::222222222222:policy/boundary" }

  assert {
    condition     = output.context == { environment = "green", service = "flags", environment_suffix = "a1", partition = "aws", region = "us-west-2", account_id = "222222222222", cost_center = "platform-1001", owner = "team-platform", permissions_boundary_arn = var.permissions_boundary_arn }
    error_message = "The context must be that of the environment in its home region."
  }
  assert {
    condition     = output.replica_context == merge(output.context, { region = "us-east-2" })
    error_message = "The replica's context must differ in the region, and in nothing else."
  }
}

run "the_partition_is_that_of_the_deployment_role" {
  command = plan
  variables { role_arn = "arn:aws-us-gov:iam::222222222222:role/deployment" }

  assert {
    condition     = output.context.partition == "aws-us-gov"
    error_message = "Computed ARNs must be of the partition of the role that deploys."
  }
}


run "the_first_environment_has_no_upstream" {
  command = plan
  variables {
    environment      = "blue"
    workspace        = "blue"
    role_arn         = "arn:aws:iam::111111111111:role/deployment"
    provider_regions = { home = "eu-west-1", replica = "eu-central-1" }
  }

  assert {
    condition     = output.upstream == null && output.upstream_account_id == null && !output.is_last
    error_message = "The first environment must have no upstream, and not be the last."
  }
}

run "a_stack_of_one_region_has_a_workspace_and_a_context_of_its_own" {
  command = plan
  variables {
    region           = "us-east-2"
    workspace        = "green-us-east-2"
    provider_regions = { home = "us-east-2" }
  }

  assert {
    condition     = output.region == "us-east-2" && output.context.region == "us-east-2" && output.account_id == "222222222222" && output.upstream == "blue"
    error_message = "The region must be the one that was asked for, all else the environment's."
  }
}

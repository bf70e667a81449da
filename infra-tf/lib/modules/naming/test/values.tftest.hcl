variables {
  context = {
    environment        = "blue"
    service            = "flag-api"
    environment_suffix = "a1"
    region             = "ap-southeast-2"
    account_id         = "123456789012"
    cost_center        = "payments-4711"
    owner              = "team-platform"
  }
  resources = {
    network = { type = "network" }
    public  = { type = "subnet", qualifier = "public-a" }
    role    = { type = "role", qualifier = "task" }
    logs    = { type = "bucket", qualifier = "access-logs" }
  }
}

run "names_follow_the_convention" {
  command = plan

  assert {
    condition     = output.names["network"] == "blue-flag-api-network-a1"
    error_message = "The network must be named {environment}-{service}-{resource-type}-{environment_suffix}."
  }
  assert {
    condition     = output.names["public"] == "blue-flag-api-subnet-public-a-a1"
    error_message = "The qualifier must follow the resource type."
  }
}

run "names_that_an_account_shares_carry_the_region" {
  command = plan

  assert {
    condition     = output.names["role"] == "blue-flag-api-role-task-apse2-a1"
    error_message = "A role's name must carry the region code before the suffix."
  }
}

run "names_that_the_world_shares_carry_region_and_account" {
  command = plan

  assert {
    condition     = output.names["logs"] == "blue-flag-api-bucket-access-logs-apse2-${substr(sha256("123456789012"), 0, 6)}-a1"
    error_message = "A bucket's name must carry the region code and a hash of the account before the suffix."
  }
}

run "names_over_the_limit_are_cut_and_stay_different" {
  command = plan

  variables {
    resources = {
      one = { type = "targets", qualifier = "the-first-of-two-long-qualifiers" }
      two = { type = "targets", qualifier = "the-first-of-two-long-qualifierz" }
    }
  }

  assert {
    condition     = alltrue([for name in output.names : length(name) <= 32 && endswith(name, "-a1") && can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", name))])
    error_message = "Cut names must keep their suffix, their limit and their character set."
  }
  assert {
    condition     = output.names["one"] != output.names["two"]
    error_message = "Names that differ only in what was cut off must stay different."
  }
}

run "names_at_the_limit_are_not_cut" {
  command = plan

  variables {
    resources = { exact = { type = "load-balancer", qualifier = "x" } }
  }

  assert {
    condition     = output.names["exact"] == "blue-flag-api-load-balancer-x-a1" && length(output.names["exact"]) == 32
    error_message = "A name of exactly 32 characters fits a load balancer and must not be cut."
  }
}

run "tags_are_the_five_mandatory_ones" {
  command = plan

  assert {
    condition     = output.tags == { environment = "blue", cost-center = "payments-4711", owner = "team-platform", service = "flag-api", managed-by = "terraform" }
    error_message = "The mandatory tags are environment, cost-center, owner, service and managed-by."
  }
  assert {
    condition     = output.named_tags["role"] == merge(output.tags, { Name = output.names["role"] })
    error_message = "named_tags must be the mandatory tags and the name."
  }
}

run "region_codes_are_short_and_different" {
  command = plan

  variables {
    context = merge(var.context, { region = "ca-central-1" })
  }

  assert {
    condition     = output.region_code == "cac1"
    error_message = "ca-central-1 must be cac1."
  }
}

run "words_that_only_look_like_reserved_ones_are_names" {
  command = plan

  variables {
    context = merge(var.context, { environment = "internals", region = "eu-west-1" })
  }

  assert {
    condition     = output.names["network"] == "internals-flag-api-network-a1"
    error_message = "Only whole words are reserved."
  }
}

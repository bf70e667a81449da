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

run "arns_are_known_before_there_is_anything" {
  command = plan

  variables {
    resources = {
      role  = { type = "role", qualifier = "task" }
      queue = { type = "queue", qualifier = "loads" }
      logs  = { type = "bucket", qualifier = "access-logs" }
      rest  = { type = "subnet", qualifier = "public-a" }
    }
  }

  assert {
    condition = output.arns == {
      role  = "arn:aws:iam::123456789012:role/${output.names["role"]}"
      queue = "arn:aws:sqs:ap-southeast-2:123456789012:blue-flag-api-queue-loads-a1"
      logs  = "arn:aws:s3:::${output.names["logs"]}"
    }
    error_message = "The ARNs must have the form of their service, with account and region where it has them."
  }
}

run "templates_leave_one_place_open" {
  command = plan

  variables {
    templates = {
      queue = { type = "queue", qualifier = "flags", place = "service", values = ["checkout", "dead-letters"] }
      dead  = { type = "queue", qualifier = "dead-flags", place = "service", values = ["checkout"] }
      topic = { type = "topic", qualifier = "flag-changes", place = "region", values = ["eu-west-1"] }
    }
  }

  assert {
    condition     = output.templates["queue"].arn == "arn:aws:sqs:ap-southeast-2:123456789012:blue-flag-api-queue-flags-{service}-a1"
    error_message = "The service's name must stand behind the qualifier."
  }
  assert {
    condition     = output.templates["topic"].arn == "arn:aws:sns:{region}:123456789012:blue-flag-api-topic-flag-changes-a1"
    error_message = "The region's place must be the region of the ARN."
  }
  assert {
    condition     = output.templates["topic"].arns["eu-west-1"] == "arn:aws:sns:eu-west-1:123456789012:blue-flag-api-topic-flag-changes-a1"
    error_message = "A region must fill the ARN and leave the name as it is."
  }
  assert {
    condition     = output.templates["dead"].names["checkout"] == "blue-flag-api-queue-dead-flags-checkout-a1" && output.templates["dead"].arns["checkout"] == replace(output.templates["dead"].arn, "{service}", "checkout")
    error_message = "What fills the place must make the name and the ARN."
  }
}

run "a_name_of_a_template_may_be_as_long_as_its_type_allows" {
  command = plan

  variables {
    templates = { queue = { type = "queue", qualifier = "flags", place = "service", values = ["a-service-whose-name-is-as-long-as-a-queue-allows-1"] } }
  }

  assert {
    condition     = length(output.templates["queue"].names["a-service-whose-name-is-as-long-as-a-queue-allows-1"]) == 80
    error_message = "A queue's name of exactly 80 characters must be taken."
  }
}

run "types_of_caches_keep_the_limit_of_40" {
  command = plan

  variables {
    resources = { for type in ["cache-user", "cache-user-group", "replication-group"] : type => { type = type, qualifier = "a-qualifier-beyond-all-room" } }
  }

  assert {
    condition     = alltrue([for name in output.names : length(name) == 40])
    error_message = "ElastiCache takes 40 characters."
  }
}

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

run "rejects_an_environment_with_capitals" {
  command = plan
  variables {
    context = merge(var.context, { environment = "Blue" })
  }
  expect_failures = [var.context]
}

run "rejects_a_service_with_two_hyphens" {
  command = plan
  variables {
    context = merge(var.context, { service = "flag--api" })
  }
  expect_failures = [var.context]
}

run "rejects_a_suffix_that_is_too_long" {
  command = plan
  variables {
    context = merge(var.context, { environment_suffix = "a12345678" })
  }
  expect_failures = [var.context]
}

run "rejects_an_unknown_partition" {
  command = plan
  variables {
    context = merge(var.context, { partition = "azure" })
  }
  expect_failures = [var.context]
}

run "rejects_what_is_not_a_region" {
  command = plan
  variables {
    context = merge(var.context, { region = "europe" })
  }
  expect_failures = [var.context]
}

run "rejects_an_account_of_eleven_digits" {
  command = plan
  variables {
    context = merge(var.context, { account_id = "12345678901" })
  }
  expect_failures = [var.context]
}

run "rejects_a_blank_cost_center" {
  command = plan
  variables {
    context = merge(var.context, { cost_center = " " })
  }
  expect_failures = [var.context]
}

run "rejects_a_missing_owner" {
  command = plan
  variables {
    context = merge(var.context, { owner = "" })
  }
  expect_failures = [var.context]
}

run "rejects_a_tag_value_that_aws_refuses" {
  command = plan
  variables {
    context = merge(var.context, { owner = "team;platform" })
  }
  expect_failures = [var.context]
}

run "rejects_an_unknown_resource_type" {
  command = plan
  variables {
    resources = { one = { type = "teapot" } }
  }
  expect_failures = [var.resources]
}

run "rejects_a_qualifier_with_capitals" {
  command = plan
  variables {
    resources = { one = { type = "subnet", qualifier = "Public" } }
  }
  expect_failures = [var.resources]
}

run "rejects_two_resources_with_one_name" {
  command = plan
  variables {
    resources = {
      one = { type = "subnet", qualifier = "public-a" }
      two = { type = "subnet", qualifier = "public-a" }
    }
  }
  expect_failures = [var.resources]
}

run "rejects_a_beginning_that_aws_keeps_for_itself" {
  command = plan
  variables {
    context = merge(var.context, { environment = "internal" })
  }
  expect_failures = [var.context]
}

run "rejects_an_end_that_aws_keeps_for_itself" {
  command = plan
  variables {
    context = merge(var.context, { environment_suffix = "s3alias" })
  }
  expect_failures = [var.context]
}

# Of a name that is longer than what a load balancer has room for, not even the environment is left.
run "refuses_names_that_no_longer_begin_with_the_environment" {
  command = plan

  variables {
    context = {
      environment        = "an-environment-with-a-very-long-name"
      service            = "flags"
      environment_suffix = "a1"
      region             = "eu-west-1"
      account_id         = "123456789012"
      cost_center        = "platform-1001"
      owner              = "team-platform"
    }
    resources = { this = { type = "load-balancer" } }
  }

  expect_failures = [output.names]
}

run "rejects_a_template_of_a_type_without_arn" {
  command = plan
  variables {
    templates = { one = { type = "subnet", qualifier = "public", place = "service" } }
  }
  expect_failures = [var.templates]
}

run "rejects_a_template_whose_names_an_account_shares" {
  command = plan
  variables {
    templates = { one = { type = "role", qualifier = "apply", place = "cell" } }
  }
  expect_failures = [var.templates]
}

run "rejects_a_place_of_two_words" {
  command = plan
  variables {
    templates = { one = { type = "queue", qualifier = "flags", place = "the-service" } }
  }
  expect_failures = [var.templates]
}

run "rejects_capitals_in_what_fills_a_template" {
  command = plan
  variables {
    templates = { one = { type = "queue", qualifier = "flags", place = "service", values = ["Checkout"] } }
  }
  expect_failures = [var.templates]
}

# dead-x of the one would be x of the other.
run "rejects_templates_whose_names_could_meet" {
  command = plan
  variables {
    templates = {
      one = { type = "queue", qualifier = "flags", place = "service" }
      two = { type = "queue", qualifier = "flags-dead", place = "service" }
    }
  }
  expect_failures = [var.templates]
}

run "rejects_a_resource_that_could_meet_a_template" {
  command = plan
  variables {
    resources = { one = { type = "queue", qualifier = "flags-undelivered" } }
    templates = { two = { type = "queue", qualifier = "flags", place = "service" } }
  }
  expect_failures = [var.templates]
}

run "refuses_to_cut_a_name_of_a_template" {
  command = plan
  variables {
    templates = { one = { type = "queue", qualifier = "flags", place = "service", values = ["a-service-with-a-name-of-more-characters-than-fit-there"] } }
  }
  expect_failures = [output.templates]
}

variables {
  environment   = "green"
  upstream      = "blue"
  state_version = 1
  upstream_state = {
    is_empty            = false
    state_version       = 1
    image_digest        = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    network_cidr_blocks = { blue = "10.1.0.0/16" }
  }
  cidr_block          = "10.2.0.0/16"
  planned_cidr_blocks = { green = "10.2.0.0/16", yellow = "10.3.0.0/16" }
}

run "rejects_an_upstream_that_is_empty" {
  command = plan
  variables { upstream_state = { is_empty = true } }
  expect_failures = [var.upstream_state]
}

run "rejects_an_upstream_of_an_older_version" {
  command = plan
  variables { upstream_state = { is_empty = false, image_digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" } }
  expect_failures = [var.upstream_state]
}

run "rejects_an_upstream_of_a_newer_version" {
  command = plan
  variables {
    upstream_state = {
      is_empty            = false
      state_version       = 2
      image_digest        = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
      network_cidr_blocks = { blue = "10.1.0.0/16" }
    }
  }
  expect_failures = [var.upstream_state]
}

run "rejects_an_upstream_that_hands_on_no_networks" {
  command = plan
  variables { upstream_state = { is_empty = false, state_version = 1, image_digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" } }
  expect_failures = [var.upstream_state]
}

run "rejects_an_upstream_without_an_image" {
  command = plan
  variables { upstream_state = { is_empty = false, state_version = 1, network_cidr_blocks = { blue = "10.1.0.0/16" } } }
  expect_failures = [var.upstream_state]
}

run "rejects_an_image_that_has_not_passed_upstream" {
  command = plan
  variables { image_digest = "sha256:fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210" }
  expect_failures = [var.image_digest]
}

run "rejects_a_tag_in_place_of_a_digest" {
  command = plan
  variables { image_digest = "latest" }
  expect_failures = [var.image_digest]
}

run "rejects_no_image_where_there_is_no_upstream" {
  command = plan
  variables {
    upstream       = null
    upstream_state = null
  }
  expect_failures = [var.image_digest]
}

run "rejects_an_image_in_a_first_deployment" {
  command = plan
  variables {
    first_deployment = true
    upstream_state   = null
    image_digest     = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  }
  expect_failures = [var.image_digest]
}

run "rejects_what_is_not_a_range" {
  command = plan
  variables { cidr_block = "10.2.0.0" }
  expect_failures = [var.cidr_block]
}

run "rejects_a_range_within_one_that_is_planned" {
  command = plan
  variables { cidr_block = "10.3.128.0/17" }
  expect_failures = [output.cidr_block]
}

run "rejects_a_range_around_one_that_is_planned" {
  command = plan
  variables { planned_cidr_blocks = { yellow = "10.2.240.0/20" } }
  expect_failures = [output.cidr_block]
}

run "rejects_a_range_that_is_deployed_up_the_stream" {
  command = plan
  variables { cidr_block = "10.1.16.0/20" }
  expect_failures = [output.cidr_block]
}

variables {
  environment   = "green"
  upstream      = "blue"
  state_version = 1
  upstream_state = {
    is_empty            = false
    state_version       = 1
    image_digest        = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    network_cidr_blocks = { amber = "10.0.0.0/16", blue = "10.1.0.0/16" }
  }
  cidr_block          = "10.2.0.0/16"
  planned_cidr_blocks = { green = "10.2.0.0/16", yellow = "10.3.0.0/16" }
}

run "runs_what_the_upstream_runs" {
  command = plan

  assert {
    condition     = output.image_digest == "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    error_message = "The image must be the upstream's."
  }
  assert {
    condition     = output.network_cidr_blocks == tomap({ amber = "10.0.0.0/16", blue = "10.1.0.0/16", green = "10.2.0.0/16" })
    error_message = "The networks of all environments up the stream must be handed on."
  }
}

run "the_upstreams_image_may_be_named" {
  command = plan
  variables { image_digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }

  assert {
    condition     = output.image_digest == var.image_digest
    error_message = "Naming the image that passed upstream must change nothing."
  }
}

run "the_first_environment_runs_what_is_given" {
  command = plan
  variables {
    upstream       = null
    upstream_state = null
    image_digest   = "sha256:fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
  }

  assert {
    condition     = output.image_digest == var.image_digest && output.network_cidr_blocks == tomap({ green = "10.2.0.0/16" })
    error_message = "Without an upstream the given image must run, and the own network alone be handed on."
  }
}

run "a_first_deployment_needs_no_upstream_and_runs_no_image" {
  command = plan
  variables {
    first_deployment = true
    upstream_state   = null
  }

  assert {
    condition     = output.image_digest == null
    error_message = "There must be no image before there is a repository."
  }
}

run "a_range_beside_another_does_not_overlap" {
  command = plan
  variables {
    cidr_block          = "10.3.0.0/17"
    planned_cidr_blocks = { yellow = "10.3.128.0/17" }
  }

  assert {
    condition     = output.cidr_block == "10.3.0.0/17"
    error_message = "Two halves of a range are apart."
  }
}

run "an_environment_may_change_its_own_range" {
  command = plan
  variables {
    cidr_block     = "10.9.0.0/16"
    upstream_state = { is_empty = false, state_version = 1, image_digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", network_cidr_blocks = { green = "10.9.0.0/16" } }
  }

  assert {
    condition     = output.network_cidr_blocks["green"] == "10.9.0.0/16"
    error_message = "An environment's own range must not count as another's."
  }
}

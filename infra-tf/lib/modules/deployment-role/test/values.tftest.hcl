mock_provider "aws" {
  mock_resource "aws_iam_policy" {
    defaults = { arn = "arn:aws:iam::111111111111:policy/mocked" }
  }
}

variables {
  account        = { id = "111111111111" }
  environment    = "dev"
  service        = "access"
  services       = ["flags", "hoist"]
  regions        = ["eu-west-1", "eu-central-1"]
  principal_arns = ["arn:aws:iam::444444444444:role/pipeline"]
  cost_center    = "platform-1001"
  owner          = "team-platform"
}

run "the_role_and_its_policies_say_what_they_are_of" {
  command = plan

  assert {
    condition     = alltrue([for tags in concat([aws_iam_role.this.tags], values(aws_iam_policy.this)[*].tags) : tags == tomap({ environment = "dev", service = "access", cost-center = "platform-1001", owner = "team-platform", managed-by = "terraform" })])
    error_message = "Each must have all mandatory tags: drift of other stacks leaves alone what another service has."
  }
}

run "nothing_is_allowed_by_a_wildcard_of_actions" {
  command = plan

  assert {
    condition     = length([for statement in flatten([for document in output.policies : jsondecode(document).Statement]) : statement.Sid if statement.Effect == "Allow" && anytrue([for action in try(statement.Action, ["*"]) : can(regex("^[^:]*\\*|:\\*$", action))])]) == 0
    error_message = "No statement may allow a service as a whole."
  }
  assert {
    condition     = one([for statement in jsondecode(output.policies["identity"]).Statement : statement.Resource if contains(try(statement.Action, []), "iam:CreateRole")]) == ["arn:aws:iam::111111111111:role/dev-flags-*", "arn:aws:iam::111111111111:role/dev-hoist-*"]
    error_message = "Roles may be made with names of this environment and its services only."
  }
}

run "each_place_that_is_wider_than_a_name_has_its_reason" {
  command = plan

  assert {
    condition     = toset([for place in flatten(values(local.access.where)) : place if !strcontains(place, "{name}")]) == toset(keys(local.access.why))
    error_message = "Each place without names needs its reason in why, and no other has one."
  }
  assert {
    condition     = alltrue([for reason in concat(values(local.access.why), values(local.access.no_resource)) : length(reason) >= 15])
    error_message = "A reason is a sentence."
  }
}

# Lambda leaves them for up to 45 minutes; the provider waits, and removes what Lambda has let go before the group or the subnet.
run "interfaces_that_functions_leave_go_with_their_network" {
  command = plan

  assert {
    condition = alltrue([for type in ["aws_security_group", "aws_subnet"] :
      length(setsubtract(["ec2:DeleteNetworkInterface", "ec2:DetachNetworkInterface"], local.access.types[type])) == 0
    ])
    error_message = "Who removes security groups and subnets of functions must be able to remove their interfaces."
  }
  assert {
    condition     = length(setsubtract(["ec2:DeleteNetworkInterface", "ec2:DetachNetworkInterface"], flatten(jsondecode(output.policies["network"]).Statement[*].Action))) == 0
    error_message = "The role's policy must allow it."
  }
}

# docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html: CreateGrant and Encrypt, to configure a key on a function.
run "variables_of_functions_can_be_encrypted" {
  command = plan

  assert {
    condition     = contains(one([for statement in jsondecode(output.policies["messages"]).Statement : statement.Action if statement.Sid == "KeysThroughServices"]), "kms:Encrypt")
    error_message = "Lambda encrypts a function's variables with the rights of whoever configures it."
  }
}

run "the_registry_of_modules_is_left_alone_unless_it_is_asked_for" {
  command = plan

  assert {
    condition     = !strcontains(jsonencode(output.policies), "codecommit:") && !contains(keys(output.policies), "registry")
    error_message = "Who deploys an environment must not decide who approves modules."
  }
}

run "the_registry_of_modules_is_made_under_its_own_names" {
  command = plan
  variables { module_registry = true }

  assert {
    condition     = { for statement in jsondecode(output.policies["registry"]).Statement : statement.Sid => statement.Resource if statement.Sid == "WriteRegistry" } == { WriteRegistry = ["arn:aws:codecommit:*:111111111111:dev-flags-*", "arn:aws:codecommit:*:111111111111:dev-hoist-*"] }
    error_message = "Repositories of other names must stay out of reach."
  }
  assert {
    condition     = alltrue([for reason in values(local.access.registry.no_resource) : length(reason) >= 15])
    error_message = "A reason is a sentence."
  }
}

run "no_policy_is_too_long_where_flags_are_in_twelve_regions" {
  command = plan
  variables {
    environment              = "preproduction"
    services                 = ["storefront-flags", "storefront-hoist"]
    name                     = "flaghoist-deployment-of-storefront"
    module_registry          = true
    permissions_boundary_arn = "arn:aws:iam::111111111111:policy/a-boundary-of-the-organisation"
    regions = [
      "us-east-1", "us-east-2", "us-west-2", "ca-central-1", "sa-east-1", "eu-west-1",
      "eu-west-2", "eu-central-1", "ap-northeast-1", "ap-southeast-1", "ap-southeast-2", "ap-south-1",
    ]
  }

  assert {
    condition     = max([for document in output.policies : length(document)]...) <= 6144
    error_message = "IAM must take each of its policies: ${jsonencode({ for group, document in output.policies : group => length(document) })}."
  }
  assert {
    condition     = length(output.policies) <= 10
    error_message = "A role may have ten policies where nobody has asked for more."
  }
}

run "an_organisation_bounds_it_and_a_pipeline_must_know_the_external_id" {
  command = plan
  variables {
    external_id              = "flaghoist-dev"
    permissions_boundary_arn = "arn:aws:iam::111111111111:policy/boundary"
  }

  assert {
    condition     = aws_iam_role.this.permissions_boundary == "arn:aws:iam::111111111111:policy/boundary"
    error_message = "The boundary must bound it."
  }
  assert {
    condition     = jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Condition == { StringEquals = { "sts:ExternalId" = "flaghoist-dev" } }
    error_message = "Without the external id nobody may take it on."
  }
}

run "without_an_external_id_the_principals_alone_decide" {
  command = plan

  assert {
    condition     = !contains(keys(jsondecode(aws_iam_role.this.assume_role_policy).Statement[0]), "Condition") && jsonencode(jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Principal.AWS) == jsonencode(var.principal_arns)
    error_message = "The named principals, and nobody else, must be let in."
  }
}

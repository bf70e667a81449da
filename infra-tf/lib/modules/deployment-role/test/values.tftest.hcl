mock_provider "aws" {
  mock_resource "aws_iam_policy" {
    defaults = { arn = "arn:aws:iam::111111111111:policy/mocked" }
  }
}

variables {
  account        = { id = "111111111111" }
  environment    = "dev"
  service        = "flags"
  regions        = ["eu-west-1", "eu-central-1"]
  principal_arns = ["arn:aws:iam::444444444444:role/pipeline"]
  cost_center    = "platform-1001"
  owner          = "team-platform"
}

run "nothing_is_allowed_by_a_wildcard_of_actions" {
  command = plan

  assert {
    condition     = length([for statement in flatten([for document in output.policies : jsondecode(document).Statement]) : statement.Sid if statement.Effect == "Allow" && anytrue([for action in statement.Action : can(regex("^[^:]*\\*|:\\*$", action))])]) == 0
    error_message = "No statement may allow a service as a whole."
  }
  assert {
    condition     = length(flatten([for document in output.policies : [for statement in jsondecode(document).Statement : statement.Sid if contains(keys(statement), "Action") && contains(statement.Action, "iam:CreateRole") && statement.Resource != ["arn:aws:iam::111111111111:role/dev-flags-*"]]])) == 0
    error_message = "Roles may be made with names of this environment and service only."
  }
}

run "what_has_no_name_is_held_by_its_region" {
  command = plan

  assert {
    condition = alltrue([
      for statement in flatten([for document in output.policies : jsondecode(document).Statement]) :
      statement.Effect == "Deny" || statement.Sid == "ReadSettings" || !contains(statement.Resource, "*") || try(statement.Condition.StringEquals["aws:RequestedRegion"] == ["eu-west-1", "eu-central-1"], false)
    ])
    error_message = "Whoever may change every resource must be held to the regions of the environment."
  }
  assert {
    condition     = toset([for service, places in local.access.where : service if contains(places, "*")]) == toset(keys(local.access.why))
    error_message = "Each service without names needs its reason, and no other has one."
  }
}

run "it_makes_nobody_an_administrator_and_does_not_change_itself" {
  command = plan

  assert {
    condition     = one([for statement in jsondecode(output.policies["identity"]).Statement : statement.Resource if statement.Sid == "LeaveItselfAlone"]) == ["arn:aws:iam::111111111111:role/flaghoist-deployment"]
    error_message = "Whoever may change itself may do everything."
  }
  assert {
    condition     = one([for statement in jsondecode(output.policies["identity"]).Statement : [statement.Effect, statement.Condition] if statement.Sid == "AttachWhatConfigNeeds"]) == ["Deny", { ArnNotEquals = { "iam:PolicyARN" = "arn:aws:iam::aws:policy/service-role/AWS_ConfigRole" } }]
    error_message = "AdministratorAccess must not be attachable."
  }
  assert {
    condition     = alltrue([for document in output.policies : length(document) <= 6144])
    error_message = "IAM must take each of its policies."
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

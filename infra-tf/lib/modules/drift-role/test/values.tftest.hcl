mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
}

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

run "the_role_has_its_name_and_tells_its_arn_beforehand" {
  command = plan

  assert {
    condition     = aws_iam_role.this.name == "blue-flag-api-role-drift-euw1-a1" && output.role_arn == "arn:aws:iam::123456789012:role/blue-flag-api-role-drift-euw1-a1"
    error_message = "The role's name must come from the module naming, and its ARN must be known at plan."
  }
  assert {
    condition     = aws_iam_role.this.tags["environment"] == "blue" && aws_iam_role_policy.this.name == "blue-flag-api-policy-drift-euw1-a1"
    error_message = "Role and policy must carry tags and a name of the module naming."
  }
}

run "it_only_reads_and_reads_no_data" {
  command = plan

  # Validating is judging a text that is sent along.
  assert {
    condition = alltrue(flatten([for statement in data.aws_iam_policy_document.read.statement : [
      for action in statement.actions : contains(["sts:AssumeRole", "kms:Decrypt", "states:ValidateStateMachineDefinition"], action) || can(regex("^[a-z0-9-]+:(BatchGet|Describe|Get|List)[A-Za-z]*\\*?$", action))
    ]]))
    error_message = "No action may write."
  }
  assert {
    condition = length(setintersection(
      flatten([for statement in data.aws_iam_policy_document.read.statement : statement.actions if contains(statement.resources, "*")]),
      ["s3:GetObject", "s3:Get*", "secretsmanager:GetSecretValue", "ssm:GetParameter", "dynamodb:GetItem", "sqs:ReceiveMessage", "kms:Decrypt", "sts:AssumeRole"],
    )) == 0
    error_message = "No data may be read, and no other role be taken on."
  }
  assert {
    condition = { for statement in data.aws_iam_policy_document.read.statement : statement.sid => statement.resources if statement.sid != "ReadSettings" } == {
      ReadStates            = toset(["arn:aws:s3:::*/terraform.tfstate"])
      ReadWhatIsDeployed    = toset(["arn:aws:s3:::*/functions/*.zip"])
      ReadEncryptedSettings = toset(["arn:aws:kms:*:123456789012:key/*"])
      TakeItselfOn          = toset(["arn:aws:iam::123456789012:role/blue-flag-api-role-drift-euw1-a1"])
    }
    error_message = "It may read states, zips and no other object, decrypt with its account's keys, and take nobody on but itself."
  }
  assert {
    condition = flatten([for statement in data.aws_iam_policy_document.read.statement : [for condition in statement.condition : sort(condition.values)] if statement.sid == "ReadEncryptedSettings"]) == [
      "lambda.*.amazonaws.com", "s3.*.amazonaws.com", "scheduler.*.amazonaws.com", "states.*.amazonaws.com",
    ]
    error_message = "It may decrypt settings through the services that keep them, and no data."
  }
}

run "its_account_and_the_named_principals_take_it_on" {
  command = plan
  variables { principal_arns = ["arn:aws:iam::444444444444:role/pipeline"] }

  assert {
    condition     = [for statement in jsondecode(aws_iam_role.this.assume_role_policy).Statement : statement.Principal.AWS] == [["arn:aws:iam::123456789012:root"], ["arn:aws:iam::444444444444:role/pipeline"]]
    error_message = "Nobody else may take the role on."
  }
}

run "who_comes_from_elsewhere_says_what_was_agreed" {
  command = plan
  variables {
    principal_arns = ["arn:aws:iam::444444444444:role/pipeline"]
    external_id    = "flaghoist"
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_role.this.assume_role_policy).Statement : try(statement.Condition.StringEquals["sts:ExternalId"], null)] == [null, "flaghoist"]
    error_message = "Within the account IAM decides; from outside it takes the external id."
  }
}

run "nobody_comes_from_elsewhere_unless_named" {
  command = plan

  assert {
    condition     = [for statement in jsondecode(aws_iam_role.this.assume_role_policy).Statement : statement.Sid] == ["AssumedByDetectors"]
    error_message = "IAM takes no statement without a principal."
  }
}

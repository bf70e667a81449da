# The real provider, offline: it computes the policies.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "offline"
  secret_key                  = "offline"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
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
  purpose              = "remediation"
  sources              = { type = "GITHUB", location = "https://github.com/example/flags.git", version = "refs/tags/v1" }
  connection_arn       = "arn:aws:codeconnections:eu-west-1:123456789012:connection/00000000-0000-0000-0000-000000000001"
  buildspec            = "version: 0.2"
  network              = { vpc_id = "vpc-1", subnet_ids = ["subnet-1", "subnet-2"], internet_cidr = "0.0.0.0/0" }
  deployment_role_arns = ["arn:aws:iam::123456789012:role/flaghoist-deployment"]
  kms_key_arn          = "arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000001"
  log_retention_days   = 365
}

run "one_build_at_a_time_in_private_subnets_without_artifacts" {
  command = plan

  assert {
    condition     = aws_codebuild_project.this.concurrent_build_limit == 1 && aws_codebuild_project.this.artifacts[0].type == "NO_ARTIFACTS"
    error_message = "Two builds would work on one state, and an artifact would carry a plan away."
  }
  assert {
    condition     = tolist(aws_codebuild_project.this.vpc_config[0].subnets) == tolist(["subnet-1", "subnet-2"]) && !aws_codebuild_project.this.environment[0].privileged_mode
    error_message = "Builds must run in the given subnets, without privileges."
  }
  assert {
    condition     = aws_codebuild_project.this.source_version == "refs/tags/v1" && aws_codebuild_project.this.source[0].auth[0].type == "CODECONNECTIONS"
    error_message = "What is checked out, and by which connection, must be as given."
  }
  assert {
    condition     = output.project_arn == "arn:aws:codebuild:eu-west-1:123456789012:project/blue-flag-api-build-project-remediation-a1" && output.project_name == "blue-flag-api-build-project-remediation-a1"
    error_message = "The name must come from the module naming."
  }
  assert {
    condition     = aws_vpc_security_group_egress_rule.https.from_port == 443 && aws_vpc_security_group_egress_rule.https.to_port == 443
    error_message = "Builds may go out on 443 only."
  }
}

run "the_role_is_for_this_project_and_can_do_nothing_to_an_environment" {
  command = plan

  assert {
    condition     = jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Condition.ArnEquals["aws:SourceArn"] == output.project_arn
    error_message = "Another project must not take the role on."
  }
  assert {
    condition = toset(flatten([for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : statement.Action])) == toset([
      "codeconnections:GetConnection", "codeconnections:GetConnectionToken", "codeconnections:UseConnection",
      "ec2:CreateNetworkInterface", "ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterface", "ec2:DescribeDhcpOptions",
      "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs",
      "kms:Decrypt", "kms:GenerateDataKey", "logs:CreateLogStream", "logs:PutLogEvents", "sts:AssumeRole",
    ])
    error_message = "The build's role must have its network, log, sources and the roles it takes on, and nothing else."
  }
  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : statement.Sid if statement.Resource == "*"] == ["LookAtItsNetwork"]
    error_message = "Only what knows no resource may have none."
  }
}

run "a_repository_of_codecommit_needs_no_connection" {
  command = plan

  variables {
    sources        = { type = "CODECOMMIT", location = "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/flags", version = "refs/heads/main" }
    connection_arn = null
  }

  assert {
    condition     = one([for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : statement.Resource if statement.Sid == "ReadTheRepository"]) == "arn:aws:codecommit:eu-west-1:123456789012:flags"
    error_message = "The role must read this repository, and no other."
  }
  assert {
    condition     = length(aws_codebuild_project.this.source[0].auth) == 0
    error_message = "CodeCommit is read by the role."
  }
}

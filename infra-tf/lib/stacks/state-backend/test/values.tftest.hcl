mock_provider "aws" {
  mock_resource "aws_dynamodb_table" {
    defaults = { arn = "arn:aws:dynamodb:eu-west-1:444444444444:table/locks" }
  }
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-west-1:444444444444:key/00000000-0000-0000-0000-000000000001" }
  }
}

variables {
  context = {
    environment        = "shared"
    service            = "flag-api"
    environment_suffix = "a1"
    region             = "eu-west-1"
    account_id         = "444444444444"
    cost_center        = "payments-4711"
    owner              = "team-platform"
  }
  deployment_role_name = "deployment/flag-api"
  environments_file    = "test/environments/valid.json"
}

run "the_shipped_environments_are_accepted" {
  command = plan

  variables {
    environments_file = "../../../../fleet/environments.json"
  }

  assert {
    condition     = length(output.deployment_role_arns) == length(jsondecode(file("../../../../fleet/environments.json")).environments)
    error_message = "Each environment must have its role."
  }
}

run "the_lock_table_is_what_terraform_expects" {
  command = plan

  assert {
    condition     = aws_dynamodb_table.locks.hash_key == "LockID" && aws_dynamodb_table.locks.billing_mode == "PAY_PER_REQUEST"
    error_message = "Terraform locks by an attribute LockID; locks are too rare for provisioned capacity."
  }
  assert {
    condition     = aws_dynamodb_table.locks.point_in_time_recovery[0].enabled && aws_dynamodb_table.locks.server_side_encryption[0].enabled && !aws_dynamodb_table.locks.deletion_protection_enabled
    error_message = "The table must be recoverable, encrypted and destroyable."
  }
  assert {
    condition     = aws_dynamodb_table.locks.name == "shared-flag-api-table-state-locks-a1" && aws_dynamodb_table.locks.tags["managed-by"] == "terraform"
    error_message = "The table must carry name and mandatory tags."
  }
}

run "each_role_reaches_its_own_states_and_its_upstreams_outputs" {
  command = apply

  assert {
    condition = { for statement in local.state_statements : statement.Sid => [for arn in flatten([statement.Resource]) : trimprefix(arn, output.bucket_arn)] if statement.Effect == "Allow" } == {
      BlueListsStates                = [""]
      BlueKeepsOwnStates             = ["/env:/blue/*", "/env:/blue-*/*"]
      BlueLooksForDefaultStates      = ["/application/terraform.tfstate"]
      DarkGreenListsStates           = [""]
      DarkGreenKeepsOwnStates        = ["/env:/dark-green/*", "/env:/dark-green-*/*"]
      DarkGreenLooksForDefaultStates = ["/application/terraform.tfstate"]
      DarkGreenReadsUpstreamOutputs  = ["/env:/blue/application/terraform.tfstate"]
    }
    error_message = "A role may keep its own states, region workspaces too, and read what its upstream shares; nothing besides."
  }
  assert {
    condition     = alltrue([for statement in local.state_statements : toset(flatten([statement.Action])) == toset(["s3:GetObject"]) if anytrue([for end in ["ReadsUpstreamOutputs", "LooksForDefaultStates"] : endswith(statement.Sid, end)])])
    error_message = "An upstream's outputs and the workspace default may be read, never written."
  }
  assert {
    condition = alltrue([for statement in local.state_statements : statement.Condition == { ArnEquals = { "aws:PrincipalArn" = (
      startswith(statement.Sid, "Blue") ? "arn:aws:iam::111111111111:role/deployment/flag-api" : "arn:aws:iam::222222222222:role/deployment/flag-api"
    ) } }])
    error_message = "Each statement must hold for the deployment role of its environment's account alone."
  }
  assert {
    condition = alltrue([for statement in local.state_statements : statement.Principal == { AWS = (
      startswith(statement.Sid, "Blue") ? "arn:aws:iam::111111111111:root" : "arn:aws:iam::222222222222:root"
    ) } if statement.Effect == "Allow"])
    error_message = "Whoever is let in must be of the environment's account."
  }
}

run "no_iam_policy_can_widen_that" {
  command = apply

  assert {
    condition = { for statement in local.state_statements : statement.Sid => [for arn in statement.NotResource : trimprefix(arn, output.bucket_arn)] if can(statement.NotResource) } == {
      BlueStaysInOwnStates      = ["", "/env:/blue/*", "/env:/blue-*/*", "/application/terraform.tfstate"]
      DarkGreenStaysInOwnStates = ["", "/env:/dark-green/*", "/env:/dark-green-*/*", "/application/terraform.tfstate", "/env:/blue/application/terraform.tfstate"]
    }
    error_message = "All other objects must be denied to each role, whatever its own account allows."
  }
  assert {
    condition = { for statement in local.state_statements : "${statement.Sid} ${statement.NotAction}" => [for arn in statement.Resource : trimprefix(arn, output.bucket_arn)] if can(statement.NotAction) } == {
      "BlueLeavesTheBucketAlone s3:ListBucket"      = [""]
      "BlueOnlyReadsOthers s3:GetObject"            = ["/application/terraform.tfstate"]
      "DarkGreenLeavesTheBucketAlone s3:ListBucket" = [""]
      "DarkGreenOnlyReadsOthers s3:GetObject"       = ["/application/terraform.tfstate", "/env:/blue/application/terraform.tfstate"]
    }
    error_message = "All but reading must be denied on an upstream's state and in the workspace default, all but listing on the bucket, its policy above all."
  }
  assert {
    condition     = alltrue([for statement in local.state_statements : contains(jsondecode(module.states.policy).Statement[*].Sid, statement.Sid)]) && jsondecode(module.states.policy).Statement[0].Sid == "TlsOnly"
    error_message = "The statements must stand in the bucket's policy, beside those for TLS."
  }
}

run "each_role_locks_its_own_states_only" {
  command = apply

  assert {
    condition = { for statement in jsondecode(aws_dynamodb_resource_policy.locks.policy).Statement : statement.Sid => flatten([for test in values(statement.Condition) : [for id in flatten([test["dynamodb:LeadingKeys"]]) : id] if can(test["dynamodb:LeadingKeys"])]) } == {
      BlueLeavesTheTableAlone      = []
      DarkGreenLeavesTheTableAlone = []
      BlueLocksOwnStates           = ["${output.bucket_name}/env:/blue/*", "${output.bucket_name}/env:/blue-*/*"]
      BlueLocksNoOthers            = ["${output.bucket_name}/env:/blue/*", "${output.bucket_name}/env:/blue-*/*"]
      DarkGreenLocksOwnStates      = ["${output.bucket_name}/env:/dark-green/*", "${output.bucket_name}/env:/dark-green-*/*"]
      DarkGreenLocksNoOthers       = ["${output.bucket_name}/env:/dark-green/*", "${output.bucket_name}/env:/dark-green-*/*"]
    }
    error_message = "Locks are keyed <bucket>/env:/<workspace>/<key>: each role may touch those of its workspaces alone."
  }
  assert {
    condition = alltrue([
      for statement in jsondecode(aws_dynamodb_resource_policy.locks.policy).Statement :
      statement.Effect == "Deny" && length(setsubtract(["dynamodb:BatchWriteItem", "dynamodb:DeleteTable", "dynamodb:PartiQLDelete", "dynamodb:PutResourcePolicy", "dynamodb:UpdateTable"], statement.Action)) == 0
      if endswith(statement.Sid, "LeavesTheTableAlone")
    ])
    error_message = "No role may get around the keys of the locks, or change the table and its policy."
  }
}

run "backends_use_both_locks_and_the_environments_role" {
  command = apply

  assert {
    condition = output.backend_configuration["blue"] == join("\n", [
      "bucket = \"${output.bucket_name}\"",
      "dynamodb_table = \"arn:aws:dynamodb:eu-west-1:444444444444:table/locks\"",
      "encrypt = true",
      "region = \"eu-west-1\"",
      "use_lockfile = true",
      "assume_role = { role_arn = \"arn:aws:iam::111111111111:role/deployment/flag-api\" }",
      "",
    ])
    error_message = "The file for -backend-config must name bucket, both locks, encryption and the role."
  }
  assert {
    condition     = !strcontains(output.own_backend_configuration, "assume_role") && strcontains(output.own_backend_configuration, "use_lockfile = true")
    error_message = "This stack's own backend must use both locks and no deployment role."
  }
  assert {
    condition     = { for name, policy in output.deployment_role_policies : name => jsondecode(policy).Statement[*].Sid } == { blue = ["ListStates", "KeepOwnStates", "LookForDefaultStates", "LockOwnStates", "UseKeyOfLocks"], dark-green = ["ListStates", "KeepOwnStates", "LookForDefaultStates", "ReadUpstreamOutputs", "LockOwnStates", "UseKeyOfLocks"] }
    error_message = "Each role's own policy must allow what the backend asks of it, and read an upstream only where there is one."
  }
}

run "without_a_reader_nobody_but_deployment_roles_is_let_in" {
  command = apply

  assert {
    condition     = local.reader_statements == [] && output.reader_backend_configuration == {}
    error_message = "A role that nobody named must not be let in."
  }
}

run "the_reader_of_each_environment_reads_its_states_and_its_upstreams" {
  command = apply
  variables { reader_role_name = "{environment}-flags-role-drift-{region}-a1" }

  assert {
    condition = { for statement in local.reader_statements : statement.Sid => statement.Condition.ArnEquals["aws:PrincipalArn"] if statement.Effect == "Allow" } == {
      BlueReaderReads      = "arn:aws:iam::111111111111:role/blue-flags-role-drift-euw1-a1"
      DarkGreenReaderReads = "arn:aws:iam::222222222222:role/dark-green-flags-role-drift-usw2-a1"
    }
    error_message = "Each environment's reader must be known by the name that its stack gives it."
  }
  assert {
    condition = { for statement in local.reader_statements : statement.Sid => [for arn in statement.Resource : trimprefix(arn, output.bucket_arn)] if statement.Effect == "Allow" } == {
      BlueReaderReads      = ["", "/env:/blue/*", "/env:/blue-*/*", "/application/terraform.tfstate"]
      DarkGreenReaderReads = ["", "/env:/dark-green/*", "/env:/dark-green-*/*", "/application/terraform.tfstate", "/env:/blue/application/terraform.tfstate"]
    }
    error_message = "It may read its environment's states and what its upstream shares."
  }
  assert {
    condition     = alltrue([for statement in local.reader_statements : toset(flatten([try(statement.NotAction, statement.Action)])) == toset(["s3:GetObject", "s3:ListBucket"]) if can(statement.NotAction) || statement.Effect == "Allow"])
    error_message = "It may read and list, and all else must be denied."
  }
  assert {
    condition     = alltrue([for statement in local.reader_statements : contains(jsondecode(module.states.policy).Statement[*].Sid, statement.Sid)])
    error_message = "The statements must stand in the bucket's policy."
  }
  assert {
    condition     = length(regexall("dynamodb_table|use_lockfile", output.reader_backend_configuration["blue"])) == 0 && length(regexall("role/blue-flags-role-drift-euw1-a1", output.reader_backend_configuration["blue"])) == 1
    error_message = "The reader takes no lock, and the role must be named."
  }
}

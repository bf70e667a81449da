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
      ReadOwnStates          = ["", "/$${aws:PrincipalAccount}/*", "/application/terraform.tfstate", "/flags-global/terraform.tfstate", "/flags-region/terraform.tfstate", "/governance/terraform.tfstate", "/region-foundation/terraform.tfstate"]
      KeepOwnStates          = ["/$${aws:PrincipalAccount}/*"]
      DarkGreenReadsUpstream = ["/111111111111/blue/application/terraform.tfstate"]
    }
    error_message = "A role may keep what lies below its account's number, and read what its upstream shares; nothing besides."
  }
  assert {
    condition = { for statement in local.state_statements : statement.Sid => flatten([statement.Action]) if statement.Effect == "Allow" } == {
      ReadOwnStates          = ["s3:GetObject", "s3:ListBucket"]
      KeepOwnStates          = ["s3:DeleteObject", "s3:PutObject"]
      DarkGreenReadsUpstream = ["s3:GetObject"]
    }
    error_message = "An upstream's outputs and the workspace default may be read, never written."
  }
  assert {
    condition     = alltrue([for statement in local.state_statements : statement.Condition.ArnLike["aws:PrincipalArn"] == ["arn:aws:iam::*:role/deployment/flag-api"]])
    error_message = "Each statement must hold for deployment roles alone."
  }
  assert {
    condition = { for statement in local.state_statements : statement.Sid => flatten([statement.Principal.AWS]) if statement.Effect == "Allow" } == {
      ReadOwnStates          = ["arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:root"]
      KeepOwnStates          = ["arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:root"]
      DarkGreenReadsUpstream = ["arn:aws:iam::222222222222:root"]
    }
    error_message = "Whoever is let in must be of an environment's account, and of the downstream's to read an upstream."
  }
}

run "no_iam_policy_can_widen_that" {
  command = apply

  assert {
    condition = { for statement in local.state_statements : statement.Sid => [for arn in statement.NotResource : trimprefix(arn, output.bucket_arn)] if can(statement.NotResource) } == {
      ChangeNoOthers = ["", "/$${aws:PrincipalAccount}/*"]
      ReadNoOthers   = ["/$${aws:PrincipalAccount}/*", "/application/terraform.tfstate", "/flags-global/terraform.tfstate", "/flags-region/terraform.tfstate", "/governance/terraform.tfstate", "/region-foundation/terraform.tfstate"]
    }
    error_message = "All other objects must be denied to each role, whatever its own account allows."
  }
  assert {
    condition = { for statement in local.state_statements : statement.Sid => statement.NotAction if can(statement.NotAction) } == {
      LeaveTheBucketAlone = ["s3:ListBucket"]
      ChangeNoOthers      = ["s3:GetObject", "s3:ListBucket"]
    }
    error_message = "All but reading must be denied outside of its own states, all but listing on the bucket, its policy above all."
  }
  assert {
    condition     = alltrue([for statement in local.state_statements : statement.Principal == { AWS = "*" } if statement.Effect == "Deny"])
    error_message = "A denial must hold whoever the role is to the policy."
  }
  assert {
    condition     = alltrue([for statement in local.state_statements : contains(jsondecode(module.states.policy).Statement[*].Sid, statement.Sid)]) && jsondecode(module.states.policy).Statement[0].Sid == "TlsOnly"
    error_message = "The statements must stand in the bucket's policy, beside those for TLS."
  }
}

run "an_environment_in_the_buckets_account_reads_its_own_upstream_alone" {
  command = apply
  variables { context = merge(var.context, { account_id = "222222222222" }) }

  assert {
    condition = [for statement in local.state_statements : [for arn in statement.NotResource : trimprefix(arn, output.bucket_arn)] if statement.Sid == "ReadNoOthers"] == [
      ["/$${aws:PrincipalAccount}/*", "/application/terraform.tfstate", "/flags-global/terraform.tfstate", "/flags-region/terraform.tfstate", "/governance/terraform.tfstate", "/region-foundation/terraform.tfstate", "/111111111111/blue/application/terraform.tfstate"],
    ]
    error_message = "In the bucket's account the denials are all that holds an IAM policy; the upstream of the environment there must stay readable."
  }
  assert {
    condition     = [for statement in local.state_statements : statement.Condition.StringEquals if statement.Sid == "ReadNoOthers"] == [{ "aws:PrincipalAccount" = "222222222222" }]
    error_message = "It must hold in the bucket's account alone: others read other upstreams."
  }
}

run "each_role_locks_its_own_states_only" {
  command = apply

  assert {
    condition = { for statement in jsondecode(aws_dynamodb_resource_policy.locks.policy).Statement : statement.Sid => flatten([for test in values(statement.Condition) : [for id in flatten([test["dynamodb:LeadingKeys"]]) : id] if can(test["dynamodb:LeadingKeys"])]) } == {
      LockOwnStates      = ["${output.bucket_name}/$${aws:PrincipalAccount}/*"]
      LockNoOthers       = ["${output.bucket_name}/$${aws:PrincipalAccount}/*"]
      LeaveTheTableAlone = []
    }
    error_message = "Locks are keyed <bucket>/<account>/<workspace>/<key>: each role may touch those of its account alone."
  }
  assert {
    condition = alltrue([
      for statement in jsondecode(aws_dynamodb_resource_policy.locks.policy).Statement :
      statement.Effect == "Deny" && length(setsubtract(["dynamodb:BatchWriteItem", "dynamodb:DeleteTable", "dynamodb:PartiQLDelete", "dynamodb:PutResourcePolicy", "dynamodb:UpdateTable"], statement.Action)) == 0
      if statement.Sid == "LeaveTheTableAlone"
    ])
    error_message = "No role may get around the keys of the locks, or change the table and its policy."
  }
}

run "thirty_environments_fit_with_room" {
  command = apply
  variables {
    environments_file = "test/environments/thirty.json"
    reader_role_name  = "{environment}-flags-role-drift-{region}-a1"
  }

  assert {
    condition     = local.policy_bytes.bucket < 18000 && local.policy_bytes.table < 4000
    error_message = "The policies of thirty environments have ${local.policy_bytes.bucket} and ${local.policy_bytes.table} bytes."
  }
  assert {
    condition     = length([for statement in concat(local.state_statements, local.reader_statements, local.lock_statements) : statement if !endswith(statement.Sid, "ReadsUpstream")]) == 9
    error_message = "Who reads whose outputs may need a statement for each environment; nothing else may."
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
      "workspace_key_prefix = \"111111111111\"",
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
    condition     = tolist(local.reader_roles) == tolist(["arn:aws:iam::*:role/*-flags-role-drift-*-a1"])
    error_message = "Readers must be known by the form of the name that stacks give them."
  }
  assert {
    condition = { for statement in local.state_statements : statement.Sid => contains(statement.Condition.ArnLike["aws:PrincipalArn"], local.reader_roles[0]) } == {
      ReadOwnStates          = true
      KeepOwnStates          = false
      LeaveTheBucketAlone    = true
      ChangeNoOthers         = true
      ReadNoOthers           = true
      DarkGreenReadsUpstream = true
    }
    error_message = "Readers read what deployment roles read, and keep nothing."
  }
  assert {
    condition = [for statement in local.reader_statements : [statement.Effect, statement.NotAction, statement.Condition.ArnLike["aws:PrincipalArn"]]] == [
      ["Deny", ["s3:GetObject", "s3:ListBucket"], "arn:aws:iam::*:role/*-flags-role-drift-*-a1"],
    ]
    error_message = "They may read and list, and all else must be denied."
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

run "the_backend_of_each_environment_says_the_external_id_that_its_role_asks_for" {
  command = apply
  variables {
    deployment_external_id = "flaghoist"
    reader_role_name       = "{environment}-flags-role-drift-{region}-a1"
  }

  assert {
    condition     = length(output.reader_backend_configuration) > 0 && alltrue([for text in concat(values(output.backend_configuration), values(output.reader_backend_configuration)) : strcontains(text, ", external_id = \"flaghoist\" }")])
    error_message = "Without it Terraform could not reach its state."
  }
}

mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"Mocked\"}]}" }
  }
}

variables {
  context = {
    environment        = "blue"
    service            = "flags"
    environment_suffix = "a1"
    region             = "us-east-1"
    account_id         = "123456789012"
    cost_center        = "payments-4711"
    owner              = "team-platform"
  }
  topology = {
    home     = "us-east-1"
    standby  = "us-west-2"
    regions  = [{ name = "us-east-1" }, { name = "us-west-2" }, { name = "eu-west-1" }]
    services = [{ name = "checkout", cell = "cell-1" }]
  }
  kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/mrk-0123456789abcdef0123456789abcdef"
  operators   = { doctor = { users = true }, operator = { users = true, names = ["ada"] }, promoter = { users = true }, witness = { users = true, names = ["eva"] } }
}

run "an_operator_writes_the_topology_and_no_flag" {
  command = plan

  assert {
    condition = { for statement in jsondecode(local.documents["operator"]).Statement : statement.Sid => { for test, keys in statement.Condition : test => keys["dynamodb:LeadingKeys"] if test != "Null" } if contains(flatten([statement.Action]), "dynamodb:PutItem") } == {
      PublishTheTopology    = { "ForAllValues:StringLike" = ["TOPOLOGY"] }
      ApproveInTheirOwnName = { "ForAllValues:StringEquals" = ["APPROVER#$${aws:userid}"] }
    }
    error_message = "An operator must write this one item of flags, and approvals under their own key, only."
  }
}

run "an_operator_takes_letters_and_sends_back_what_nobody_believes_unseen" {
  command = plan

  assert {
    condition     = toset(local.places.queues) == toset([for name in ["cache-loads-a1", "flags-*-a1"] : "arn:aws:sqs:*:123456789012:blue-flags-queue-${name}"])
    error_message = "An operator must send to the queues of services and loads of every region, and to no others."
  }
  assert {
    condition     = contains(local.places.letters, "arn:aws:sqs:*:123456789012:blue-flags-queue-undelivered-a1") && contains(local.places.letters, "arn:aws:sqs:*:123456789012:blue-flags-queue-dead-flags-*-a1") && length([for arn in local.places.letters : arn if strcontains(arn, "verdicts") || strcontains(arn, "audit")]) == 0
    error_message = "An operator must take the dead letters of every region but those of answers and of the trail."
  }
  assert {
    condition     = alltrue([for statement in jsondecode(local.documents["operator"]).Statement : !strcontains(jsonencode(statement.Resource), "region-verdicts") && !strcontains(jsonencode(statement.Resource), "queue-audit")])
    error_message = "An operator must reach no queue whose messages are believed as they are."
  }
}

run "the_witness_reaches_what_is_believed_and_nothing_else" {
  command = plan

  assert {
    condition     = local.places.evidence == [for pair in setproduct(["audit", "region-verdicts"], ["us-east-1", "us-west-2"]) : "arn:aws:sqs:${pair[1]}:123456789012:blue-flags-queue-${pair[0]}-a1"]
    error_message = "Answers and events must be sent back in home and its standby."
  }
  assert {
    condition     = aws_iam_role.this["witness"].name == "blue-flags-role-witness-use1-a1" && length([for statement in jsondecode(local.documents["witness"]).Statement : statement if contains(flatten([statement.Action]), "lambda:InvokeFunction") || strcontains(jsonencode(statement.Action), "dynamodb:Put")]) == 0
    error_message = "Whoever sends evidence back must call nothing and write no table."
  }
}

run "the_doctor_looks_everywhere_and_has_the_reconciler_look" {
  command = plan

  assert {
    condition = toset(local.places.tables) == toset(concat(
      [for pair in setproduct(["us-east-1", "us-west-2", "eu-west-1"], ["flags", "verification"]) : "arn:aws:dynamodb:${pair[0]}:123456789012:table/blue-flags-table-${pair[1]}-a1"],
      [for pair in setproduct(["us-east-1", "us-west-2"], ["changes", "proposals"]) : "arn:aws:dynamodb:${pair[0]}:123456789012:table/blue-flags-table-${pair[1]}-a1"],
    ))
    error_message = "Tables must be looked at where they are: those of home in home and its standby."
  }
  assert {
    condition     = local.places.reconcilers == ["arn:aws:lambda:*:123456789012:function:blue-flags-function-cache-updater-reconcile-a1:live"] && local.places.acknowledgements == [for suffix in ["", ":*"] : "arn:aws:logs:*:123456789012:log-group:blue-flags-log-group-acknowledgements-a1${suffix}"]
    error_message = "One function must be callable and one log be asked, in every region."
  }
  assert {
    condition     = alltrue([for name in ["region-verdicts-a1", "audit-a1", "undelivered-a1", "flags-*-a1", "dead-flags-*-a1"] : anytrue([for arn in local.places.allQueues : endswith(arn, ":blue-flags-queue-${name}")])])
    error_message = "Messages of every queue must be counted, dead letters too."
  }
  assert {
    condition     = [for statement in jsondecode(local.documents["doctor"]).Statement : statement.Sid if contains(flatten([statement.Resource]), "*")] == ["LookAtWhatHasNoName"]
    error_message = "Only what IAM knows no resource of may be about anything."
  }
}

run "an_operator_calls_what_commands_call" {
  command = plan

  assert {
    condition = toset([for key, function in module.plan.functions : key if contains(local.places.functions, replace(function.live_arn, ":us-east-1:", ":*:"))]) == toset(concat(
      [for key, function in jsondecode(file("../../../../packages/wiring/lib/wiring.json")).functions : key if can(function.calledBy)],
      ["audit-writer.sweep", "cache-updater.reconcile", "validator.accept", "validator.distribute", "validator.tell"],
    ))
    error_message = "What only a command calls, what a person calls by the runbook, and what reads dead letters of streams again must be callable; nothing else."
  }
}

run "an_operator_has_changes_looked_at_and_follows_them" {
  command = plan

  assert {
    condition = alltrue([for sid, resources in {
      HaveAChangeLookedAt = ["arn:aws:states:*:123456789012:stateMachine:blue-flags-state-machine-verify-window-a1"]
      FollowChanges       = [for region in ["us-east-1", "us-west-2"] : "arn:aws:dynamodb:${region}:123456789012:table/blue-flags-table-changes-a1"]
    } : one([for statement in jsondecode(local.documents["operator"]).Statement : statement.Resource if statement.Sid == sid]) == resources])
    error_message = "hoist verify must start the workflow of every region, and read the changes of home and standby."
  }
}

run "twelve_regions_fit_into_what_iam_takes" {
  command = plan
  variables {
    topology = merge(var.topology, { regions = [for name in ["us-east-1", "us-west-2", "us-east-2", "ca-central-1", "sa-east-1", "eu-west-1", "eu-west-2", "eu-central-1", "ap-northeast-1", "ap-southeast-1", "ap-southeast-2", "ap-south-1"] : { name = name }] })
  }

  # What is added to it takes another 1,600 characters; the names of a company may be longer than these.
  assert {
    condition     = alltrue([for document in values(local.documents) : length(document) <= 8000])
    error_message = "The policy of a role must leave room below the 10,240 characters of IAM: ${jsonencode({ for role, document in local.documents : role => length(document) })}."
  }
}

run "a_promotion_reaches_home_and_standby" {
  command = plan

  assert {
    condition     = local.places.homeFlags == [for region in ["us-east-1", "us-west-2"] : "arn:aws:dynamodb:${region}:123456789012:table/blue-flags-table-flags-a1"]
    error_message = "A promotion must write in home and standby."
  }
  assert {
    condition     = aws_iam_role.this["promoter"].name == "blue-flags-role-promoter-use1-a1" && !can(regex("\"\\{[a-zA-Z]+\\}\"", join("", values(local.documents))))
    error_message = "The role must have the name that the tables' policy lets off, and no place may stay open."
  }
}

run "people_sign_in_under_the_name_that_the_sign_in_gives" {
  command = plan
  variables {
    operators = merge(var.operators, { for role in ["operator", "witness"] : role => { saml_provider_arn = "arn:aws:iam::123456789012:saml-provider/company" } })
  }

  assert {
    condition     = strcontains(aws_iam_role.this["operator"].assume_role_policy, "sts:AssumeRoleWithSAML") && !strcontains(aws_iam_role.this["operator"].assume_role_policy, ":root")
    error_message = "The sign-in must be the only way in."
  }
  assert {
    condition     = alltrue([for role in ["promoter", "doctor"] : !strcontains(aws_iam_role.this[role].assume_role_policy, "saml") && strcontains(aws_iam_role.this[role].assume_role_policy, ":root")])
    error_message = "Each role must have the way in that was given to it."
  }
}

run "each_role_has_its_own_people" {
  command = plan
  variables {
    operators = merge(var.operators, { operator = { users = true, names = ["ada"] }, witness = { users = true, names = ["eva", "ben"] } })
  }

  assert {
    condition     = { for role, made in aws_iam_role.this : role => try(jsondecode(made.assume_role_policy).Statement[0].Condition.StringEquals["aws:username"], null) } == { doctor = null, operator = ["ada"], promoter = null, witness = ["ben", "eva"] }
    error_message = "A role must be taken on by those who are named for it, and by nobody who is named for another."
  }
}

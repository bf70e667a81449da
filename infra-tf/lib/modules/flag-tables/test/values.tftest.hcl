# The real provider, offline: policies are rendered and arguments checked as in a deployment, and nothing is reached.
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "offline"
  secret_key                  = "offline"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

# What DynamoDB gives to each replica: without it nothing of the replicas is known at plan.
override_resource {
  target          = aws_dynamodb_table.this
  override_during = plan
  values = {
    arn        = "arn:aws:dynamodb:us-east-1:123456789012:table/flags"
    stream_arn = "arn:aws:dynamodb:us-east-1:123456789012:table/flags/stream/1"
    replica    = { arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/flags", stream_arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/flags/stream/2", stream_label = "2" }
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
    home    = "us-east-1"
    standby = "us-west-2"
    regions = [{ name = "us-east-1" }, { name = "us-west-2" }, { name = "eu-west-1" }]
    services = [
      { name = "checkout", cell = "cell-1" },
      { name = "basket", cell = "cell-1" },
      { name = "search", cell = "cell-2" },
    ]
  }
  kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/mrk-11111111111111111111111111111111"
  tables      = ["flags", "proposals", "changes"]
  authors = {
    saml_provider_arn = "arn:aws:iam::123456789012:saml-provider/company"
    users             = true
    programs          = { control-plane = { role_arn = "arn:aws:iam::123456789012:role/control-plane", session_name = "control-plane" } }
  }
}

run "flags_is_one_table_with_a_replica_in_each_other_region" {
  command = plan

  assert {
    condition     = aws_dynamodb_table.this["flags"].name == "blue-flags-table-flags-a1" && aws_dynamodb_table.this["flags"].tags["Name"] == aws_dynamodb_table.this["flags"].name && aws_dynamodb_table.this["flags"].tags["owner"] == "team-platform"
    error_message = "Name and tags must come from the plan."
  }
  assert {
    condition = { for replica in aws_dynamodb_table.this["flags"].replica : replica.region_name => [replica.kms_key_arn, replica.point_in_time_recovery, replica.propagate_tags] } == {
      us-west-2 = ["arn:aws:kms:us-west-2:123456789012:key/mrk-11111111111111111111111111111111", true, true]
      eu-west-1 = ["arn:aws:kms:eu-west-1:123456789012:key/mrk-11111111111111111111111111111111", true, true]
    }
    error_message = "Each region but home must have a replica, encrypted with its own replica of the key, restorable, and tagged."
  }
  assert {
    condition     = aws_dynamodb_table.this["flags"].stream_view_type == "NEW_AND_OLD_IMAGES" && { for index in aws_dynamodb_table.this["flags"].global_secondary_index : index.name => [index.hash_key, index.range_key, index.projection_type] } == { by-sk = ["sk", "pk", "KEYS_ONLY"] }
    error_message = "Stream and index must be those of the plan."
  }
  assert {
    condition     = keys(output.stream_arns) == ["changes", "flags", "proposals"] && keys(output.stream_arns["flags"]) == ["eu-west-1", "us-east-1", "us-west-2"]
    error_message = "Each region must find the stream of its replica."
  }
  assert {
    condition     = one(aws_dynamodb_table.this["flags"].ttl).attribute_name == "expiresAt" && one(aws_dynamodb_table.this["flags"].ttl).enabled
    error_message = "Of flags those items may expire that say when, and no other: the canary's revisions."
  }
}

run "tables_of_home_are_encrypted_restorable_and_destroyable" {
  command = plan

  assert {
    condition     = toset([for table in aws_dynamodb_table.this : length(table.replica)]) == toset([0, 2]) && length(aws_dynamodb_table.this["changes"].global_secondary_index) == 3
    error_message = "Only flags replicates; changes must have its three indexes."
  }
  assert {
    condition     = alltrue([for table in aws_dynamodb_table.this : one(table.server_side_encryption).kms_key_arn == var.kms_key_arn && one(table.point_in_time_recovery).enabled && table.deletion_protection_enabled == module.governance.deletion_protection && table.billing_mode == "PAY_PER_REQUEST"])
    error_message = "Every table must be encrypted with the key, restorable to any second, and destroyable."
  }
  assert {
    condition     = alltrue([for table in aws_dynamodb_table.this : toset(table.attribute[*].name) == toset(flatten([table.hash_key, table.range_key, [for index in table.global_secondary_index : [index.hash_key, index.range_key]]]))])
    error_message = "A table must define the attributes of its keys and of no others: DynamoDB refuses those."
  }
}

run "nobody_writes_proposals_but_under_their_own_key" {
  command = plan

  assert {
    condition = [for statement in jsondecode(aws_dynamodb_resource_policy.proposals["proposals"].policy).Statement : [statement.Sid, statement.Effect, statement.Resource]] == [
      for sid in ["NobodyChangesWhatIsWritten", "NobodyWritesUnderAnothersKey", "NobodyWritesWithoutAKey"] : [sid, "Deny", "arn:aws:dynamodb:us-east-1:123456789012:table/blue-flags-table-proposals-a1"]
    ]
    error_message = "The table must deny what the plan says, for itself."
  }
  assert {
    condition = alltrue([for statement in jsondecode(aws_dynamodb_resource_policy.proposals["proposals"].policy).Statement :
      toset(statement.Condition.ArnNotEquals["aws:PrincipalArn"]) == toset(["arn:aws:iam::123456789012:role/blue-flags-role-validator-accept-use1-a1", "arn:aws:iam::123456789012:role/blue-flags-role-validator-resume-use1-a1"])
    ])
    error_message = "The roles of the functions that settle proposals must be the only ones that are let off."
  }
}

run "nobody_but_homes_functions_and_a_promotion_writes_changes" {
  command = plan

  assert {
    condition = [for statement in jsondecode(aws_dynamodb_resource_policy.changes["changes"].policy).Statement : [statement.Sid, statement.Effect, statement.Resource]] == [
      for sid in ["OnlyHomeWritesChanges", "OnlyTheSweepKeepsItsProgress", "NobodyWritesWithoutAKey", "NobodyRemovesChanges"] : [sid, "Deny", "arn:aws:dynamodb:us-east-1:123456789012:table/blue-flags-table-changes-a1"]
    ]
    error_message = "The table must deny what the plan says, for itself."
  }
  assert {
    condition = { for statement in jsondecode(aws_dynamodb_resource_policy.changes["changes"].policy).Statement : statement.Sid => toset(statement.Condition.ArnNotEquals["aws:PrincipalArn"]) if can(statement.Condition.ArnNotEquals) } == {
      OnlyHomeWritesChanges = toset([
        for role in ["promoter", "rollback-conclude", "rollback-judge", "validator-accept", "validator-distribute", "validator-resume"] : "arn:aws:iam::123456789012:role/blue-flags-role-${role}-use1-a1"
      ])
      OnlyTheSweepKeepsItsProgress = toset(["arn:aws:iam::123456789012:role/blue-flags-role-audit-writer-sweep-use1-a1"])
    }
    error_message = "Those that permissions.json lets write changes must be let off, and a promotion: no other, and none less."
  }
}

run "authors_have_roles_whose_sessions_are_theirs" {
  command = plan

  assert {
    condition     = { for name, role in aws_iam_role.author : name => role.name } == { for name in ["sign-in", "users", "control-plane"] : name => "blue-flags-role-author-${name}-use1-a1" }
    error_message = "There must be one role for each way in."
  }
  assert {
    condition = { for name, role in aws_iam_role.author : name => jsonencode(jsondecode(role.assume_role_policy).Statement[0].Condition) } == {
      sign-in       = jsonencode({ StringEquals = { "SAML:aud" = "https://signin.aws.amazon.com/saml" } })
      users         = jsonencode({ Null = { "aws:username" = "false" }, StringEquals = { "sts:RoleSessionName" = "$${aws:username}" } })
      control-plane = jsonencode({ StringEquals = { "sts:RoleSessionName" = "control-plane" } })
    }
    error_message = "A session must carry the name of whoever it belongs to."
  }
  assert {
    condition = one([for statement in jsondecode(aws_iam_role_policy.author["users"].policy).Statement : jsonencode([statement.Action, statement.Condition, sort(statement.Resource)]) if statement.Sid == "WriteUnderTheirOwnKey"]) == jsonencode([
      "dynamodb:PutItem",
      {
        "ForAllValues:StringEquals" = { "dynamodb:LeadingKeys" = ["AUTHOR#$${aws:userid}", "APPROVER#$${aws:userid}"] }
        Null                        = { "dynamodb:LeadingKeys" = "false" }
      },
      [for region in ["us-east-1", "us-west-2"] : "arn:aws:dynamodb:${region}:123456789012:table/blue-flags-table-proposals-a1"],
    ])
    error_message = "An author must put items under their own keys, in home and in its standby, and do nothing else."
  }
  assert {
    condition     = length(distinct([for policy in aws_iam_role_policy.author : policy.policy])) == 1
    error_message = "All authors may do the same."
  }
}

run "the_canary_has_a_role_that_its_function_alone_takes_on" {
  command = plan

  variables {
    topology = merge(var.topology, { services = concat(var.topology.services, [{ name = "flaghoist-canary", cell = "cell-1" }]) })
  }

  assert {
    condition     = aws_iam_role.author["canary"].name == "blue-flags-role-author-canary-use1-a1" && length(aws_iam_role.author) == 4
    error_message = "There must be one more role of an author."
  }
  assert {
    condition = jsondecode(aws_iam_role.author["canary"].assume_role_policy).Statement == [{
      Sid       = "TheCanarysFunctionUnderItsOneName"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::123456789012:root" }
      Action    = "sts:AssumeRole"
      Condition = {
        ArnEquals    = { "aws:PrincipalArn" = [for code in ["use1", "usw2"] : "arn:aws:iam::123456789012:role/blue-flags-role-canary-run-${code}-a1"] }
        StringEquals = { "sts:RoleSessionName" = "flaghoist-canary" }
      }
    }]
    error_message = "The function of home and that of the standby must take it on, by its one name, and nobody else."
  }
  assert {
    condition     = aws_iam_role_policy.author["canary"].policy == aws_iam_role_policy.author["users"].policy
    error_message = "It must write under its own key like every author."
  }
}

run "the_standby_has_homes_tables_idle" {
  command = plan

  variables {
    context     = merge(var.context, { region = "us-west-2" })
    tables      = ["proposals", "changes"]
    kms_key_arn = "arn:aws:kms:us-west-2:123456789012:key/mrk-11111111111111111111111111111111"
    authors     = null
  }

  assert {
    condition     = keys(aws_dynamodb_table.this) == ["changes", "proposals"] && length(aws_iam_role.author) == 0
    error_message = "The standby must have both tables, and the roles of authors are made in home."
  }
  assert {
    condition     = toset([for arn in jsondecode(aws_dynamodb_resource_policy.changes["changes"].policy).Statement[0].Condition.ArnNotEquals["aws:PrincipalArn"] : strcontains(arn, "-promoter-") ? "" : split("-", arn)[length(split("-", arn)) - 2]]) == toset(["", "usw2"])
    error_message = "The standby's own functions must be let off, and the promoter, who has one role."
  }
  assert {
    condition     = alltrue([for arn in jsondecode(aws_dynamodb_resource_policy.proposals["proposals"].policy).Statement[0].Condition.ArnNotEquals["aws:PrincipalArn"] : strcontains(arn, "-usw2-")])
    error_message = "In the standby its own functions settle proposals."
  }
}

run "a_region_has_its_own_verification_whose_rows_expire" {
  command = plan

  variables {
    context     = merge(var.context, { region = "eu-west-1" })
    tables      = ["verification"]
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/mrk-11111111111111111111111111111111"
    authors     = null
  }

  assert {
    condition     = one(aws_dynamodb_table.this["verification"].ttl).attribute_name == "expiresAt" && one(aws_dynamodb_table.this["verification"].ttl).enabled && length(aws_dynamodb_table.this["verification"].replica) == 0 && !aws_dynamodb_table.this["verification"].stream_enabled
    error_message = "Rows must expire, and stay in their region."
  }
  assert {
    condition     = length(aws_dynamodb_resource_policy.proposals) + length(aws_dynamodb_resource_policy.changes) == 0 && length(output.stream_arns) == 0
    error_message = "There is nothing of home."
  }
}

run "the_next_environment_reads_changes" {
  command = plan

  variables {
    reader_role_arns = { green = "arn:aws:iam::210987654321:role/green-flags-role-validator-accept-use1-a1" }
  }

  assert {
    condition = alltrue([for policy in aws_dynamodb_resource_policy.changes : [for statement in jsondecode(policy.policy).Statement : [statement.Sid, toset(statement.Action), statement.Principal.AWS, statement.Condition.ArnEquals["aws:PrincipalArn"]] if statement.Effect == "Allow"] == [
      ["ReadByGreen", toset(["dynamodb:GetItem", "dynamodb:Query"]), "arn:aws:iam::210987654321:root", "arn:aws:iam::210987654321:role/green-flags-role-validator-accept-use1-a1"],
    ]])
    error_message = "The named role, and no other of its account, must read."
  }
}

run "a_region_that_leaves_goes_from_the_replicas_first" {
  command = plan

  variables {
    replica_regions = ["us-west-2"]
  }

  assert {
    condition     = [for replica in aws_dynamodb_table.this["flags"].replica : replica.region_name] == ["us-west-2"]
    error_message = "The named regions alone must have replicas."
  }
}

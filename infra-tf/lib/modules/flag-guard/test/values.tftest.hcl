mock_provider "aws" {}

variables {
  context = {
    environment        = "blue"
    service            = "flags"
    environment_suffix = "a1"
    region             = "us-west-2"
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
}

run "only_homes_functions_and_a_promotion_change_flags" {
  command = plan

  assert {
    condition = sort([for statement in jsondecode(output.policy).Statement : statement.Condition.ArnNotEquals["aws:PrincipalArn"] if statement.Sid == "OnlyHomeChangesFlags"][0]) == sort(concat(
      flatten([for region in ["use1", "usw2"] : [for role in ["rollback-conclude", "rollback-judge", "validator-accept", "validator-distribute", "validator-resume"] : "arn:aws:iam::123456789012:role/blue-flags-role-${role}-${region}-a1"]]),
      ["arn:aws:iam::123456789012:role/blue-flags-role-promoter-use1-a1", "arn:aws:iam::123456789012:role/aws-service-role/replication.dynamodb.amazonaws.com/AWSServiceRoleForDynamoDBReplication"],
    ))
    error_message = "Home, its standby, a promotion and replication must be let off, and nobody else."
  }
  assert {
    condition     = length([for statement in jsondecode(output.policy).Statement : statement if statement.Sid == "OnlyDistributorsReportRules"][0].Condition.ArnNotEquals["aws:PrincipalArn"]) == 4
    error_message = "Every region's distribution must be able to report its rules."
  }
}

run "topology_and_home_have_one_writer_each" {
  command = plan

  assert {
    condition = { for statement in jsondecode(output.policy).Statement : one(statement.Condition["ForAnyValue:StringLike"]["dynamodb:LeadingKeys"]) => [for arn in flatten([statement.Condition.ArnNotEquals["aws:PrincipalArn"]]) : arn if !strcontains(arn, "AWSServiceRoleForDynamoDBReplication")] if contains(["OnlyOperatorsPublishTheTopology", "OnlyAPromotionSaysWhichRegionIsHome"], statement.Sid) } == {
      TOPOLOGY = ["arn:aws:iam::123456789012:role/blue-flags-role-operator-use1-a1"]
      HOME     = ["arn:aws:iam::123456789012:role/blue-flags-role-promoter-use1-a1"]
    }
    error_message = "The operator must write the topology, a promotion HOME, and nobody else either of them."
  }
}

run "who_may_write_by_its_own_policy_is_let_off_by_the_tables" {
  command = plan

  assert {
    condition = toset(local.writer_roles) == toset([
      for function, statements in jsondecode(file("../../../../packages/wiring/lib/permissions.json")).functions : replace(function, ".", "-")
      if length([for statement in statements : statement if contains(statement.on, "table/flags") && contains(try(statement.keys, []), "ALIKE#*")]) > 0
    ])
    error_message = "A function that writes flags must be able to on the table too."
  }
}

run "the_policy_is_on_the_regions_own_replica" {
  command = plan

  assert {
    condition     = aws_dynamodb_resource_policy.flags.resource_arn == "arn:aws:dynamodb:us-west-2:123456789012:table/blue-flags-table-flags-a1" && !can(regex("\"\\{[a-zA-Z]+\\}\"", output.policy))
    error_message = "The table must be this region's."
  }
}

run "the_next_environment_reads" {
  command = plan
  variables { reader_role_arns = { green = "arn:aws:iam::210987654321:role/green-accept" } }

  assert {
    condition     = one([for statement in jsondecode(output.policy).Statement : statement.Condition.ArnEquals["aws:PrincipalArn"] if statement.Sid == "ReadByGreen"]) == "arn:aws:iam::210987654321:role/green-accept"
    error_message = "The named role must be able to read."
  }
}

mock_provider "aws" {}

variables {
  context = {
    environment        = "shared"
    service            = "platform"
    environment_suffix = "a1"
    region             = "eu-west-1"
    account_id         = "123456789012"
    cost_center        = "payments-4711"
    owner              = "team-platform"
  }
  approver_arns = ["arn:aws:sts::444444444444:assumed-role/reviewers/*"]
}

run "a_pull_request_to_the_branch_needs_two_of_the_named" {
  command = plan

  assert {
    condition = jsondecode(one(aws_codecommit_approval_rule_template.this[*].content)) == {
      Version               = "2018-11-08"
      DestinationReferences = ["refs/heads/main"]
      Statements = [{
        Type                    = "Approvers"
        NumberOfApprovalsNeeded = 2
        ApprovalPoolMembers     = ["arn:aws:sts::444444444444:assumed-role/reviewers/*"]
      }]
    }
    error_message = "The rule must ask two of approver_arns, for the branch alone."
  }
  assert {
    condition     = one(aws_codecommit_approval_rule_template_association.this[*].repository_name) == one(aws_codecommit_repository.this[*].repository_name)
    error_message = "A template holds nothing until it is associated with the repository."
  }
}

run "nobody_who_writes_moves_the_branch_a_version_or_the_approvals" {
  command = plan

  assert {
    condition = alltrue([for name in ["contribute", "release"] : anytrue([
      for statement in jsondecode(output.policies[name]).Statement :
      statement.Effect == "Deny" && contains(statement.Action, "codecommit:GitPush") && contains(try(statement.Condition.StringEqualsIfExists["codecommit:References"], []), "refs/heads/main")
    ])])
    error_message = "An approval rule does not hold who pushes to the branch: both policies must deny it."
  }
  assert {
    condition = anytrue([
      for statement in jsondecode(output.policies["contribute"]).Statement :
      statement.Effect == "Deny" && contains(statement.Action, "codecommit:GitPush") && contains(try(statement.Condition.StringLikeIfExists["codecommit:References"], []), "refs/tags/*")
    ])
    error_message = "Whoever writes modules must not make or move a version."
  }
  assert {
    condition = alltrue([for name in ["contribute", "release"] : alltrue([
      for action in ["codecommit:OverridePullRequestApprovalRules", "codecommit:DisassociateApprovalRuleTemplateFromRepository", "codecommit:DeleteRepository", "codecommit:UpdateRepositoryName"] :
      contains(flatten([for statement in jsondecode(output.policies[name]).Statement : statement.Action if statement.Effect == "Deny"]), action)
    ])])
    error_message = "The approvals must stay, whatever else is attached."
  }
  assert {
    condition     = length([for statement in jsondecode(output.policies["read"]).Statement : statement if anytrue([for action in statement.Action : can(regex("Push|Put|Create|Delete|Update|Merge", action))])]) == 0
    error_message = "Who reads must not write."
  }
}

run "with_another_host_nothing_is_made_and_the_source_is_there" {
  command = plan
  variables {
    git_host      = "ssh://git@git.bank.example/platform/modules.git"
    approver_arns = []
  }

  assert {
    condition     = length(aws_codecommit_repository.this) + length(aws_codecommit_approval_rule_template.this) + length(aws_codecommit_approval_rule_template_association.this) == 0
    error_message = "CodeCommit must have nothing."
  }
  assert {
    condition     = output.source == "git::ssh://git@git.bank.example/platform/modules.git" && output.repository_arn == null && length(output.policies) == 0
    error_message = "The source must be that of the other host, and there is no policy for it."
  }
}

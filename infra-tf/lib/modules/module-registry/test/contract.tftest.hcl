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

run "rejects_approvals_of_anybody" {
  command = plan
  variables { approver_arns = [] }
  expect_failures = [var.approver_arns]
}

run "rejects_approvals_of_any_role" {
  command = plan
  variables { approver_arns = ["arn:aws:sts::444444444444:assumed-role/*"] }
  expect_failures = [var.approver_arns]
}

run "rejects_an_account_that_approves" {
  command = plan
  variables { approver_arns = ["444444444444"] }
  expect_failures = [var.approver_arns]
}

run "rejects_a_branch_that_needs_nobody" {
  command = plan
  variables { approvals = 0 }
  expect_failures = [var.approvals]
}

run "rejects_a_branch_that_is_a_wildcard" {
  command = plan
  variables { branch = "ma*" }
  expect_failures = [var.branch]
}

run "rejects_a_host_with_a_password_in_it" {
  command = plan
  variables { git_host = "https://ada:secret@git.bank.example/modules.git" }
  expect_failures = [var.git_host]
}

run "rejects_a_key_of_another_account" {
  command = plan
  variables { kms_key_arn = "arn:aws:kms:eu-west-1:999999999999:key/mrk-1" }
  expect_failures = [var.kms_key_arn]
}

run "says_at_plan_where_modules_come_from" {
  command = plan

  assert {
    condition     = output.source == "git::https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shared-platform-git-repository-modules-a1"
    error_message = "The source must be that of CodeCommit."
  }
  assert {
    condition     = toset(keys(output.policies)) == toset(["read", "contribute", "release"])
    error_message = "There must be a policy for who reads, who writes and who releases."
  }
}

module "naming" {
  source  = "../naming"
  context = var.context
  resources = {
    repository = { type = "git-repository", qualifier = "modules" }
    approvals  = { type = "approval-rule", qualifier = "modules" }
  }
}

locals {
  arn = module.naming.arns["repository"]

  # What moves a branch or a tag; AWS tells which in codecommit:References.
  moving_actions = [
    "codecommit:CreateBranch",
    "codecommit:CreateCommit",
    "codecommit:DeleteBranch",
    "codecommit:DeleteFile",
    "codecommit:GitPush",
    "codecommit:MergeBranchesByFastForward",
    "codecommit:MergeBranchesBySquash",
    "codecommit:MergeBranchesByThreeWay",
    "codecommit:PutFile",
  ]
}

resource "aws_codecommit_repository" "this" {
  count = local.is_codecommit ? 1 : 0

  repository_name = module.naming.names["repository"]
  description     = "Terraform modules. A version is a tag; it is made from ${var.branch} alone."
  default_branch  = var.branch
  kms_key_id      = var.kms_key_arn
  tags            = module.naming.named_tags["repository"]
}

resource "aws_codecommit_approval_rule_template" "this" {
  count = local.is_codecommit ? 1 : 0

  name        = module.naming.names["approvals"]
  description = "${var.approvals} people who did not write it approve what goes to ${var.branch}."

  content = jsonencode({
    Version               = "2018-11-08"
    DestinationReferences = ["refs/heads/${var.branch}"]
    Statements = [{
      Type                    = "Approvers"
      NumberOfApprovalsNeeded = var.approvals
      ApprovalPoolMembers     = var.approver_arns
    }]
  })
}

resource "aws_codecommit_approval_rule_template_association" "this" {
  count = local.is_codecommit ? 1 : 0

  approval_rule_template_name = aws_codecommit_approval_rule_template.this[0].name
  repository_name             = aws_codecommit_repository.this[0].repository_name
}

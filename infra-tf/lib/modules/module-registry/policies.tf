locals {
  is_codecommit = var.git_host == null

  reading = {
    Sid    = "Read"
    Effect = "Allow"
    Action = [
      "codecommit:BatchGet*",
      "codecommit:Describe*",
      "codecommit:EvaluatePullRequestApprovalRules",
      "codecommit:Get*",
      "codecommit:GitPull",
      "codecommit:List*",
    ]
    Resource = [local.arn]
  }

  # An approval rule holds pull requests only: whoever may push to the branch needs none.
  guards = [
    {
      Sid      = "BranchByPullRequestsOnly"
      Effect   = "Deny"
      Action   = local.moving_actions
      Resource = [local.arn]
      Condition = {
        StringEqualsIfExists = { "codecommit:References" = ["refs/heads/${var.branch}"] }
        # A push begins with a request that names no reference yet.
        Null = { "codecommit:References" = "false" }
      }
    },
    {
      Sid    = "ApprovalsStay"
      Effect = "Deny"
      Action = [
        "codecommit:BatchDisassociateApprovalRuleTemplateFromRepositories",
        "codecommit:DeletePullRequestApprovalRule",
        "codecommit:DeleteRepository",
        "codecommit:DisassociateApprovalRuleTemplateFromRepository",
        "codecommit:OverridePullRequestApprovalRules",
        "codecommit:UpdateDefaultBranch",
        "codecommit:UpdatePullRequestApprovalRuleContent",
        # Under another name nothing here would hold.
        "codecommit:UpdateRepositoryName",
      ]
      Resource = [local.arn]
    },
    {
      Sid    = "TemplateStays"
      Effect = "Deny"
      Action = ["codecommit:DeleteApprovalRuleTemplate", "codecommit:UpdateApprovalRuleTemplate*"]
      # AWS knows no resource of a template.
      Resource = ["*"]
    },
  ]

  contributing = [
    local.reading,
    {
      Sid    = "WriteBranchesAndPullRequests"
      Effect = "Allow"
      Action = concat(local.moving_actions, [
        "codecommit:CreatePullRequest",
        "codecommit:DeleteCommentContent",
        "codecommit:MergePullRequest*",
        "codecommit:PostComment*",
        "codecommit:PutCommentReaction",
        "codecommit:UpdateComment",
        "codecommit:UpdatePullRequestApprovalState",
        "codecommit:UpdatePullRequestDescription",
        "codecommit:UpdatePullRequestStatus",
        "codecommit:UpdatePullRequestTitle",
      ])
      Resource = [local.arn]
    },
    {
      Sid      = "VersionsByReleasesOnly"
      Effect   = "Deny"
      Action   = local.moving_actions
      Resource = [local.arn]
      Condition = {
        StringLikeIfExists = { "codecommit:References" = ["refs/tags/*"] }
        Null               = { "codecommit:References" = "false" }
      }
    },
  ]

  releasing = [
    local.reading,
    {
      Sid       = "PushVersions"
      Effect    = "Allow"
      Action    = ["codecommit:GitPush"]
      Resource  = [local.arn]
      Condition = { StringLikeIfExists = { "codecommit:References" = ["refs/tags/v*"] } }
    },
  ]

  policies = {
    for name, statements in {
      read       = [local.reading]
      contribute = concat(local.contributing, local.guards)
      release    = concat(local.releasing, local.guards)
    } : name => jsonencode({ Version = "2012-10-17", Statement = statements })
  }
}

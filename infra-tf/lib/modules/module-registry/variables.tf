variable "context" {
  type = object({
    environment              = string
    service                  = string
    environment_suffix       = string
    partition                = optional(string, "aws")
    region                   = string
    account_id               = string
    cost_center              = string
    owner                    = string
    permissions_boundary_arn = optional(string)
  })
  description = "What a deployment is and where: all names, tags and computed ARNs follow from it. The module naming checks it."
  nullable    = false
}

variable "git_host" {
  type        = string
  description = "The address of the repository where another host of Git has it, for example \"https://git.bank.example/platform/modules.git\"; nothing is made then. Null: CodeCommit has it."
  default     = null

  validation {
    condition     = var.git_host == null ? true : can(regex("^(https|ssh)://([a-z0-9._-]+@)?[a-z0-9.-]+(:[0-9]+)?/[A-Za-z0-9._/-]+$", var.git_host))
    error_message = "git_host must be an address with https:// or ssh://, without a password and without a query, for example \"https://git.bank.example/platform/modules.git\"."
  }
}

variable "branch" {
  type        = string
  description = "The branch that versions are made from, and that is changed by approved pull requests only."
  default     = "main"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*$", var.branch))
    error_message = "branch must be a branch's name, for example \"main\", without refs/heads/ and without wildcards."
  }
}

variable "approvals" {
  type        = number
  description = "How many people must approve a pull request to the branch. Whoever wrote it is none of them."
  default     = 2
  nullable    = false

  validation {
    condition     = var.approvals >= 1 && var.approvals <= 10 && floor(var.approvals) == var.approvals
    error_message = "approvals must be a whole number of 1 to 10."
  }
}

variable "approver_arns" {
  type        = list(string)
  description = "Whose approval counts: sessions of roles, for example \"arn:aws:sts::444444444444:assumed-role/reviewers/*\", or users."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.approver_arns : can(regex("^arn:[a-z-]+:(sts::[0-9]{12}:assumed-role/[A-Za-z0-9+=,.@_-]+/[A-Za-z0-9+=,.@_*-]+|iam::[0-9]{12}:user/[A-Za-z0-9+=,.@_/-]+)$", arn))])
    error_message = "approver_arns must name sessions of one role each, for example \"arn:aws:sts::444444444444:assumed-role/reviewers/*\", or one user: an account or a wildcard for the role would let everybody approve."
  }

  validation {
    condition     = var.git_host != null || length(var.approver_arns) > 0
    error_message = "Say in approver_arns whose approval counts: without, CodeCommit takes anybody's who can see the pull request."
  }
}

variable "kms_key_arn" {
  type        = string
  description = "The key that the repository is encrypted with. Null: the key of AWS for CodeCommit."
  default     = null

  validation {
    condition     = var.kms_key_arn == null ? true : can(regex("^arn:${var.context.partition}:kms:${var.context.region}:${var.context.account_id}:key/[0-9a-z-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key (not of an alias) in ${var.context.region} of account ${var.context.account_id}: whoever owns another one could make the modules unreadable."
  }
}

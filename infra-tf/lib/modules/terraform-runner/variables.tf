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

variable "purpose" {
  type        = string
  description = "What Terraform is run for, as a qualifier in the names, for example \"remediation\"."
  nullable    = false
}

variable "sources" {
  type        = object({ type = string, location = string, version = optional(string) })
  description = "Where the checkout comes from, as CodeBuild knows it: CODECOMMIT and GITHUB with the address of the repository and a branch, tag or commit, S3 with bucket/key of an archive."
  nullable    = false

  validation {
    condition     = contains(["CODECOMMIT", "GITHUB", "GITHUB_ENTERPRISE", "GITLAB", "GITLAB_SELF_MANAGED", "BITBUCKET", "S3"], var.sources.type)
    error_message = "sources.type must be CODECOMMIT, GITHUB, GITHUB_ENTERPRISE, GITLAB, GITLAB_SELF_MANAGED, BITBUCKET or S3."
  }

  # What the builds may read follows from it.
  validation {
    condition = can(regex(lookup({
      CODECOMMIT = "^https://git-codecommit\\.${var.context.region}\\.amazonaws\\.com(\\.cn)?/v1/repos/[A-Za-z0-9._-]+$"
      S3         = "^[a-z0-9][a-z0-9.-]+[a-z0-9]/[^*?$]+$"
    }, var.sources.type, "^https://[^/@]+/[^*?@]+$"), var.sources.location))
    error_message = "sources.location must be the address of one repository (https://…, without credentials in it; of CODECOMMIT one in ${var.context.region}), or bucket/key of an archive in S3."
  }

  validation {
    condition     = var.sources.type == "S3" || var.sources.version != null
    error_message = "sources.version must name what is checked out of a repository, for example \"refs/tags/v1.4.0\": what runs with the rights to deploy is no accident of a default branch."
  }
}

variable "connection_arn" {
  type        = string
  description = "The connection to the host of the repository (CodeConnections); null for CODECOMMIT and S3."
  default     = null

  validation {
    condition     = (var.connection_arn != null) == !contains(["CODECOMMIT", "S3"], var.sources.type)
    error_message = "connection_arn belongs to a repository of another host, which cannot be read without; CODECOMMIT and S3 need none."
  }
}

variable "buildspec" {
  type        = string
  description = "What is run, as a buildspec (YAML). It is part of the project, so that nobody changes it by a commit to the sources alone."
  nullable    = false
}

variable "environment_variables" {
  type        = map(string)
  description = "What the buildspec reads. No secrets: they stand in the project for everybody who may look at it."
  default     = {}
  nullable    = false
}

variable "image" {
  type        = string
  description = "The image that builds run in, with Node, bash and the AWS CLI."
  default     = "aws/codebuild/amazonlinux-x86_64-standard:5.0"
  nullable    = false
}

variable "compute_type" {
  type        = string
  description = "How large a machine is: Terraform needs a gigabyte for a stack of 800 resources."
  default     = "BUILD_GENERAL1_SMALL"
  nullable    = false

  validation {
    condition     = contains(["BUILD_GENERAL1_SMALL", "BUILD_GENERAL1_MEDIUM", "BUILD_GENERAL1_LARGE"], var.compute_type)
    error_message = "compute_type must be BUILD_GENERAL1_SMALL, BUILD_GENERAL1_MEDIUM or BUILD_GENERAL1_LARGE."
  }
}

variable "timeout_minutes" {
  type        = number
  description = "Minutes after which a build is ended. An apply that is cut off leaves what it has done in the state, and its lock in place."
  default     = 60
  nullable    = false

  validation {
    condition     = var.timeout_minutes >= 5 && var.timeout_minutes <= 480 && floor(var.timeout_minutes) == var.timeout_minutes
    error_message = "timeout_minutes must be a whole number from 5 to 480."
  }
}

variable "network" {
  type        = object({ vpc_id = string, subnet_ids = list(string), internet_cidr = string })
  description = "Where builds run: private subnets with a way out, for providers and for what the AWS APIs have no endpoint of."
  nullable    = false

  validation {
    condition     = length(var.network.subnet_ids) > 0 && can(cidrnetmask(var.network.internet_cidr))
    error_message = "network needs at least one subnet, and internet_cidr as an IPv4 range."
  }
}

variable "deployment_role_arns" {
  type        = list(string)
  description = "The roles that Terraform takes on: those of the backends' files. The build's own role can do nothing to an environment."
  nullable    = false

  validation {
    condition     = length(var.deployment_role_arns) > 0 && alltrue([for arn in var.deployment_role_arns : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", arn))])
    error_message = "deployment_role_arns must be ARNs of single roles, without wildcards and policy variables, for example \"arn:aws:iam::333333333333:role/flaghoist-deployment\"."
  }
}

variable "policy_documents" {
  type        = list(string)
  description = "Policy documents (JSON) with what the buildspec itself needs, for example its bucket."
  default     = []
  nullable    = false
}

variable "kms_key_arn" {
  type        = string
  description = "The key that builds' artifacts and logs are encrypted with. Its policy must let logs.amazonaws.com use it."
  nullable    = false

  validation {
    condition     = can(regex("^arn:${var.context.partition}:kms:${var.context.region}:${var.context.account_id}:key/[0-9a-z-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key (not of an alias) of ${var.context.account_id} in ${var.context.region}."
  }
}

variable "log_retention_days" {
  type        = number
  description = "Days that builds' logs are kept."
  nullable    = false

  validation {
    condition     = contains(module.governance.log_retention_days, var.log_retention_days)
    error_message = "CloudWatch Logs keeps logs for one of ${join(", ", module.governance.log_retention_days)} days."
  }
}

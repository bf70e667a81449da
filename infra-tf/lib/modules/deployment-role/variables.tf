variable "name" {
  type        = string
  description = "The role's name, as deployment_role_name of state-backend says it."
  default     = "flaghoist-deployment"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,55}$", var.name))
    error_message = "name must be a role's name of at most 55 characters without a path: those of its policies begin with it."
  }
}

variable "account" {
  type        = object({ id = string, partition = optional(string, "aws") })
  description = "The environment's account, and the partition that it is in."
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account.id))
    error_message = "account.id must be 12 digits."
  }
}

variable "environment" {
  type        = string
  description = "The environment's name. With one of services it is how all names begin that the role may touch."
  nullable    = false
}

variable "service" {
  type        = string
  description = "Which stack makes the role: the tag service. None of services, whose stacks would miss the role in their own states."
  nullable    = false

  validation {
    condition     = !contains(var.services, var.service)
    error_message = "service must be none of services: hoist drift would look for the role in the states of those stacks."
  }
}

variable "services" {
  type        = list(string)
  description = "What the stacks are called in names: the inputs service of all stacks that the role deploys."
  nullable    = false

  validation {
    condition     = length(var.services) > 0 && alltrue([for word in concat([var.environment], var.services) : can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", word))])
    error_message = "environment and services must be lower-case words joined by single hyphens, as in the stacks: a wildcard would let the role touch what is not its own."
  }
}

variable "regions" {
  type        = list(string)
  description = "The regions that are deployed to: home and replica of the application, and all of the flags."
  nullable    = false

  validation {
    condition     = length(var.regions) > 0 && alltrue([for region in var.regions : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", region))])
    error_message = "regions must name at least one region, for example \"eu-west-1\", and no wildcard."
  }
}

variable "principal_arns" {
  type        = list(string)
  description = "Who takes the role on: roles of people, of a pipeline, and runner_role_arn of the output remediation."
  nullable    = false

  validation {
    condition     = length(var.principal_arns) > 0 && alltrue([for arn in var.principal_arns : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:(role|user)/[A-Za-z0-9+=,.@_/-]+$", arn))])
    error_message = "principal_arns must be ARNs of single roles or users, without wildcards and policy variables, for example \"arn:aws:iam::444444444444:role/pipeline\"."
  }
}

variable "external_id" {
  type        = string
  description = "What who takes the role on must know, where that is somebody else's pipeline; the stacks' input deployment_external_id. Null: nothing."
  default     = null

  validation {
    condition     = var.external_id == null ? true : length(var.external_id) >= 2 && length(var.external_id) <= 1224 && can(regex("^[A-Za-z0-9+=,.@:/_-]+$", var.external_id))
    error_message = "external_id must be 2 to 1,224 letters, digits or +=,.@:/_-, as STS takes it."
  }
}

variable "permissions_boundary_arn" {
  type        = string
  description = "The policy that bounds the role and each role that it makes; the stacks' input of the same name. Null: none, and whoever holds the role can then make one with every right."
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null ? true : can(regex("^arn:[a-z-]+:iam::(${var.account.id}|aws):policy/[A-Za-z0-9+=,.@_/-]+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn must be the ARN of one policy of ${var.account.id} or of AWS, for example \"arn:aws:iam::${var.account.id}:policy/boundary\": IAM takes no other account's."
  }
}

variable "state_policy" {
  type        = string
  description = "The output deployment_role_policies of state-backend for this environment (JSON). Null as long as there is no backend."
  default     = null

  validation {
    condition     = var.state_policy == null ? true : can(jsondecode(var.state_policy).Statement)
    error_message = "state_policy must be a policy in JSON: terraform output -json deployment_role_policies of state-backend, that of this environment."
  }
}

variable "module_registry" {
  type        = bool
  description = "Whether the role also makes the repository of module-registry, and its approval rule. False: it cannot take away what approves the modules that it deploys."
  default     = false
  nullable    = false
}

variable "cost_center" {
  type        = string
  description = "Who pays: the tag cost-center."
  nullable    = false
}

variable "owner" {
  type        = string
  description = "Who answers for it: the tag owner."
  nullable    = false
}

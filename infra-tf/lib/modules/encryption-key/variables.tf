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
  description = "What the key is for, as a qualifier in its alias, for example \"data\"."
  nullable    = false
}

variable "description" {
  type        = string
  description = "What the key protects, for the reader of a list of keys."
  nullable    = false

  validation {
    condition     = trimspace(var.description) != ""
    error_message = "Say in description what the key protects."
  }
}

variable "service_principals" {
  type        = list(string)
  description = "AWS services that use the key in their own name, for this account only, for example \"config.amazonaws.com\". logs.amazonaws.com stands for CloudWatch Logs of the region, which is held to this account's log groups, delivery.logs.amazonaws.com for logs that another service delivers encrypted, as Step Functions does; fargate.amazonaws.com may make grants for the storage of this account's tasks."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for principal in var.service_principals : can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)*\\.amazonaws\\.com$", principal))])
    error_message = "service_principals must be names of AWS services, for example \"config.amazonaws.com\"; \"*\" or an account would open the key."
  }

  validation {
    condition     = length(distinct(var.service_principals)) == length(var.service_principals)
    error_message = "service_principals must not name a service twice."
  }
}

variable "users" {
  type = map(object({
    role_arn     = string
    via_services = list(string)
  }))
  description = "Roles, of other accounts too, that may use the key through the named services of the key's region, for example \"dynamodb\"; keyed by a short name. Roles of the key's own account need no entry: their IAM policies suffice."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for user in var.users : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", user.role_arn))])
    error_message = "Each user's role_arn must be the full ARN of one role, without a wildcard or a policy variable."
  }

  validation {
    condition     = alltrue([for user in var.users : length(user.via_services) > 0])
    error_message = "Each user needs the services that it uses the key through, for example [\"dynamodb\"]."
  }

  validation {
    condition     = alltrue([for name in keys(var.users) : can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", name))])
    error_message = "Users are keyed by lower-case words joined by single hyphens: the key becomes the statement's sid."
  }
}

variable "multi_region" {
  type        = bool
  description = "Whether replicas of the key can be made in other regions. It cannot be changed later."
  default     = false
  nullable    = false
}

variable "replica_of" {
  type        = string
  description = "The multi-Region key of another region that this one is a replica of; null for a key of its own."
  default     = null

  validation {
    condition     = var.replica_of == null ? true : can(regex("^arn:${var.context.partition}:kms:[a-z0-9-]+:${var.context.account_id}:key/mrk-[0-9a-z]+$", var.replica_of)) && try(split(":", var.replica_of)[3] != var.context.region, false)
    error_message = "replica_of must be the ARN of a multi-Region key (key/mrk-…) of ${var.context.account_id} in another region than ${var.context.region}."
  }
}

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

variable "topology" {
  type = object({
    home    = string
    standby = optional(string)
    regions = list(object({ name = string }))
    services = list(object({
      name = string
      cell = string
    }))
  })
  description = "Regions, services and cells, as fleet/topology.json has them. The module flag-plan checks it."
  nullable    = false
}

variable "reader_role_arns" {
  type        = map(string)
  description = "Roles of other accounts that may read flags here, by a short name: the next environment's, which asks whether a change has been verified."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.reader_role_arns : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", arn))])
    error_message = "Each of reader_role_arns must be the full ARN of one role, without a wildcard or a policy variable."
  }

  validation {
    condition     = alltrue([for name in keys(var.reader_role_arns) : can(regex("^[a-z][a-z0-9]*$", name))])
    error_message = "reader_role_arns are keyed by one lower-case word each: it becomes part of the statement's sid."
  }
}

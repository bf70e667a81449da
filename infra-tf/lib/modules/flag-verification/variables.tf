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

variable "kms_key_arn" {
  type        = string
  description = "This region's key, which the bus, schedules, workflows and logs are encrypted with."
  nullable    = false

  validation {
    condition     = can(regex("^arn:${var.context.partition}:kms:${var.context.region}:${var.context.account_id}:key/[0-9a-z-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key (not of an alias) in ${var.context.region} of ${var.context.account_id}."
  }
}

variable "log_retention_days" {
  type        = number
  description = "Days that logs of workflows and of the functions that acknowledge nothing are kept."
  nullable    = false

  validation {
    condition     = contains(module.governance.log_retention_days, var.log_retention_days)
    error_message = "log_retention_days must be a period that CloudWatch Logs knows: ${join(", ", module.governance.log_retention_days)}."
  }
}

variable "schedules_enabled" {
  type        = bool
  description = "Whether schedules run. They are switched off while a region is taken down, so that nothing is loaded that is about to go."
  default     = true
  nullable    = false
}

variable "live_arns" {
  type        = map(string)
  description = "The aliases of functions as their modules give them, by function: a workflow or schedule then waits for what it calls. The computed ones are used for those left out."
  default     = {}
  nullable    = false
}

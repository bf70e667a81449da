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

variable "replica_region" {
  type        = string
  description = "The region of the provider aws.replica, where the copies go."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.replica_region))
    error_message = "replica_region must be a region's name, for example \"eu-central-1\"."
  }

  validation {
    condition     = var.replica_region != var.context.region
    error_message = "replica_region is the home region itself, so its loss would take the copies too: name another region."
  }
}

variable "secrets" {
  type        = map(object({ description = string }))
  description = "Secrets to hold in both regions, keyed by short name. Their values are put there from outside and never reach the state."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.secrets) : can(regex("^[a-z0-9]+(-[a-z0-9]+)*$", name))])
    error_message = "Secrets are keyed by lower-case words joined by single hyphens: the key becomes part of the name."
  }

  validation {
    condition     = alltrue([for secret in var.secrets : trimspace(secret.description) != ""])
    error_message = "Say in each secret's description what it opens, and for whom."
  }
}

variable "evidence_retention_days" {
  type        = number
  description = "Days that evidence is kept, in both regions."
  nullable    = false

  validation {
    condition     = var.evidence_retention_days >= 1 && floor(var.evidence_retention_days) == var.evidence_retention_days
    error_message = "evidence_retention_days must be a whole number of at least 1."
  }
}

variable "access_log_retention_days" {
  type        = number
  description = "Days that the log of accesses to the evidence is kept, in both regions."
  nullable    = false

  validation {
    condition     = var.access_log_retention_days >= 1 && floor(var.access_log_retention_days) == var.access_log_retention_days
    error_message = "access_log_retention_days must be a whole number of at least 1."
  }
}

variable "kms_key_arn" {
  type        = string
  description = "The key of secrets and evidence in the home region."
  nullable    = false

  validation {
    condition     = can(regex("^arn:${var.context.partition}:kms:${var.context.region}:${var.context.account_id}:key/[0-9a-z-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key (not of an alias) of ${var.context.account_id} in ${var.context.region}: secrets and buckets take no other region's key."
  }
}

variable "replica_kms_key_arn" {
  type        = string
  description = "The key of secrets and evidence in the replica region; a key of that region."
  nullable    = false

  validation {
    condition     = can(regex("^arn:${var.context.partition}:kms:${var.replica_region}:${var.context.account_id}:key/[0-9a-z-]+$", var.replica_kms_key_arn))
    error_message = "replica_kms_key_arn must be the ARN of a key (not of an alias) of ${var.context.account_id} in ${var.replica_region}: secrets and buckets take no other region's key."
  }
}

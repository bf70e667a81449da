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

variable "resource_arns" {
  type        = list(string)
  description = "The ARNs of the Aurora clusters to back up. The role can back up nothing else."
  nullable    = false

  validation {
    condition     = length(var.resource_arns) > 0
    error_message = "resource_arns is empty: a plan that selects nothing looks like a backup and is none."
  }

  validation {
    condition     = alltrue([for arn in var.resource_arns : can(regex("^arn:${var.context.partition}:rds:${var.context.region}:${var.context.account_id}:cluster:[a-z][a-z0-9-]*$", arn))])
    error_message = "resource_arns must be ARNs of Aurora clusters of ${var.context.account_id} in ${var.context.region}, without wildcards and policy variables; for another kind of resource the role in iam.tf needs its actions first."
  }
}

variable "source_kms_key_arns" {
  type        = list(string)
  description = "The keys that the clusters are encrypted with, where they are not the vault's own: a snapshot keeps its cluster's key, and the copy is made with it."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.source_kms_key_arns : can(regex("^arn:${var.context.partition}:kms:${var.context.region}:${var.context.account_id}:key/[0-9a-z-]+$", arn))])
    error_message = "source_kms_key_arns must be ARNs of keys of ${var.context.account_id} in ${var.context.region}, never aliases and never patterns."
  }
}

variable "schedule" {
  type        = string
  description = "When backups start, as a cron expression of AWS Backup in UTC."
  default     = "cron(0 3 * * ? *)"
  nullable    = false

  validation {
    condition     = can(regex("^cron\\(([^ )]+ ){5}[^ )]+\\)$", var.schedule))
    error_message = "schedule must be a cron expression of six fields, for example \"cron(0 3 * * ? *)\"."
  }
}

variable "retention_days" {
  type        = number
  description = "Days that a backup is kept in the home region. A size: it differs between environments."
  nullable    = false

  validation {
    condition     = var.retention_days >= 1 && var.retention_days <= 36500 && floor(var.retention_days) == var.retention_days
    error_message = "retention_days must be a whole number from 1 to 36500."
  }
}

variable "copy_retention_days" {
  type        = number
  description = "Days that a copy is kept in the replica region. A size: it differs between environments."
  nullable    = false

  validation {
    condition     = var.copy_retention_days >= 1 && var.copy_retention_days <= 36500 && floor(var.copy_retention_days) == var.copy_retention_days
    error_message = "copy_retention_days must be a whole number from 1 to 36500."
  }
}

variable "kms_key_arn" {
  type        = string
  description = "The key of the vault in the home region."
  nullable    = false

  validation {
    condition     = can(regex("^arn:${var.context.partition}:kms:${var.context.region}:${var.context.account_id}:key/[0-9a-z-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key (not of an alias) of ${var.context.account_id} in ${var.context.region}: a vault takes no other region's key."
  }
}

variable "replica_kms_key_arn" {
  type        = string
  description = "The key of the vault in the replica region; a key of that region."
  nullable    = false

  validation {
    condition     = can(regex("^arn:${var.context.partition}:kms:${var.replica_region}:${var.context.account_id}:key/[0-9a-z-]+$", var.replica_kms_key_arn))
    error_message = "replica_kms_key_arn must be the ARN of a key (not of an alias) of ${var.context.account_id} in ${var.replica_region}: a vault takes no other region's key."
  }
}

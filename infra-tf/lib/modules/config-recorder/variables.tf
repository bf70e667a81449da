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

variable "kms_key_arn" {
  type        = string
  description = "The key that snapshots and histories are encrypted with."
  nullable    = false

  validation {
    condition     = can(regex("^arn:${var.context.partition}:kms:${var.context.region}:${var.context.account_id}:key/[0-9a-z-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key (not of an alias) of ${var.context.account_id} in ${var.context.region}: a bucket takes no other region's key."
  }
}

variable "retention_days" {
  type        = number
  description = "Days that snapshots, histories and the bucket's access logs are kept."
  nullable    = false

  validation {
    condition     = var.retention_days >= 30 && floor(var.retention_days) == var.retention_days
    error_message = "retention_days must be a whole number of at least 30, the shortest that AWS Config itself allows."
  }
}

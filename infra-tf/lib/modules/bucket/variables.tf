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
  description = "What the bucket is for, as a qualifier in its name, for example \"evidence\"."
  nullable    = false
}

variable "key" {
  type        = object({ arn = string })
  description = "The key that objects are encrypted with; null for the keys of S3 itself, which access logs and Terraform's state need. An object, so that the choice is known at plan although the ARN is not."
  default     = null

  validation {
    condition     = var.key == null ? true : can(regex("^arn:${var.context.partition}:kms:${var.context.region}:${var.context.account_id}:key/[0-9a-z-]+$", var.key.arn))
    error_message = "key.arn must be the ARN of a key (not of an alias) of ${var.context.account_id} in ${var.context.region}: a bucket takes no other region's key."
  }
}

variable "expire_noncurrent_after_days" {
  type        = number
  description = "Days that an overwritten or deleted object stays retrievable."
  nullable    = false

  validation {
    condition     = var.expire_noncurrent_after_days >= 1 && floor(var.expire_noncurrent_after_days) == var.expire_noncurrent_after_days
    error_message = "expire_noncurrent_after_days must be a whole number of at least 1: versions that never expire are paid for ever."
  }
}

variable "expire_after_days" {
  type        = number
  description = "Days after which an object is deleted; null keeps it."
  default     = null

  validation {
    condition     = var.expire_after_days == null ? true : var.expire_after_days >= 1 && floor(var.expire_after_days) == var.expire_after_days
    error_message = "expire_after_days must be a whole number of at least 1, or null to keep objects."
  }
}

variable "access_log" {
  type        = object({ bucket = string, prefix = string })
  description = "The bucket that every access is logged in, and the prefix there; null only for a bucket of access logs, which would log its own log."
  default     = null

  validation {
    condition     = var.access_log == null ? true : endswith(var.access_log.prefix, "/")
    error_message = "access_log.prefix must end with a slash, for example \"evidence/\", or the logs of two buckets run into each other."
  }
}

variable "access_log_sources" {
  type        = list(string)
  description = "The ARNs of the buckets of this account that may log into this one."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.access_log_sources : can(regex("^arn:[^:]+:s3:::[a-z0-9.-]+$", arn))])
    error_message = "access_log_sources must be ARNs of buckets, without wildcards: any other bucket of the account could write here."
  }
}

variable "policy_documents" {
  type        = list(string)
  description = "Policy documents (JSON) whose statements are added to the bucket's policy."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for document in var.policy_documents : can(jsondecode(document).Statement[0].Sid)])
    error_message = "Each of policy_documents must be a policy in JSON whose Statement is a list, each with a Sid that names its reason."
  }
}

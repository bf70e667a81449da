# How much of everything: the only things in which environments may differ, besides where they are.

variable "retention_days" {
  type        = object({ logs = number })
  description = "Days that logs are kept."
  nullable    = false
}

variable "audit" {
  type = object({
    instance_type = string
    instances     = number
    volume_gb     = number
    manager_type  = optional(string)
  })
  description = "The OpenSearch domain of the audit trail, in home and in its standby: class and number of its nodes, and the GB of each. Not needed with audit_endpoint."
  default     = null

  validation {
    condition     = var.audit != null || var.audit_endpoint != null
    error_message = "The audit trail of home has no size. Set audit, for example { instance_type = \"r7g.large.search\", instances = 3, volume_gb = 100 }, or audit_endpoint where an index is kept elsewhere."
  }
}

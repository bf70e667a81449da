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
  description = "This region's key, which the topic of the alarms is encrypted with."
  nullable    = false

  validation {
    condition     = can(regex("^arn:${var.context.partition}:kms:${var.context.region}:${var.context.account_id}:key/[0-9a-z-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key (not of an alias) in ${var.context.region} of ${var.context.account_id}."
  }
}

variable "cache_nodes" {
  type        = number
  description = "How many nodes the caches have: the primary and its replicas, as size.replicas + 1 of flag-cache."
  nullable    = false

  validation {
    condition     = var.cache_nodes >= 1 && var.cache_nodes <= 6 && floor(var.cache_nodes) == var.cache_nodes
    error_message = "cache_nodes must be a whole number from 1 to 6, which is what ElastiCache takes."
  }
}

variable "audit_domain" {
  type = object({
    name      = string
    volume_gb = number
  })
  description = "The domain of the audit index, and the size of the volume of each of its nodes. Null where there is none: then its two alarms do not exist."
  default     = null

  validation {
    condition     = var.audit_domain == null ? true : length(var.audit_domain.name) > 0 && var.audit_domain.volume_gb >= 10
    error_message = "audit_domain must have the name of a domain, and the GB of a volume (10 or more)."
  }

  validation {
    condition     = var.audit_domain == null || contains(compact([var.topology.home, var.topology.standby]), var.context.region)
    error_message = "audit_domain is for home and its standby (${join(", ", compact([var.topology.home, var.topology.standby]))}): nothing is audited in ${var.context.region}."
  }
}

variable "log_group_names" {
  type        = map(string)
  description = "The log groups \"acknowledgements\" and \"functions\", as flag-cells and flag-verification give them: their filter then waits for them. The computed names are used for those left out."
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(keys(var.log_group_names), ["acknowledgements", "functions"])) == 0
    error_message = "log_group_names may name \"acknowledgements\" and \"functions\", and no other."
  }
}

variable "topic_arn" {
  type        = string
  description = "The topic of this region that alarms are sent to. Left out, one is made here."
  default     = null

  validation {
    condition     = var.topic_arn == null ? true : can(regex("^arn:[^:]+:sns:${var.context.region}:[0-9]{12}:[A-Za-z0-9_-]+$", var.topic_arn))
    error_message = "topic_arn must be the ARN of a standard topic in ${var.context.region}: alarms reach no other region's, and no FIFO topic."
  }
}

variable "actions_enabled" {
  type        = bool
  description = "Whether alarms tell anybody. Switched off while a region is made or taken down, so that what is not there yet, or any more, wakes nobody."
  default     = true
  nullable    = false
}

variable "runbook" {
  type        = string
  description = "Where docs/runbook.md can be read: the description of each alarm leads to its section there."
  default     = "docs/runbook.md"
  nullable    = false
}

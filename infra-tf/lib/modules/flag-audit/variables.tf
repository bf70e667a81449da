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

  validation {
    condition     = contains(compact([var.topology.home, var.topology.standby]), var.context.region)
    error_message = "The audit trail is home's and its standby's, and ${var.context.region} is neither (${join(", ", compact([var.topology.home, var.topology.standby]))})."
  }
}

variable "artifacts" {
  type        = object({ bucket = string, packages = string })
  description = "The bucket of this region that zips are put into, and the folder of the packages that they were built in: <packages>/<package>/dist/<entry point>.zip."
  nullable    = false
}

variable "kms_key_arn" {
  type        = string
  description = "This region's replica of the multi-Region key that tables, topics and variables are encrypted with."
  nullable    = false

  validation {
    condition     = can(regex("^arn:${var.context.partition}:kms:${var.context.region}:${var.context.account_id}:key/mrk-[0-9a-z]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a multi-Region key's replica in ${var.context.region} of ${var.context.account_id} (key/mrk-…): a function that publishes to other regions' topics uses their replicas of it."
  }
}

variable "vpc_id" {
  type        = string
  description = "The network that the domain stands in."
  nullable    = false
}

variable "subnet_ids" {
  type        = list(string)
  description = "Private subnets of the domain and its functions, each in a zone of its own. The domain stands in as many of them as it has zones."
  nullable    = false

  validation {
    condition     = length(distinct(var.subnet_ids)) >= min(var.size.instances, 3)
    error_message = "${var.size.instances} instances stand in ${min(var.size.instances, 3)} zones: name at least as many subnets."
  }
}

variable "endpoint_security_group_id" {
  type        = string
  description = "The security group of the network's interface endpoints, which the functions call too."
  nullable    = false
}

variable "gateway_prefix_list_ids" {
  type        = map(string)
  description = "The prefix lists of the network's gateway endpoints, by service: \"dynamodb\" is needed."
  nullable    = false

  validation {
    condition     = contains(keys(var.gateway_prefix_list_ids), "dynamodb")
    error_message = "gateway_prefix_list_ids must have the prefix list of \"dynamodb\": the functions read tables."
  }
}

variable "size" {
  type = object({
    instance_type = string
    instances     = number
    volume_gb     = number
    manager_type  = optional(string)
  })
  description = "The class of each data node, how many there are, and the storage of each. Two stand in two zones, three or more in three, with a copy of each document in each zone. With manager_type three nodes manage the cluster and hold no data."
  nullable    = false

  validation {
    condition     = alltrue([for type in compact([var.size.instance_type, var.size.manager_type]) : can(regex("^[a-z0-9]+\\.[a-z0-9]+\\.search$", type))])
    error_message = "size.instance_type and size.manager_type must be classes of OpenSearch, for example \"r7g.large.search\"."
  }

  validation {
    condition     = contains([1, 2], var.size.instances) || (var.size.instances > 0 && var.size.instances <= 30 && var.size.instances % 3 == 0)
    error_message = "size.instances must be 1, 2 or a multiple of 3 up to 30: as many in each zone."
  }

  validation {
    condition     = var.size.volume_gb >= 10 && var.size.volume_gb <= 16384 && floor(var.size.volume_gb) == var.size.volume_gb
    error_message = "size.volume_gb must be a whole number from 10 to 16384; what a class takes at most, AWS says."
  }
}

variable "reader_role_arns" {
  type        = map(string)
  description = "Roles of this account that may search the trail, by a short name: those of auditors. Their own policies must allow it as well."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.reader_role_arns : can(regex("^arn:${var.context.partition}:iam::${var.context.account_id}:role/[A-Za-z0-9+=.@_/-]+$", arn))])
    error_message = "Each of reader_role_arns must be the full ARN of one role of ${var.context.account_id}, without a wildcard, a policy variable or a comma."
  }

  validation {
    condition     = alltrue([for name in keys(var.reader_role_arns) : can(regex("^[a-z][a-z0-9]*$", name))])
    error_message = "reader_role_arns are keyed by one lower-case word each: it becomes part of the statement's sid."
  }

  validation {
    condition     = length(setintersection(values(var.reader_role_arns), [for function in module.plan.functions : function.role_arn])) == 0
    error_message = "A role of a function is none of reader_role_arns: what functions may do is the plan's."
  }
}

variable "reader_security_group_ids" {
  type        = map(string)
  description = "Security groups from which auditors search, by a short name. The domain has no other way in from where they are."
  default     = {}
  nullable    = false
}

variable "log_retention_days" {
  type        = number
  description = "Days that the domain's own logs are kept: who was refused, what was slow, what went wrong."
  nullable    = false

  validation {
    condition     = contains(module.governance.log_retention_days, var.log_retention_days)
    error_message = "log_retention_days must be a period that CloudWatch Logs knows: ${join(", ", module.governance.log_retention_days)}."
  }
}

variable "code_signing_config_arn" {
  type        = string
  description = "The signing configuration that zips must satisfy; null for none."
  default     = null
}

variable "log_group_name" {
  type        = string
  description = "The log group of the functions, as flag-verification gives it: they then wait for it."
  default     = null
}

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

variable "vpc_id" {
  type        = string
  description = "The network that the caches stand in."
  nullable    = false
}

variable "subnet_ids" {
  type        = list(string)
  description = "Private subnets of the caches, in as many zones as there are nodes."
  nullable    = false

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "Name subnets in at least two zones: a standby in the zone of its primary is lost with it."
  }
}

variable "endpoint_security_group_id" {
  type        = string
  description = "The security group of the network's interface endpoints, which the functions of the caches call too."
  nullable    = false
}

variable "gateway_prefix_list_ids" {
  type        = map(string)
  description = "The prefix lists of the network's gateway endpoints, by service: \"dynamodb\" is needed."
  nullable    = false

  validation {
    condition     = contains(keys(var.gateway_prefix_list_ids), "dynamodb")
    error_message = "gateway_prefix_list_ids must have the prefix list of \"dynamodb\": the functions of the caches read tables."
  }
}

variable "kms_key_arn" {
  type        = string
  description = "This region's key, which the caches and their snapshots are encrypted with."
  nullable    = false

  validation {
    condition     = can(regex("^arn:${var.context.partition}:kms:${var.context.region}:${var.context.account_id}:key/[0-9a-z-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key (not of an alias) of ${var.context.account_id} in ${var.context.region}."
  }
}

variable "size" {
  type = object({
    node_type = string
    replicas  = number
  })
  description = "The class of each node, and how many replicas the primary has. With a replica, a failover takes seconds and the zones differ; without one, a lost node is filled again by the reconciler."
  nullable    = false

  validation {
    condition     = can(regex("^cache\\.[a-z0-9]+\\.[a-z0-9]+$", var.size.node_type))
    error_message = "size.node_type must be a class of ElastiCache, for example \"cache.r7g.large\"."
  }

  validation {
    condition     = var.size.replicas >= 0 && var.size.replicas <= 5 && floor(var.size.replicas) == var.size.replicas
    error_message = "size.replicas must be a whole number from 0 to 5, which is what ElastiCache takes."
  }
}

variable "snapshot_retention_days" {
  type        = number
  description = "Days that daily snapshots are kept; 0 for none. A cache can always be filled from its table."
  nullable    = false

  validation {
    condition     = var.snapshot_retention_days >= 0 && var.snapshot_retention_days <= 35 && floor(var.snapshot_retention_days) == var.snapshot_retention_days
    error_message = "snapshot_retention_days must be a whole number from 0 to 35."
  }
}

variable "port" {
  type        = number
  description = "The port that the caches listen on."
  default     = 6379
  nullable    = false
}

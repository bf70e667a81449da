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
    condition     = length(var.topology.services) <= 200
    error_message = "SNS takes 200 filter policies for a topic, and ${length(var.topology.services)} services would subscribe. Ask for a higher quota, or split the services over two topics in wiring.json."
  }
}

variable "kms_key_arn" {
  type        = string
  description = "This region's key, which the topic is encrypted with. Queues are encrypted by SQS itself: a key of our own would be asked for at each message."
  nullable    = false

  validation {
    condition     = can(regex("^arn:${var.context.partition}:kms:${var.context.region}:${var.context.account_id}:key/[0-9a-z-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key (not of an alias) in ${var.context.region} of ${var.context.account_id}."
  }
}

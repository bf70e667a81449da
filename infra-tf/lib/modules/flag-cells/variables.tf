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

variable "cache" {
  type = object({
    host     = string
    port     = number
    shards   = optional(number, 1)
    password = optional(string)
  })
  description = "Where the caches of this region are: the primary's address, its port, and over how many shards the slots are spread. A password is for a server on the functions' own machine, as an emulator has it; everywhere else a token of the function's role takes its place, and the functions refuse a password."
  nullable    = false

  validation {
    condition     = var.cache.password == null ? true : var.cache.host == "localhost"
    error_message = "cache.password is for a server on the functions' own machine, and ${var.cache.host} is another one: leave it out, and the functions log in by IAM."
  }
}

variable "network" {
  type = object({
    subnet_ids         = list(string)
    security_group_ids = list(string)
  })
  description = "Private subnets, and the security groups that reach the caches and the endpoints."
  nullable    = false
}

variable "log_retention_days" {
  type        = number
  description = "Days that lines of acknowledgement are kept."
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

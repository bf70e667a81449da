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

variable "function" {
  type        = string
  description = "Which function of this region, by its key in the plan: \"validator.accept\", or with its cell \"cache-updater.apply.cell-1\"."
  nullable    = false

  validation {
    condition     = contains(keys(module.plan.functions), var.function)
    error_message = "There is no such function here. The plan has ${join(", ", keys(module.plan.functions))}."
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

variable "values" {
  type        = map(string)
  description = "Values of variables that the plan cannot know, by the name in lambda.json, for example CACHE_HOST. Others are ignored, so that all functions can be given the same."
  default     = {}
  nullable    = false
}

variable "resources" {
  type        = map(list(string))
  description = "ARNs of what the plan cannot know, by the word in permissions.json, for example \"upstream/flags\"; [] where there is none. Others are ignored."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue(flatten([for arns in var.resources : [for arn in arns : can(regex("^arn:[^*?$]+$", arn))]]))
    error_message = "resources must be ARNs without wildcards (* and ?) and policy variables."
  }
}

variable "stream_arns" {
  type        = map(string)
  description = "The ARNs of the tables' streams in this region, by table. They have a time in them, so they cannot be computed."
  default     = {}
  nullable    = false
}

variable "network" {
  type = object({
    subnet_ids         = list(string)
    security_group_ids = list(string)
    always             = optional(bool, false)
  })
  description = "Private subnets and security groups of a function that lambda.json puts into the network; with always, of any other too."
  default     = null

  validation {
    condition     = var.network == null ? true : length(var.network.subnet_ids) > 0 && length(var.network.security_group_ids) > 0
    error_message = "A network needs at least one subnet and one security group."
  }
}

variable "code_signing_config_arn" {
  type        = string
  description = "The signing configuration that zips must satisfy; null for none."
  default     = null
}

variable "log_group_name" {
  type        = string
  description = "The log group as its module gives it: the function then waits for it. It must be the one that the plan names; that name is used when left out."
  default     = null

  validation {
    condition     = var.log_group_name == null ? true : var.log_group_name == try(module.plan.functions[var.function].log_group, null)
    error_message = "log_group_name must be that of the plan, for which the function's policy is: ${try(module.plan.functions[var.function].log_group, "-")}."
  }
}

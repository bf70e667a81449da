variable "environments" {
  type = list(object({
    name          = string
    region        = string
    replicaRegion = string
    regions       = optional(list(string))
  }))
  description = "All environments, as environments.json lists them. An environment without regions has all of the topology's."
  nullable    = false
}

variable "topology" {
  type = object({
    regions = list(object({ name = string, state = string }))
    services = list(object({
      name = string
      cell = string
    }))
  })
  description = "All regions and services, as fleet/topology.json has them: jsondecode(file(…)) of it fits."
  nullable    = false
}

variable "environment" {
  type        = string
  description = "The environment whose topology is asked for."
  nullable    = false

  validation {
    condition     = contains(var.environments[*].name, var.environment)
    error_message = "There is no environment \"${var.environment}\" in environments.json, only ${join(", ", var.environments[*].name)}."
  }
}

variable "workspace" {
  type        = string
  description = "The workspace of a stack that exists once for each region, <environment>-<region>: it says which region. Null for a stack of the whole environment."
  default     = null
}

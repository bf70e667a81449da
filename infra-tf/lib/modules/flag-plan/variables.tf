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
  description = "Regions, services and cells, as fleet/topology.json has them: jsondecode(file(…)) of it fits. What only home has, its standby has as well."
  nullable    = false

  validation {
    condition     = contains(var.topology.regions[*].name, var.topology.home) && (var.topology.standby == null ? true : var.topology.standby != var.topology.home && contains(var.topology.regions[*].name, var.topology.standby))
    error_message = "The topology's home and standby must be two of its regions: ${join(", ", var.topology.regions[*].name)}."
  }

  validation {
    condition     = length(distinct(var.topology.services[*].name)) == length(var.topology.services) && length(distinct(var.topology.regions[*].name)) == length(var.topology.regions) && length(var.topology.services) > 0
    error_message = "The topology must have services, and name each service and each region once."
  }

  validation {
    condition     = alltrue([for service in var.topology.services : can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", service.name)) && length(service.name) <= 40 && can(regex("^cell-[0-9]{1,2}$", service.cell))])
    error_message = "A service of the topology must be lower-case words joined by single hyphens, of at most 40 characters, in a cell such as \"cell-2\"."
  }
}

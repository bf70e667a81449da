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

variable "cidr_block" {
  type        = string
  description = "The range of the network, /16 to /20. All subnets are computed from it."
  nullable    = false

  validation {
    condition     = can(cidrnetmask(var.cidr_block)) && try(cidrsubnet(var.cidr_block, 0, 0) == var.cidr_block, false)
    error_message = "cidr_block must be an IPv4 range whose address is the first one of the range."
  }

  validation {
    condition     = try(tonumber(split("/", var.cidr_block)[1]) >= 16 && tonumber(split("/", var.cidr_block)[1]) <= 20, false)
    error_message = "cidr_block must be /16 to /20: AWS allows no larger network, and a smaller one leaves its subnets too few addresses."
  }
}

variable "availability_zones" {
  type        = list(string)
  description = "The three availability zones, in the order of the subnet lists."
  nullable    = false

  validation {
    condition     = length(var.availability_zones) == 3 && length(distinct(var.availability_zones)) == 3
    error_message = "availability_zones must name exactly three different zones."
  }

  validation {
    condition     = alltrue([for zone in var.availability_zones : can(regex("^${var.context.region}[a-z]$", zone))])
    error_message = "availability_zones must be zones of ${var.context.region}, for example \"${var.context.region}a\"."
  }
}

variable "nat_gateway_count" {
  type        = number
  description = "NAT gateways, 0 to 3: a size. With fewer than three, zones share one and depend on its zone; with none, nothing that is private calls the internet."
  nullable    = false

  validation {
    condition     = contains([0, 1, 2, 3], var.nat_gateway_count)
    error_message = "nat_gateway_count must be 0, 1, 2 or 3: one for each zone at most."
  }
}

variable "internet_cidr" {
  type        = string
  description = "The range that stands for the internet: the default routes' destination, and the peers that network ACLs let in."
  nullable    = false

  validation {
    condition     = can(cidrnetmask(var.internet_cidr)) && endswith(var.internet_cidr, "/0")
    error_message = "internet_cidr must be the IPv4 range of prefix length 0: it is the destination of the default routes."
  }
}

variable "kms_key_arn" {
  type        = string
  description = "The key that encrypts the flow logs. Its policy must let CloudWatch Logs of the region use it."
  nullable    = false

  validation {
    condition     = can(regex("^arn:${var.context.partition}:kms:${var.context.region}:${var.context.account_id}:key/.+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key (not of an alias) of ${var.context.account_id} in ${var.context.region}: a log group takes no other region's key."
  }
}

variable "log_retention_days" {
  type        = number
  description = "Days that flow logs are kept."
  nullable    = false

  validation {
    condition     = contains(module.governance.log_retention_days, var.log_retention_days)
    error_message = "log_retention_days must be one of the periods that CloudWatch Logs knows, in days: ${join(", ", module.governance.log_retention_days)}."
  }
}

variable "data_port" {
  type        = number
  description = "The one port on which the private subnets reach the data subnets; null for every port from 1024 on."
  default     = null

  validation {
    condition     = var.data_port == null ? true : var.data_port >= 1024 && var.data_port <= 65535 && floor(var.data_port) == var.data_port
    error_message = "data_port must be a whole number from 1024 to 65535, the ports that the private subnets may call."
  }
}

variable "gateway_endpoints" {
  type        = set(string)
  description = "Services reached through a gateway endpoint, which costs nothing."
  default     = ["s3", "dynamodb"]
  nullable    = false

  validation {
    condition     = contains(var.gateway_endpoints, "s3") && length(setsubtract(var.gateway_endpoints, ["s3", "dynamodb"])) == 0
    error_message = "gateway_endpoints may hold \"s3\" and \"dynamodb\", and must hold \"s3\": image layers come from there."
  }
}

variable "endpoint_zone_count" {
  type        = number
  description = "In how many zones each interface endpoint has a network interface, 2 or 3: a size. With two, the third zone calls those of the others."
  default     = 3
  nullable    = false

  validation {
    condition     = contains([2, 3], var.endpoint_zone_count)
    error_message = "endpoint_zone_count must be 2 or 3: an endpoint in one zone is lost with it, and the AWS APIs are lost to all zones."
  }
}

variable "interface_endpoints" {
  type = map(object({
    service     = string
    private_dns = optional(bool, true)
  }))
  description = "Services reached through an interface endpoint, by short name; service is what follows com.amazonaws.{region}. Default: what a container needs to start, to log, and to read secrets and parameters."
  default = {
    ecr-api        = { service = "ecr.api" }
    ecr-dkr        = { service = "ecr.dkr" }
    kms            = { service = "kms" }
    logs           = { service = "logs" }
    secretsmanager = { service = "secretsmanager" }
    ssm            = { service = "ssm" }
    sts            = { service = "sts" }
  }
  nullable = false

  validation {
    condition     = alltrue([for key in keys(var.interface_endpoints) : can(regex("^[a-z0-9]+(-[a-z0-9]+)*$", key))])
    error_message = "The keys of interface_endpoints become names: lower-case words joined by single hyphens, for example \"ecr-api\"."
  }

  validation {
    condition     = alltrue([for endpoint in var.interface_endpoints : can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)*$", endpoint.service)) && !startswith(endpoint.service, "com.")])
    error_message = "interface_endpoints[*].service is what follows com.amazonaws.{region}., for example \"ecr.api\"."
  }

  validation {
    condition     = length(distinct([for endpoint in var.interface_endpoints : endpoint.service])) == length(var.interface_endpoints)
    error_message = "Two interface_endpoints of one service would answer for one DNS name: give each service once."
  }
}

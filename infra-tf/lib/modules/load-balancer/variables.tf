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

variable "vpc_id" {
  type        = string
  description = "The network."
  nullable    = false

  validation {
    condition     = startswith(var.vpc_id, "vpc-")
    error_message = "vpc_id must be a network's id, starting with \"vpc-\"."
  }
}

variable "public_subnet_ids" {
  type        = list(string)
  description = "The public subnets that the load balancer stands in, each in another zone."
  nullable    = false

  validation {
    condition     = length(distinct(var.public_subnet_ids)) >= 2 && length(distinct(var.public_subnet_ids)) == length(var.public_subnet_ids)
    error_message = "public_subnet_ids must name at least two different subnets: a load balancer stands in two zones or more."
  }
}

variable "caller_cidrs" {
  type        = set(string)
  description = "The ranges that may call the load balancer: of /8 or narrower, and no more than four times a /8 in all. The whole internet is said by internet_cidr."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for cidr in var.caller_cidrs : can(cidrnetmask(cidr)) && try(cidrsubnet(cidr, 0, 0) == cidr, false)])
    error_message = "caller_cidrs must be IPv4 ranges, each written with its first address."
  }

  validation {
    condition     = length(var.caller_cidrs) + length(var.caller_prefix_list_ids) > 0 || var.internet_cidr != null
    error_message = "Nobody may call the load balancer: give caller_cidrs, caller_prefix_list_ids or internet_cidr."
  }

  validation {
    condition     = var.internet_cidr == null ? true : length(var.caller_cidrs) + length(var.caller_prefix_list_ids) == 0
    error_message = "Where everybody may call, a list of callers would say nothing: leave caller_cidrs and caller_prefix_list_ids empty, or leave the internet out."
  }

  # What is nearly the internet reads like a list of callers, and is none, whether it is one range, two halves or many parts.
  validation {
    condition = (
      alltrue([for cidr in var.caller_cidrs : try(tonumber(split("/", cidr)[1]) >= 8, true)]) &&
      sum(concat([0], [for cidr in var.caller_cidrs : try(pow(2, 32 - tonumber(split("/", cidr)[1])), 0)])) <= pow(2, 26)
    )
    error_message = "caller_cidrs has a range wider than /8, or all of them cover more than four times a /8: ${join(", ", var.caller_cidrs)}. Name the callers' own ranges. If the whole internet may call, say so, with caller_cidrs empty: by internet_cidr of the module load-balancer, by open_to_internet of the stack application."
  }
}

variable "internet_cidr" {
  type        = string
  description = "The range that stands for the internet, where everybody may call; caller_cidrs and caller_prefix_list_ids are then empty. Null: nobody but those."
  default     = null

  validation {
    condition     = var.internet_cidr == null ? true : can(cidrnetmask(var.internet_cidr)) && endswith(var.internet_cidr, "/0")
    error_message = "internet_cidr must be the IPv4 range of prefix length 0. Callers of a narrower range are named by caller_cidrs."
  }

  validation {
    condition     = var.internet_cidr == null ? true : !var.internal
    error_message = "The load balancer is internal, and the internet does not reach it: name its callers by caller_cidrs or caller_prefix_list_ids, or make it public."
  }
}

variable "caller_prefix_list_ids" {
  type        = set(string)
  description = "The prefix lists of those that may call the load balancer, for example a company's networks or CloudFront's; must be known at plan. Each entry of a list counts as a rule of the group, twice."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.caller_prefix_list_ids : startswith(id, "pl-")])
    error_message = "caller_prefix_list_ids must be ids of prefix lists, starting with \"pl-\"."
  }
}

variable "internal" {
  type        = bool
  description = "Whether the load balancer has private addresses only. It stays in the public subnets, whose ACL lets callers in."
  default     = false
  nullable    = false
}

variable "certificate_arn" {
  type        = string
  description = "The ACM certificate of the HTTPS listener; must be known at plan. Null where the module makes one for domain, or plain HTTP is allowed."
  default     = null

  validation {
    condition     = var.certificate_arn == null ? true : can(regex("^arn:${var.context.partition}:acm:${var.context.region}:${var.context.account_id}:certificate/.+$", var.certificate_arn))
    error_message = "certificate_arn must be the ARN of an ACM certificate of ${var.context.account_id} in ${var.context.region}: a load balancer takes no other region's certificate."
  }

  validation {
    condition     = length([for given in [var.certificate_arn != null, var.domain != null, var.allow_plain_http] : given if given]) == 1
    error_message = "Callers are served over TLS: give domain (the module makes its certificate) or certificate_arn, one of the two. Without any, allow_plain_http must be true, and with one it must not."
  }
}

variable "domain" {
  type        = object({ name = string, zone_id = string })
  description = "The name that callers use, and the public hosted zone of Route 53 that it is in: the module makes its certificate and its alias record. Null where certificate_arn is given."
  default     = null

  validation {
    condition     = var.domain == null ? true : can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain.name)) && length(var.domain.name) <= 64
    error_message = "domain.name must be a host name in lower case of at most 64 characters, without wildcard and final dot, for example \"flags.example.com\"."
  }

  validation {
    condition     = var.domain == null ? true : can(regex("^Z[A-Z0-9]+$", var.domain.zone_id))
    error_message = "domain.zone_id must be a hosted zone's id, starting with \"Z\": aws route53 list-hosted-zones."
  }
}

variable "allow_plain_http" {
  type        = bool
  description = "Whether port 80 serves plain HTTP, without any certificate: for a look at the stack where there is no domain."
  default     = false
  nullable    = false
}

variable "web_acl_arn" {
  type        = string
  description = "The WAF web ACL that guards the load balancer; must be known at plan. Null associates none."
  default     = null

  validation {
    condition     = var.web_acl_arn == null ? true : can(regex("^arn:${var.context.partition}:wafv2:${var.context.region}:${var.context.account_id}:regional/webacl/.+$", var.web_acl_arn))
    error_message = "web_acl_arn must be the ARN of a regional WAFv2 web ACL of ${var.context.account_id} in ${var.context.region}."
  }
}

variable "target" {
  type = object({
    port                         = number
    protocol                     = optional(string, "HTTPS")
    health_check_path            = string
    deregistration_delay_seconds = optional(number, 30)
  })
  description = "What the load balancer forwards to: the port and protocol of the service's containers, and the path that answers 200 while one is healthy. HTTPS targets may show a certificate of their own making: the load balancer does not verify it."
  nullable    = false

  validation {
    condition     = floor(var.target.port) == var.target.port && (var.target.port == 443 || var.target.port >= 1024) && var.target.port <= 65535
    error_message = "target.port must be 443 or from 1024 to 65535: those are the ports that the network's ACLs open, and containers without root can take."
  }

  validation {
    condition     = contains(["HTTP", "HTTPS"], var.target.protocol)
    error_message = "target.protocol must be HTTP or HTTPS."
  }

  validation {
    condition     = startswith(var.target.health_check_path, "/") && length(var.target.health_check_path) <= 1024
    error_message = "target.health_check_path must be a path of at most 1024 characters that starts with \"/\", for example \"/health\"."
  }

  validation {
    condition     = var.target.deregistration_delay_seconds >= 0 && var.target.deregistration_delay_seconds <= 3600
    error_message = "target.deregistration_delay_seconds must be 0 to 3600: how long a leaving target may finish its requests."
  }
}

variable "access_log_retention_days" {
  type        = number
  description = "Days that access logs are kept, 30 or more."
  nullable    = false

  validation {
    condition     = floor(var.access_log_retention_days) == var.access_log_retention_days && var.access_log_retention_days >= 30 && var.access_log_retention_days <= 3653
    error_message = "access_log_retention_days must be a whole number from 30 to 3653: an incident is often found weeks later."
  }
}

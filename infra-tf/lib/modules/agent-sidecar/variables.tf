variable "region" {
  type        = string
  description = "The region whose caches the agent reads. Its login is signed for it."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be the name of an AWS region, for example \"eu-west-1\"."
  }
}

variable "service" {
  type        = string
  description = "The service whose flags are served, as fleet/topology.json names it."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", var.service))
    error_message = "service must be a name of fleet/topology.json: lower-case words joined by single hyphens."
  }
}

variable "cell" {
  type        = string
  description = "The cell of the service, as fleet/topology.json has it."
  nullable    = false

  validation {
    condition     = can(regex("^cell-[0-9]{1,2}$", var.cell))
    error_message = "cell must be a cell of fleet/topology.json, such as \"cell-2\"."
  }
}

variable "evaluation" {
  type        = string
  description = "How the service evaluates, as fleet/topology.json has it: \"remote\", or the bucketing of clients that evaluate by themselves. Flags that draw are sent to those of the agent's own bucketing only."
  default     = "remote"
  nullable    = false

  validation {
    condition     = contains(["remote", "v1", "v2", "v3"], var.evaluation)
    error_message = "evaluation must be \"remote\", \"v1\", \"v2\" or \"v3\", the same as \"evaluates\" of the service in fleet/topology.json."
  }
}

variable "cache" {
  type = object({
    host         = string
    port         = optional(number, 6379)
    name         = string
    user         = string
    connect_arns = list(string)
  })
  description = "The region's caches: host and port of the module flag-cache's output address, the replication group's id, and of its output agents the user of the cell with the ARNs that its login needs."
  nullable    = false

  validation {
    condition     = var.cache.port >= 1 && var.cache.port <= 65535 && floor(var.cache.port) == var.cache.port && var.cache.host != ""
    error_message = "cache.host must be a name and cache.port a port: the output address of the module flag-cache."
  }

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,39}$", var.cache.name)) && can(regex("^[a-z][a-z0-9-]{0,39}$", var.cache.user))
    error_message = "cache.name and cache.user are ids of a replication group and of a user, in lower case."
  }

  validation {
    condition     = length(var.cache.connect_arns) > 0 && alltrue([for arn in var.cache.connect_arns : can(regex("^arn:[^:]+:elasticache:[a-z0-9-]+:[0-9]{12}:(replicationgroup|user):[a-z0-9-]+$", arn))])
    error_message = "cache.connect_arns must be ARNs of the replication group and of the user, never patterns: the output agents of the module flag-cache."
  }
}

variable "image" {
  type = object({
    digest         = string
    uri            = string
    repository_arn = string
  })
  description = "The agent's image by digest, its repository without tag, and that repository's ARN."
  nullable    = false

  validation {
    condition     = can(regex("^sha256:[0-9a-f]{64}$", var.image.digest))
    error_message = "image.digest must read sha256: and 64 hexadecimal digits. Another evaluator may draw customers differently, so an agent is never upgraded in passing."
  }

  validation {
    condition     = can(regex("^[0-9]{12}\\.dkr\\.ecr\\.[a-z0-9-]+\\.amazonaws\\.com(\\.cn)?/[a-z0-9._/-]+$", var.image.uri)) && can(regex("^arn:[^:]+:ecr:[a-z0-9-]+:[0-9]{12}:repository/[a-z0-9._/-]+$", var.image.repository_arn))
    error_message = "image.uri must be a private ECR repository without tag or digest, and image.repository_arn its ARN: tasks have no way to another registry."
  }
}

variable "ports" {
  type = object({
    http = optional(number, 8016)
    sync = optional(number, 8015)
  })
  description = "The ports of loopback that OFREP and flagd.sync.v1 are served on: those that flagd's clients expect."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for port in [var.ports.http, var.ports.sync] : port >= 1024 && port <= 65535 && floor(port) == port]) && var.ports.http != var.ports.sync
    error_message = "ports.http and ports.sync must be two different ports from 1024 to 65535: the agent does not run as root."
  }
}

variable "hosts" {
  type        = list(string)
  description = "Names of a gateway that passes its own Host on, so that browsers behind it are answered. Under any other name but this machine's own the agent refuses."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for host in var.hosts : can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)*$", host))])
    error_message = "hosts must be names such as \"shop.example.com\", in lower case, without a port: never patterns."
  }
}

variable "memory" {
  type        = number
  description = "MiB that the container may use, out of the task's. The agent takes about 99 MB with 1,000 flags; its health check runs beside it."
  default     = 192
  nullable    = false

  validation {
    condition     = var.memory >= 192 && floor(var.memory) == var.memory
    error_message = "memory must be a whole number of at least 192 MiB: with less, the container may be killed while its health is looked at."
  }
}

variable "container_user" {
  type        = string
  description = "The user and group that the container runs as, as numbers: the owner of /state in the image."
  default     = "1000:1000"
  nullable    = false

  validation {
    condition     = can(regex("^[1-9][0-9]*:[1-9][0-9]*$", var.container_user))
    error_message = "container_user must be a user and a group as numbers above 0, for example \"1000:1000\": no container runs as root."
  }
}

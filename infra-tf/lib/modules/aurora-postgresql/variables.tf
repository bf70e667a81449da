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
  description = "The network that the cluster runs in."
  nullable    = false

  validation {
    condition     = startswith(var.vpc_id, "vpc-")
    error_message = "vpc_id must be a network's id, for example the output vpc_id of the module network."
  }
}

variable "data_subnet_ids" {
  type        = list(string)
  description = "The subnets that the cluster runs in, one per zone in the order of availability_zones. They must have no route to or from the internet."
  nullable    = false

  validation {
    condition     = length(distinct(var.data_subnet_ids)) == length(var.data_subnet_ids) && length(var.data_subnet_ids) == length(var.availability_zones)
    error_message = "data_subnet_ids must be different subnets, one for each of the ${length(var.availability_zones)} availability_zones."
  }
}

variable "availability_zones" {
  type        = list(string)
  description = "The three zones that instances are spread over."
  nullable    = false

  validation {
    condition     = length(distinct(var.availability_zones)) == 3 && length(var.availability_zones) == 3
    error_message = "availability_zones must be three different zones: Aurora keeps its copies in three."
  }

  validation {
    condition     = alltrue([for zone in var.availability_zones : can(regex("^${var.context.region}[a-z]$", zone))])
    error_message = "availability_zones must be zones of ${var.context.region}, for example \"${var.context.region}a\"."
  }
}

variable "instance_class" {
  type        = string
  description = "The size of each instance, for example db.r6g.large; db.serverless with serverless_capacity."
  nullable    = false

  validation {
    condition     = can(regex("^db\\.(serverless|[a-z0-9]+\\.[a-z0-9]+)$", var.instance_class))
    error_message = "instance_class must be a class of instances, for example \"db.r6g.large\" or \"db.serverless\"."
  }

  validation {
    condition     = (var.instance_class == "db.serverless") == (var.serverless_capacity != null)
    error_message = "db.serverless and serverless_capacity belong together: give both, or neither."
  }
}

variable "serverless_capacity" {
  type        = object({ min = number, max = number })
  description = "Of db.serverless: how few and how many capacity units (2 GiB each) an instance has. With a min of 0 it sleeps while nobody asks, and the first query waits for it. Null for other classes."
  default     = null

  validation {
    condition     = var.serverless_capacity == null ? true : var.serverless_capacity.min >= 0 && var.serverless_capacity.min <= var.serverless_capacity.max && var.serverless_capacity.max >= 1 && var.serverless_capacity.max <= 256 && floor(2 * var.serverless_capacity.min) == 2 * var.serverless_capacity.min && floor(2 * var.serverless_capacity.max) == 2 * var.serverless_capacity.max
    error_message = "serverless_capacity must be in halves of a unit, min from 0, max from 1 to 256 and not below min."
  }
}

variable "restore_from" {
  type = object({
    snapshot_arn = optional(string)
    cluster_id   = optional(string)
    to           = optional(string)
  })
  description = "What a cluster that is created begins with: snapshot_arn of a snapshot, or cluster_id of another cluster of the account and region, as it was at the second to (RFC 3339, UTC; its latest one when left out). It says nothing of a cluster that is there: remove it after the apply, or leave it. Null for an empty database."
  default     = null

  validation {
    condition     = var.restore_from == null ? true : (var.restore_from.snapshot_arn == null) != (var.restore_from.cluster_id == null)
    error_message = "restore_from needs either snapshot_arn or cluster_id."
  }

  validation {
    condition     = try(var.restore_from.snapshot_arn, null) == null ? true : can(regex("^arn:[^:]+:rds:${var.context.region}:[0-9]{12}:cluster-snapshot:[A-Za-z0-9:-]+$", var.restore_from.snapshot_arn)) && var.restore_from.to == null
    error_message = "restore_from.snapshot_arn must be the ARN of a snapshot of a cluster in ${var.context.region}, without to: a snapshot is of one moment. Copy one of another region here first."
  }

  validation {
    condition     = try(var.restore_from.cluster_id, null) == null ? true : can(regex("^[A-Za-z](-?[A-Za-z0-9])*$", var.restore_from.cluster_id)) && length(var.restore_from.cluster_id) <= 63
    error_message = "restore_from.cluster_id must be the identifier of a cluster (not its ARN)."
  }

  validation {
    condition     = try(var.restore_from.to, null) == null ? true : can(regex("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$", var.restore_from.to)) && can(timeadd(var.restore_from.to, "0s"))
    error_message = "restore_from.to must be a second in UTC, for example \"2026-12-24T06:00:00Z\"."
  }
}

variable "allow_major_version_upgrade" {
  type        = bool
  description = "Whether an apply may bring another major version. True for the apply that does, and false again afterwards: the data are changed in place, and only a backup leads back."
  default     = false
  nullable    = false
}

variable "instance_count" {
  type        = number
  description = "Instances of the cluster: one writes, the others read and take over."
  nullable    = false

  validation {
    condition     = var.instance_count >= 2 && var.instance_count <= 16 && floor(var.instance_count) == var.instance_count
    error_message = "instance_count must be a whole number from 2 to 16: with one instance nothing takes over when its zone fails."
  }
}

variable "engine_version" {
  type        = string
  description = "PostgreSQL's version as major.minor. It changes by review only, from environment to environment."
  nullable    = false

  validation {
    condition     = can(regex("^(1[4-9]|[2-9][0-9])\\.[0-9]+$", var.engine_version))
    error_message = "engine_version must be major.minor with a major of at least 14, for example \"16.8\". With a major alone, environments could run different minor versions."
  }
}

variable "database_name" {
  type        = string
  description = "The database that is created with the cluster."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,62}$", var.database_name)) && !contains(["postgres", "rdsadmin", "template0", "template1"], var.database_name)
    error_message = "database_name must be 1 to 63 lower-case letters, digits and underscores, starting with a letter, and none of PostgreSQL's own."
  }
}

variable "master_username" {
  type        = string
  description = "The user that sets the database up. Its password is made, kept and rotated by RDS."
  default     = "cluster_admin"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,62}$", var.master_username)) && !contains(["admin", "postgres", "rdsadmin", "rds_superuser"], var.master_username)
    error_message = "master_username must be 1 to 63 lower-case letters, digits and underscores, starting with a letter, and none of admin, postgres, rdsadmin, rds_superuser."
  }
}

variable "port" {
  type        = number
  description = "The port that the cluster listens on."
  default     = 5432
  nullable    = false

  validation {
    condition     = var.port >= 1150 && var.port <= 65535 && floor(var.port) == var.port
    error_message = "port must be a whole number from 1150 to 65535, which is what RDS allows."
  }
}

variable "backup_retention_days" {
  type        = number
  description = "Days that automated backups are kept; to any second of them the cluster can be restored."
  nullable    = false

  validation {
    condition     = var.backup_retention_days >= 1 && var.backup_retention_days <= 35 && floor(var.backup_retention_days) == var.backup_retention_days
    error_message = "backup_retention_days must be a whole number from 1 to 35; longer ones are for AWS Backup."
  }
}

variable "backup_window" {
  type        = string
  description = "When the daily backup runs, in UTC."
  default     = "02:00-03:00"
  nullable    = false

  validation {
    condition     = can(regex("^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$", var.backup_window))
    error_message = "backup_window must read hh:mm-hh:mm in UTC, for example \"02:00-03:00\"."
  }
}

variable "maintenance_window" {
  type        = string
  description = "When AWS may maintain the cluster, in UTC."
  default     = "sun:04:00-sun:05:00"
  nullable    = false

  validation {
    condition     = can(regex("^(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]-(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]$", var.maintenance_window))
    error_message = "maintenance_window must read ddd:hh:mm-ddd:hh:mm in UTC, for example \"sun:04:00-sun:05:00\"."
  }
}

variable "apply_immediately" {
  type        = bool
  description = "Whether changes that restart instances happen at once instead of in the maintenance window."
  default     = false
  nullable    = false
}

variable "kms_key_arn" {
  type        = string
  description = "The key for storage, backups, the master user's secret, performance insights and logs. Its policy must let rds.amazonaws.com and logs.<region>.amazonaws.com use it."
  nullable    = false

  validation {
    condition     = can(regex("^arn:${var.context.partition}:kms:${var.context.region}:${var.context.account_id}:key/[0-9a-z-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key (not of an alias) of ${var.context.account_id} in ${var.context.region}: who owns the key decides whether the data can be read."
  }
}

variable "log_retention_days" {
  type        = number
  description = "Days that logs are kept."
  nullable    = false

  validation {
    condition     = contains(module.governance.log_retention_days, var.log_retention_days)
    error_message = "log_retention_days must be one of the periods that CloudWatch Logs knows, in days: ${join(", ", module.governance.log_retention_days)}."
  }
}

variable "log_statement" {
  type        = string
  description = "Which statements are logged whatever their duration: ddl (definitions), mod (and changes of data) or all."
  default     = "mod"
  nullable    = false

  validation {
    condition     = contains(["ddl", "mod", "all"], var.log_statement)
    error_message = "log_statement must be ddl, mod or all: statements are always logged."
  }
}

variable "log_min_duration_ms" {
  type        = number
  description = "Statements of at least this many milliseconds are logged with their duration."
  default     = 1000
  nullable    = false

  validation {
    condition     = var.log_min_duration_ms >= 0 && var.log_min_duration_ms <= 60000
    error_message = "log_min_duration_ms must be from 0 (every statement) to 60000: slow statements are always logged."
  }
}

variable "monitoring_interval_seconds" {
  type        = number
  description = "Seconds between two samples of enhanced monitoring."
  default     = 60
  nullable    = false

  validation {
    condition     = contains([1, 5, 10, 15, 30, 60], var.monitoring_interval_seconds)
    error_message = "monitoring_interval_seconds must be 1, 5, 10, 15, 30 or 60: enhanced monitoring is always on."
  }
}

variable "create_monitoring_log_group" {
  type        = bool
  description = "Whether to create the log group of enhanced monitoring, RDSOSMetrics. There is one per account and region: false where another cluster owns it."
  default     = true
  nullable    = false
}

variable "performance_insights_retention_days" {
  type        = number
  description = "Days that performance insights are kept; 7 are free."
  default     = 7
  nullable    = false

  validation {
    condition     = contains(concat([7, 731], [for months in range(1, 24) : months * 31]), var.performance_insights_retention_days)
    error_message = "performance_insights_retention_days must be 7, 731 or a multiple of 31 up to 713."
  }
}

variable "certificate_authority" {
  type        = string
  description = "The authority that signs the instances' certificates."
  default     = "rds-ca-rsa2048-g1"
  nullable    = false

  validation {
    condition     = can(regex("^rds-ca-(rsa2048|rsa4096|ecc384)-g[1-9]$", var.certificate_authority))
    error_message = "certificate_authority must be one of RDS's current ones, for example \"rds-ca-rsa2048-g1\"."
  }
}

# How much of everything: the only things in which environments may differ, besides where they are.

variable "nat_gateway_count" {
  type        = number
  description = "NAT gateways, 0 to 3. They carry what ways_out opens to the internet, and the builds of remediation: 0 as long as there is neither."
  nullable    = false
}

variable "endpoint_zone_count" {
  type        = number
  description = "In how many zones each interface endpoint has a network interface, 2 or 3. With two, the third zone calls those of the others."
  nullable    = false
}

variable "task" {
  type        = object({ cpu = number, memory = number })
  description = "CPU units and MiB of a task."
  nullable    = false
}

variable "task_count" {
  type        = object({ min = number, max = number })
  description = "How few and how many tasks there may be."
  nullable    = false
}

variable "database" {
  type = object({
    instance_class      = string
    instance_count      = number
    serverless_capacity = optional(object({ min = number, max = number }))
  })
  description = "Size and number of the database's instances. Burstable classes (db.t…) take no statements from RDS, by which the database's user is made."
  nullable    = false

  validation {
    condition     = !startswith(var.database.instance_class, "db.t")
    error_message = "database.instance_class must not be burstable (db.t…): RDS sends no statements to such a database, so its user could not be made. The smallest other classes are db.r6g.large, and db.serverless with serverless_capacity."
  }
}

variable "retention_days" {
  type = object({
    logs             = number
    access_logs      = number
    evidence         = number
    database_backups = number
    backups          = number
    backup_copies    = number
  })
  description = "Days that things are kept: logs, the load balancer's and buckets' access logs, evidence, the database's own backups, those of AWS Backup, and their copies in the replica region."
  nullable    = false
}

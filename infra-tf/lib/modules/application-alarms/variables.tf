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

variable "load_balancer" {
  type        = object({ arn_suffix = string, target_group_arn_suffix = string })
  description = "The load balancer and its targets, as CloudWatch names them."
  nullable    = false
}

variable "service" {
  type        = object({ cluster_name = string, service_name = string })
  description = "The service, and the cluster that its tasks run in, which has Container Insights."
  nullable    = false
}

variable "database_cluster_identifier" {
  type        = string
  description = "The database: each of its instances is looked at."
  nullable    = false
}

variable "backup_vault" {
  type        = object({ name = string, arn = string })
  description = "The vault that backups are taken into, and copied from."
  nullable    = false
}

variable "subscriptions" {
  type        = map(object({ protocol = string, endpoint = string }))
  description = "Who is told, as SNS knows it: https with the address of the on-call tool, or email; keyed by a short name."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for subscription in var.subscriptions : contains(["https", "email", "email-json", "sqs", "lambda"], subscription.protocol)])
    error_message = "subscriptions must be https, email, email-json, sqs or lambda: anything else is not encrypted on its way."
  }
}

variable "runbook" {
  type        = string
  description = "Where docs/runbook.md can be read: the description of each alarm leads there."
  default     = "docs/runbook.md"
  nullable    = false
}

variable "kms_key_arn" {
  type        = string
  description = "The key of the topic. Its policy must let cloudwatch and events use it."
  nullable    = false

  validation {
    condition     = can(regex("^arn:${var.context.partition}:kms:${var.context.region}:${var.context.account_id}:key/[0-9a-z-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key (not of an alias) of ${var.context.account_id} in ${var.context.region}."
  }
}

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

variable "stack" {
  type        = string
  description = "The stack below stacks/ that is looked at, in the workspace of the environment."
  default     = "application"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z-]*$", var.stack))
    error_message = "stack must be the name of a folder below stacks/, for example \"application\"."
  }
}

variable "schedule_expression" {
  type        = string
  description = "When it looks, as EventBridge writes it, for example \"rate(1 day)\"."
  nullable    = false

  validation {
    condition     = can(regex("^(rate|cron)\\(.+\\)$", var.schedule_expression))
    error_message = "schedule_expression must be rate(…) or cron(…), for example \"rate(1 day)\" or \"cron(0 5 * * ? *)\"."
  }
}

variable "enabled" {
  type        = bool
  description = "Whether it looks by itself. Where not, people run hoist remediate, and nothing is started."
  default     = true
  nullable    = false
}

variable "runner" {
  type = object({
    sources              = object({ type = string, location = string, version = optional(string) })
    connection_arn       = optional(string)
    network              = object({ vpc_id = string, subnet_ids = list(string), internet_cidr = string })
    deployment_role_arns = list(string)
  })
  description = "Where Terraform runs, and by whose rights: the inputs of terraform-runner."
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
  description = "Where docs/runbook.md can be read: the description of the alarm leads there."
  default     = "docs/runbook.md"
  nullable    = false
}

variable "watched" {
  type = object({
    cluster_arn  = optional(string)
    database_ids = optional(list(string), [])
    config_rules = optional(list(string), [])
  })
  description = "Whose changes are told at once: a cluster of ECS, databases by their identifiers, rules of AWS Config. All of it must be known at plan. Nothing of other resources of the account is."
  default     = {}
  nullable    = false
}

variable "trail" {
  type        = object({ deployment = string, bus_arn = string })
  description = "The world of flags whose audit trail is told what was put back and by whose word: its output deployment as JSON, and home's bus. Null where there is none; then reports and logs say it."
  default     = null

  validation {
    condition     = var.trail == null ? true : can(jsondecode(var.trail.deployment)) && can(regex("^arn:${var.context.partition}:events:[a-z0-9-]+:${var.context.account_id}:event-bus/[A-Za-z0-9._/-]+$", var.trail.bus_arn))
    error_message = "trail needs deployment as JSON (terraform output -json deployment), and bus_arn of one bus of ${var.context.account_id}."
  }
}

variable "retention_days" {
  type        = number
  description = "Days that plans, approvals and reports are kept after something newer took their place."
  default     = 400
  nullable    = false
}

variable "kms_key_arn" {
  type        = string
  description = "The key of plans, topic, queue, workflow and logs. Its policy must let logs, delivery.logs, events, cloudwatch and sns use it."
  nullable    = false

  validation {
    condition     = can(regex("^arn:${var.context.partition}:kms:${var.context.region}:${var.context.account_id}:key/[0-9a-z-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key (not of an alias) of ${var.context.account_id} in ${var.context.region}."
  }
}

variable "log_retention_days" {
  type        = number
  description = "Days that the logs of builds and workflow are kept."
  nullable    = false

  validation {
    condition     = contains(module.governance.log_retention_days, var.log_retention_days)
    error_message = "CloudWatch Logs keeps logs for one of ${join(", ", module.governance.log_retention_days)} days."
  }
}

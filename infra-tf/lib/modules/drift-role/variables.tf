variable "context" {
  type = object({
    environment        = string
    service            = string
    environment_suffix = string
    partition          = optional(string, "aws")
    region             = string
    account_id         = string
    cost_center        = string
    owner              = string
  })
  description = "What a deployment is and where: all names, tags and computed ARNs follow from it. The module naming checks it."
  nullable    = false
}

variable "principal_arns" {
  type        = list(string)
  description = "Who may take the role on from outside the account, for example the role of a pipeline. Within the account, IAM decides."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.principal_arns : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:(role|user)/[^*?]+$", arn))])
    error_message = "principal_arns must be ARNs of single roles or users, without wildcards, for example \"arn:aws:iam::444444444444:role/pipeline\"."
  }
}

variable "permissions_boundary_arn" {
  type        = string
  description = "The policy that bounds the role, where the organisation demands one for each. Null: none."
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null ? true : can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/[^*?]+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn must be the ARN of one policy, for example \"arn:aws:iam::111111111111:policy/boundary\"."
  }
}

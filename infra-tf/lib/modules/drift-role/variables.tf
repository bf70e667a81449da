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

variable "principal_arns" {
  type        = list(string)
  description = "Who may take the role on from outside the account, for example the role of a pipeline. Within the account, IAM decides."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.principal_arns : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:(role|user)/[A-Za-z0-9+=,.@_/-]+$", arn))])
    error_message = "principal_arns must be ARNs of single roles or users, without wildcards and policy variables, for example \"arn:aws:iam::444444444444:role/pipeline\"."
  }
}

variable "external_id" {
  type        = string
  description = "What those of principal_arns must know, where they are somebody else's pipeline; the stacks' input deployment_external_id. Null: nothing."
  default     = null

  validation {
    condition     = var.external_id == null ? true : length(var.external_id) >= 2 && length(var.external_id) <= 1224 && can(regex("^[A-Za-z0-9+=,.@:/_-]+$", var.external_id))
    error_message = "external_id must be 2 to 1,224 letters, digits or +=,.@:/_-, as STS takes it."
  }
}

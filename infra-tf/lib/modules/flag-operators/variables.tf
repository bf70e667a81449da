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
  description = "Regions, services and cells, as fleet/topology.json has them. The module flag-plan checks it."
  nullable    = false
}

variable "kms_key_arn" {
  type        = string
  description = "This region's replica of the multi-Region key that tables and topics are encrypted with."
  nullable    = false

  validation {
    condition     = can(regex("^arn:${var.context.partition}:kms:${var.context.region}:${var.context.account_id}:key/mrk-[0-9a-z]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a multi-Region key's replica in ${var.context.region} of ${var.context.account_id} (key/mrk-…): the roles read the tables of all regions."
  }
}

variable "operators" {
  type        = object({ saml_provider_arn = optional(string), users = optional(bool, false) })
  description = "Who takes the roles on: people who sign in by SAML, or IAM users of this account under their own names; one of the two. What each person may do stands in fleet/people.json."
  nullable    = false

  validation {
    condition     = (var.operators.saml_provider_arn == null) == var.operators.users
    error_message = "operators needs saml_provider_arn or users = true, not both: a session's name is a person's only where one of them decides it."
  }

  validation {
    condition     = var.operators.saml_provider_arn == null ? true : can(regex("^arn:${var.context.partition}:iam::${var.context.account_id}:saml-provider/[A-Za-z0-9._-]+$", var.operators.saml_provider_arn))
    error_message = "operators.saml_provider_arn must be the ARN of a SAML provider of ${var.context.account_id}: with OIDC whoever signs in names the session, and could be anybody."
  }
}

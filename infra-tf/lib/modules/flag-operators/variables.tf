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
  type = map(object({
    saml_provider_arn = optional(string)
    users             = optional(bool, false)
    names             = optional(set(string))
  }))
  description = "Who takes each role on, by the role's name: people who sign in by SAML, whose sign-in says which roles it offers them, or IAM users of this account under their own names, all of them or those in names; one of the two. What each person may do stands in fleet/people.json."
  nullable    = false

  validation {
    condition     = toset(keys(var.operators)) == local.roles
    error_message = "operators needs an entry for each role and no other: ${join(", ", local.roles)}."
  }

  validation {
    condition     = alltrue([for who in values(var.operators) : (who.saml_provider_arn == null) == who.users])
    error_message = "Each of operators needs saml_provider_arn or users = true, not both: a session's name is a person's only where one of them decides it."
  }

  validation {
    condition     = alltrue([for who in values(var.operators) : can(regex("^arn:${var.context.partition}:iam::${var.context.account_id}:saml-provider/[A-Za-z0-9._-]+$", who.saml_provider_arn)) if who.saml_provider_arn != null])
    error_message = "saml_provider_arn of operators must be the ARN of a SAML provider of ${var.context.account_id}: with OIDC whoever signs in names the session, and could be anybody."
  }

  validation {
    condition     = alltrue([for who in values(var.operators) : who.users && length(who.names) > 0 && alltrue([for name in who.names : can(regex("^[A-Za-z0-9+=,.@_-]{2,64}$", name))]) if who.names != null])
    error_message = "names of operators must be names of IAM users, of 2 to 64 letters, digits and +=,.@_-, at least one, beside users = true: whom a sign-in by SAML offers a role is said there."
  }

  # What the witness sends back is believed as it is. So one person must not be both, and a plan can only tell where it knows the people.
  validation {
    condition     = alltrue([for role in ["operator", "witness"] : try(!var.operators[role].users || var.operators[role].names != null, true)])
    error_message = "operator and witness must be different people, so both need names beside users = true: without them every IAM user of the account could be both. List the users, names = [\"ada.abel\"]."
  }

  validation {
    condition     = try(var.operators["operator"].users == var.operators["witness"].users, true)
    error_message = "operator and witness must come in the same way, both with users = true and names, or both by saml_provider_arn: names of IAM users cannot be compared with those whom a sign-in offers a role."
  }

  # IAM takes Ada and ada for one user of an account.
  validation {
    condition = length(setintersection([
      for role in ["operator", "witness"] : toset([for name in try(coalesce(var.operators[role].names, []), []) : lower(name)])
    ]...)) == 0
    error_message = "Nobody can be both witness and operator: whoever publishes must not be able to make up what regions answer. Take who is in names of both out of one; letters' case does not tell users apart."
  }
}

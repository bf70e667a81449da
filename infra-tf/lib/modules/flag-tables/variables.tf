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

variable "tables" {
  type        = set(string)
  description = "Which tables of the plan this state makes: those of home beside the global one, or \"verification\" in each region."
  nullable    = false

  validation {
    condition     = length(var.tables) > 0 && length(setsubtract(var.tables, keys(module.plan.tables))) == 0
    error_message = "There are no such tables: ${join(", ", setsubtract(var.tables, keys(module.plan.tables)))}. The plan has ${join(", ", keys(module.plan.tables))}; name at least one."
  }

  validation {
    condition     = alltrue([for table in var.tables : try(module.plan.tables[table].here, true)])
    error_message = "Only home and standby have ${join(", ", [for table in var.tables : table if !try(module.plan.tables[table].here, true)])}, and ${var.context.region} is neither (${join(", ", module.plan.homes)})."
  }

  validation {
    condition     = alltrue([for table in var.tables : !try(module.plan.tables[table].replicates, false) || var.context.region == var.topology.home])
    error_message = "A table and its replicas lie in one state, that of home: make ${join(", ", [for table in var.tables : table if try(module.plan.tables[table].replicates, false)])} in ${var.topology.home}, not in ${var.context.region}."
  }
}

variable "kms_key_arn" {
  type        = string
  description = "This region's replica of the multi-Region key. The replicas of a table are encrypted with those of their own regions."
  nullable    = false

  validation {
    condition     = can(regex("^arn:${var.context.partition}:kms:${var.context.region}:${var.context.account_id}:key/mrk-[0-9a-z]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a multi-Region key's replica in ${var.context.region} of ${var.context.account_id} (key/mrk-…): DynamoDB wants a key in each region of a table."
  }
}

variable "replica_regions" {
  type        = set(string)
  description = "Regions that get a replica of a global table; all of the topology's when left out. A region's key must exist first, and a region goes from here before its foundation is destroyed."
  default     = null

  validation {
    condition     = var.replica_regions == null ? true : length(setsubtract(var.replica_regions, var.topology.regions[*].name)) == 0
    error_message = "replica_regions must be regions of the topology: ${join(", ", var.topology.regions[*].name)}."
  }
}

variable "reader_role_arns" {
  type        = map(string)
  description = "Roles of other accounts that may read changes, by a short name: the next environment's, which asks whether a change has been verified here."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.reader_role_arns : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", arn))])
    error_message = "Each of reader_role_arns must be the full ARN of one role, without a wildcard or a policy variable."
  }

  validation {
    condition     = alltrue([for name in keys(var.reader_role_arns) : can(regex("^[a-z][a-z0-9]*$", name))])
    error_message = "reader_role_arns are keyed by one lower-case word each: it becomes part of the statement's sid."
  }
}

variable "authors" {
  type = object({
    saml_provider_arn = optional(string)
    users             = optional(bool, false)
    programs          = optional(map(object({ role_arn = string, session_name = string })), {})
  })
  description = "Who may propose and approve: people who sign in by SAML, IAM users of this account under their own names, and programs, each under one fixed session name. Roles are made for these where proposals are made in home; null where they are not."
  default     = null

  validation {
    condition     = var.authors == null ? true : contains(var.tables, "proposals") && var.context.region == var.topology.home
    error_message = "The roles of authors are the account's, so they are made once: where proposals are made in home (${var.topology.home})."
  }

  validation {
    condition     = try(var.authors.saml_provider_arn, null) == null ? true : can(regex("^arn:${var.context.partition}:iam::${var.context.account_id}:saml-provider/[A-Za-z0-9._-]+$", var.authors.saml_provider_arn))
    error_message = "authors.saml_provider_arn must be the ARN of a SAML provider of ${var.context.account_id}: with OIDC whoever signs in names the session, and could be anybody."
  }

  validation {
    condition = var.authors == null ? true : alltrue([for name, program in var.authors.programs :
      can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", name)) && can(regex("^arn:${var.context.partition}:iam::${var.context.account_id}:role/[A-Za-z0-9+=,.@_/-]+$", program.role_arn)) && can(regex("^[A-Za-z0-9+=,.@_-]{2,64}$", program.session_name))
    ])
    error_message = "Each of authors.programs needs a lower-case name, the full ARN of one role of ${var.context.account_id}, and a session name of 2 to 64 letters, digits and +=,.@_-."
  }

  validation {
    condition     = !contains(values(try(var.authors.programs, {}))[*].session_name, "flaghoist-canary")
    error_message = "None of authors.programs can have the session \"flaghoist-canary\": it is the key of the canary, whose role is made by itself where the topology has its service."
  }

  # A program of that name would take the place of the people's trust.
  validation {
    condition     = length(setintersection(keys(try(var.authors.programs, {})), ["users", "sign-in", "canary"])) == 0
    error_message = "None of authors.programs can be named \"users\", \"sign-in\" or \"canary\": the roles of people, and of the canary, have these names."
  }
}

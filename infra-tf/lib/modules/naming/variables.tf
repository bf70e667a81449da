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

  validation {
    condition     = alltrue([for word in [var.context.environment, var.context.service] : can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", word))])
    error_message = "environment and service must be lower-case words joined by single hyphens, starting with a letter, for example \"flag-api\"."
  }

  validation {
    condition     = !can(regex("^(internal|sg|sthree|amzn-s3-demo)(-|$)", var.context.environment)) && var.context.environment_suffix != "s3alias"
    error_message = "Names must not begin with internal- (load balancers), sg- (security groups), sthree- or amzn-s3-demo- (buckets), nor end with -s3alias (buckets): AWS keeps these for itself. Choose another environment or environment_suffix."
  }

  validation {
    condition     = can(regex("^[a-z0-9]{1,8}$", var.context.environment_suffix))
    error_message = "environment_suffix must be 1 to 8 lower-case letters or digits, for example \"a1\": it tells deployments of the same environment apart."
  }

  validation {
    condition     = contains(["aws", "aws-cn", "aws-us-gov"], var.context.partition)
    error_message = "partition must be aws, aws-cn or aws-us-gov: the second word of every ARN of the account."
  }

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.context.region))
    error_message = "region must be a region's name, for example \"eu-west-1\"."
  }

  validation {
    condition     = can(regex("^[0-9]{12}$", var.context.account_id))
    error_message = "account_id must be the 12 digits of the account that is deployed to."
  }

  validation {
    condition     = alltrue([for value in [var.context.cost_center, var.context.owner] : trimspace(value) != "" && trimspace(value) == value])
    error_message = "cost_center and owner are mandatory tags: name the cost center and the owning team, without blanks around them."
  }

  validation {
    condition     = alltrue([for value in [var.context.cost_center, var.context.owner] : length(value) <= 256 && can(regex("^[A-Za-z0-9 _.:/=+@-]*$", value))])
    error_message = "cost_center and owner become tag values: at most 256 letters, digits, blanks and _.:/=+-@."
  }
}

variable "resources" {
  type = map(object({
    type      = string
    qualifier = optional(string)
  }))
  description = "The resources to name, by a key of the caller's choice. The qualifier tells two of one type apart, for example \"public-a\"."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for resource in var.resources : contains(keys(local.types), resource.type)])
    error_message = "No such resource type: ${join(", ", [for resource in var.resources : resource.type if !contains(keys(local.types), resource.type)])}. Known are ${join(", ", sort(keys(local.types)))}. Add a new one to the module naming, with its length limit."
  }

  validation {
    condition     = alltrue([for resource in var.resources : resource.qualifier == null ? true : can(regex("^[a-z0-9]+(-[a-z0-9]+)*$", resource.qualifier))])
    error_message = "A qualifier must be lower-case words joined by single hyphens, for example \"public-a\"."
  }

  validation {
    condition     = length(distinct([for resource in var.resources : "${resource.type} ${coalesce(resource.qualifier, "-")}"])) == length(var.resources)
    error_message = "Two resources of one type need different qualifiers, or they would have one name."
  }
}

variable "templates" {
  type = map(object({
    type      = string
    qualifier = string
    place     = string
    values    = optional(set(string), [])
  }))
  description = "Names with a place that a program fills, for example { type = \"queue\", qualifier = \"flags\", place = \"service\" }: the place stands behind the qualifier. The place \"region\" is the region of the ARN. values are what the place is filled with; each must fit."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for template in var.templates : contains(keys(local.arn_forms), template.type) && try(local.types[template.type].scope, "") == "regional"])
    error_message = "No templates of type ${join(", ", [for template in var.templates : template.type if !contains(keys(local.arn_forms), template.type) || try(local.types[template.type].scope, "") != "regional"])}. A template needs a type with an ARN (arns.tf of the module naming) whose names are unique within a region."
  }

  validation {
    condition     = alltrue([for template in var.templates : can(regex("^[a-z0-9]+(-[a-z0-9]+)*$", template.qualifier)) && can(regex("^[a-z]+$", template.place))])
    error_message = "A template's qualifier must be lower-case words joined by single hyphens, for example \"flags\", and its place one word, for example \"service\"."
  }

  validation {
    condition     = alltrue(flatten([for template in var.templates : [for value in template.values : can(regex("^[a-z0-9]+(-[a-z0-9]+)*$", value))]]))
    error_message = "What fills a template must be lower-case words joined by single hyphens."
  }

  validation {
    condition = alltrue(flatten([for key, template in var.templates : [
      for other_key, other in var.templates : !startswith("${other.qualifier}-", "${template.qualifier}-") || template.type != other.type || template.place == "region"
      if other_key != key
    ]]))
    error_message = "One template's qualifier begins with another's of the same type, for example \"flags\" and \"flags-dead\": what is called dead-x in the one would have the name of x in the other. Put the word that differs first: \"dead-flags\"."
  }

  validation {
    condition = alltrue(flatten([for template in var.templates : [
      for resource in var.resources : !startswith("${coalesce(resource.qualifier, "-")}-", "${template.qualifier}-") || template.type != resource.type || template.place == "region"
    ]]))
    error_message = "A resource's qualifier begins with that of a template of the same type: something that fills the template could have the resource's name. Choose another qualifier."
  }
}

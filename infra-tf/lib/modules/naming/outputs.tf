output "names" {
  value       = local.names
  description = "The name of each resource, by the caller's key."

  # Whatever makes the names, these are what leaves the module.
  precondition {
    condition     = alltrue([for key, name in local.names : startswith(name, "${var.context.environment}-") && endswith(name, "-${var.context.environment_suffix}")])
    error_message = "Names must read {environment}-{service}-{resource-type}-{environment_suffix}, and so little of ${var.context.environment}-${var.context.service} is left of these that they do not: ${join(", ", [for name in values(local.names) : name if !startswith(name, "${var.context.environment}-")])}. Shorten the environment's name."
  }

  precondition {
    condition     = alltrue([for key, name in local.names : can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", name)) && length(name) <= local.types[var.resources[key].type].limit])
    error_message = "Names must be lower-case words joined by single hyphens, within the limit of their type: ${join(", ", [for key, name in local.names : "${name} (${local.types[var.resources[key].type].limit} characters)" if !can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", name)) || length(name) > local.types[var.resources[key].type].limit])}. Correct the type's limit or the qualifier in the module naming."
  }
}

output "tags" {
  value       = local.tags
  description = "The mandatory tags. Every taggable resource carries them."
}

output "named_tags" {
  value       = { for key, name in local.names : key => merge(local.tags, { Name = name }) }
  description = "The mandatory tags and the tag Name, by the caller's key."
}

output "region_code" {
  value       = local.region_code
  description = "The region in short, for example euw1."
}

output "arns" {
  value       = local.arns
  description = "The computed ARN, by the caller's key, of each resource whose type has a form in arns.tf: for whoever names it before it exists, or from elsewhere."
}

output "templates" {
  value       = local.templates
  description = "By the caller's key: name and arn with the place open, for example arn:aws:sqs:eu-west-1:123456789012:blue-flags-queue-flags-{service}-a1, and names and arns by what fills it."

  precondition {
    condition     = length(local.cut_names) == 0
    error_message = "A name made of a template must not be cut, because whoever fills the place cannot know how: ${join(", ", local.cut_names)}. Shorten what fills it, or the environment's name."
  }
}

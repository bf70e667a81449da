# A name with a place that is filled later, by a program that has no Terraform: it cannot cut and hash, so nothing is cut here.
locals {
  template_names = {
    for key, template in var.templates : key => join("-", concat(
      [var.context.environment, var.context.service, template.type, template.qualifier],
      template.place == "region" ? [] : ["{${template.place}}"],
      [var.context.environment_suffix],
    ))
  }

  filled_names = {
    for key, template in var.templates : key => {
      for value in template.values : value => replace(local.template_names[key], "{${template.place}}", value)
    }
  }

  templates = {
    for key, template in var.templates : key => {
      name  = local.template_names[key]
      names = local.filled_names[key]
      arn   = replace(replace(local.arn_prefix[template.type], "{region}", template.place == "region" ? "{region}" : var.context.region), "{name}", local.template_names[key])
      arns = {
        for value, name in local.filled_names[key] : value =>
        replace(replace(local.arn_prefix[template.type], "{region}", template.place == "region" ? value : var.context.region), "{name}", name)
      }
    }
  }

  cut_names = flatten([
    for key, template in var.templates : [
      for name in concat([replace(local.template_names[key], "{${template.place}}", "")], values(local.filled_names[key])) : "${name} (${length(name)} of ${local.types[template.type].limit} characters)"
      if length(name) > local.types[template.type].limit
    ]
  ])
}

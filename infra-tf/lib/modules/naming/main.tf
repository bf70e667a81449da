locals {
  # Names of roles are unique in an account, those of buckets in the world: a second region, or another company, must not
  # collide with them.
  region_words = split("-", var.context.region)
  region_code = join("", concat(
    [local.region_words[0]],
    [for word in slice(local.region_words, 1, length(local.region_words) - 1) : lookup(local.directions, word, substr(word, 0, 1))],
    [local.region_words[length(local.region_words) - 1]],
  ))
  directions = { northeast = "ne", northwest = "nw", southeast = "se", southwest = "sw" }

  within = {
    regional = []
    account  = [local.region_code]
    world    = [local.region_code, substr(sha256(var.context.account_id), 0, 6)]
  }

  # Everything but the suffix, which survives truncation.
  stems = {
    for key, resource in var.resources : key => join("-", concat(
      [var.context.environment, var.context.service, resource.type],
      resource.qualifier == null ? [] : [resource.qualifier],
      local.within[local.types[resource.type].scope],
    ))
  }

  room = {
    for key, resource in var.resources : key => local.types[resource.type].limit - length("-${var.context.environment_suffix}")
  }

  # The hash is that of the whole stem: two names that differ only in what was cut off stay different.
  names = {
    for key, stem in local.stems : key => join("-", [
      length(stem) <= local.room[key] ? stem : "${trimsuffix(substr(stem, 0, local.room[key] - 7), "-")}-${substr(sha256(stem), 0, 6)}",
      var.context.environment_suffix,
    ])
  }

  tags = {
    environment = var.context.environment
    cost-center = var.context.cost_center
    owner       = var.context.owner
    service     = var.context.service
    managed-by  = "terraform"
  }
}

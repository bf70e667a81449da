locals {
  upstream_name  = coalesce(var.upstream, "the upstream environment")
  upstream_image = coalesce(try(var.upstream_state.image_digest, null), "none")

  deployed_cidr_blocks = try(coalesce(var.upstream_state.network_cidr_blocks, {}), {})

  # Two ranges overlap when they are equal within the shorter of their prefixes.
  network = split("/", var.cidr_block)
  overlapping = {
    for source, blocks in { planned = var.planned_cidr_blocks, deployed = local.deployed_cidr_blocks } : source => [
      for name, block in blocks : "${name} (${block})"
      if name != var.environment && try(
        cidrhost("${split("/", block)[0]}/${min(split("/", block)[1], local.network[1])}", 0) == cidrhost("${local.network[0]}/${min(split("/", block)[1], local.network[1])}", 0),
        false,
      )
    ]
  }
  planned_overlaps  = local.overlapping["planned"]
  deployed_overlaps = local.overlapping["deployed"]

  promoted_digest = var.upstream == null ? var.image_digest : try(var.upstream_state.image_digest, null)
}

output "image_digest" {
  value       = var.first_deployment ? null : local.promoted_digest
  description = "The image to run; null in a first deployment."
}

output "cidr_block" {
  value       = var.cidr_block
  description = "The range of the environment's network, once it is known to overlap with no other's."

  precondition {
    condition     = length(local.planned_overlaps) == 0
    error_message = "${var.cidr_block} overlaps with the network of ${join(", ", local.planned_overlaps)} in environments/*.tfvars. Give ${var.environment} a range of its own: networks that overlap can never be joined."
  }

  precondition {
    condition     = length(local.deployed_overlaps) == 0
    error_message = "${var.cidr_block} overlaps with the deployed network of ${join(", ", local.deployed_overlaps)}. Give ${var.environment} a range of its own: networks that overlap can never be joined."
  }
}

output "network_cidr_blocks" {
  value       = tomap(merge(local.deployed_cidr_blocks, { (var.environment) = var.cidr_block }))
  description = "The ranges of this environment's network and of all up the stream, by environment, to be handed on to the next."
}

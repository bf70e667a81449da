output "names" {
  value       = local.names
  description = "The name of each resource, by the caller's key."
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

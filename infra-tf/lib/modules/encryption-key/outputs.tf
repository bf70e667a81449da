output "key_arn" {
  value       = local.key.arn
  description = "The key's ARN."
}

output "key_id" {
  value       = local.key.id
  description = "The key's id."
}

output "alias_name" {
  value       = aws_kms_alias.this.name
  description = "The alias, known at plan."
}

output "policy" {
  value       = local.policy
  description = "The key's whole policy (JSON)."
}

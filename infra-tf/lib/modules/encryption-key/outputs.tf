output "key_arn" {
  value       = aws_kms_key.this.arn
  description = "The key's ARN."
}

output "key_id" {
  value       = aws_kms_key.this.key_id
  description = "The key's id."
}

output "alias_name" {
  value       = aws_kms_alias.this.name
  description = "The alias, known at plan."
}

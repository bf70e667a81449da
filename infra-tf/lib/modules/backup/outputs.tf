output "vault_arn" {
  value       = aws_backup_vault.this.arn
  description = "The vault in the home region."
}

output "vault_name" {
  value       = aws_backup_vault.this.name
  description = "The same by its name."
}

output "replica_vault_arn" {
  value       = aws_backup_vault.replica.arn
  description = "The vault in the replica region."
}

output "plan_id" {
  value       = aws_backup_plan.this.id
  description = "The plan's id."
}

output "role_arn" {
  value       = aws_iam_role.this.arn
  description = "The role that takes and copies the backups."
}

output "role_arn" {
  value       = local.role_arn
  description = "The role, known before it exists. Whoever takes it on can read, and nothing else."
}

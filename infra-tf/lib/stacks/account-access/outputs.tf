output "deployment_role_arn" {
  value       = module.deployment_role.role_arn
  description = "The stacks' input of the same name."
}

output "policy" {
  value       = local.policy
  description = "The whole policy (JSON) on flags in this region."
}

# What the company decided for everything that it deploys. Environments must be destroyable to the last resource, so that a
# copy of one can be made, proved and thrown away; what must be kept is kept by backups and by the evidence bucket's copy.

output "deletion_protection" {
  value       = false
  description = "Nothing refuses its own deletion."
}

output "force_destroy" {
  value       = true
  description = "Buckets and vaults are destroyed with what is in them."
}

output "force_delete" {
  value       = true
  description = "Registries are deleted with their images."
}

output "skip_final_snapshot" {
  value       = true
  description = "A destroyed database leaves no snapshot behind, which nobody would own."
}

output "secret_recovery_window_days" {
  value       = 0
  description = "Secrets are deleted at once, so that their names are free for the next deployment."
}

output "key_deletion_window_days" {
  value       = 7
  description = "The shortest window that KMS allows."
}

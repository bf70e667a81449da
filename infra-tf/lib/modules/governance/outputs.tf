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

output "log_retention_days" {
  value       = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]
  description = "The periods that CloudWatch Logs can keep a log for, in days. Not decided here, but needed wherever one is chosen."
}

output "reading_actions" {
  value       = jsondecode(file("${path.module}/read-settings.json"))
  description = "What reads the settings of all that the stacks have, and no data: for the role that looks for drift, and for plans."
}

output "evidence_bucket_name" {
  value       = module.evidence.name
  description = "The bucket that evidence is written to."
}

output "evidence_bucket_arn" {
  value       = module.evidence.arn
  description = "The ARN of the bucket that evidence is written to."
}

output "replica_bucket_name" {
  value       = module.replica.name
  description = "The bucket in the replica region that evidence is copied to."
}

output "replica_bucket_arn" {
  value       = module.replica.arn
  description = "The ARN of the bucket in the replica region."
}

output "secret_arns" {
  value       = { for name, secret in aws_secretsmanager_secret.this : name => secret.arn }
  description = "The ARN of each secret in the home region, by short name. In the replica region it differs in the region alone."
}

output "secret_names" {
  value       = { for name, secret in aws_secretsmanager_secret.this : name => secret.name }
  description = "The name of each secret, the same in both regions, by short name."
}

output "cluster_arn" {
  value       = aws_rds_cluster.this.arn
  description = "The cluster's ARN."
}

output "cluster_identifier" {
  value       = aws_rds_cluster.this.cluster_identifier
  description = "The cluster's identifier."
}

output "cluster_resource_id" {
  value       = aws_rds_cluster.this.cluster_resource_id
  description = "The id that policies for signing in by IAM name the cluster by."
}

output "endpoint" {
  value       = aws_rds_cluster.this.endpoint
  description = "The host name of the instance that writes."
}

output "reader_endpoint" {
  value       = aws_rds_cluster.this.reader_endpoint
  description = "The host name of the instances that read."
}

output "port" {
  value       = var.port
  description = "The port that the cluster listens on."
}

output "database_name" {
  value       = var.database_name
  description = "The database that was created with the cluster."
}

output "security_group_id" {
  value       = aws_security_group.this.id
  description = "The group of the instances. Who queries the database adds its own group to it."
}

output "master_user_secret_arn" {
  value       = one(aws_rds_cluster.this.master_user_secret[*].secret_arn)
  description = "The secret that RDS keeps the master user's password in. The password itself is in no state."
}

output "instance_count" {
  value       = length(aws_rds_cluster_instance.this)
  description = "The number of instances."
}

output "instance_identifiers" {
  value       = [for key in keys(local.instances) : module.naming.names[key]]
  description = "The instances, as events and metrics name them; known at plan."
}

output "log_group_name" {
  value       = aws_cloudwatch_log_group.postgresql.name
  description = "The log group of PostgreSQL."
}

output "cluster_arn" {
  value       = aws_ecs_cluster.this.arn
  description = "The cluster's ARN."
}

output "cluster_name" {
  value       = aws_ecs_cluster.this.name
  description = "The cluster's name."
}

output "service_name" {
  value       = aws_ecs_service.this.name
  description = "The service's name."
}

output "task_family" {
  value       = aws_ecs_task_definition.this.family
  description = "The name that all revisions of the task definition share. They stay registered when the service is destroyed."
}

output "task_definition_arn" {
  value       = aws_ecs_task_definition.this.arn
  description = "The task definition that runs, with its revision."
}

output "task_role_arn" {
  value       = aws_iam_role.task.arn
  description = "The role of the application."
}

output "execution_role_arn" {
  value       = aws_iam_role.execution.arn
  description = "The role that starts tasks."
}

output "security_group_id" {
  value       = aws_security_group.this.id
  description = "The group of the tasks."
}

output "repository_url" {
  value       = aws_ecr_repository.this.repository_url
  description = "Where images of this environment are pushed, without tag."
}

output "repository_arn" {
  value       = aws_ecr_repository.this.arn
  description = "The repository's ARN."
}

output "image_digest" {
  value       = var.image.digest
  description = "The digest of the image that runs. Known only once its deployment held, so what reads it may promote it."
  depends_on  = [aws_ecs_service.this]
}

output "log_group_name" {
  value       = aws_cloudwatch_log_group.this.name
  description = "The log group of the tasks."
}

output "way_out_names" {
  value       = toset(keys(aws_vpc_security_group_egress_rule.ways_out))
  description = "What the tasks reach beside load balancer, database, interface endpoints and S3, by short name."
}

output "sidecar_names" {
  value       = toset(keys(var.sidecars))
  description = "What runs beside the application in each task, by short name."
}

output "project_name" {
  value       = aws_codebuild_project.this.name
  description = "The name of the project, which a workflow starts builds of. It waits for the project."
}

output "project_arn" {
  value       = module.naming.arns["project"]
  description = "The project's ARN, known at plan."
}

output "role_unique_id" {
  value       = aws_iam_role.this.unique_id
  description = "What AWS calls who runs in a build by, before the name of its session. Known after the apply."
}

output "role_arn" {
  value       = module.naming.arns["role"]
  description = "The role of the builds, known at plan: the deployment roles must let it take them on."
}

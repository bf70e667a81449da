output "workflow_arn" {
  value       = module.naming.arns["workflow"]
  description = "The workflow, known at plan. Started by hand with {} it looks."
}

output "topic_arn" {
  value       = aws_sns_topic.this.arn
  description = "Where who is on call is told."
}

output "plans_bucket" {
  value       = module.plans.name
  description = "The bucket of plans, report and approvals."
}

output "runner_role_unique_id" {
  value       = module.runner.role_unique_id
  description = "The unique id of that role, for workloads of fleet/remediation.json: without it nobody can approve a plan of a build. Known after the apply."
}

output "runner_role_arn" {
  value       = module.runner.role_arn
  description = "The role of the builds, known at plan: the deployment role must let it take it on."
}

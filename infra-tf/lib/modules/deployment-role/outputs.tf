output "role_arn" {
  value       = aws_iam_role.this.arn
  description = "The role: the stacks' input deployment_role_arn."

  # Nobody deploys with half of its rights.
  depends_on = [aws_iam_role_policy_attachment.this]
}

output "policies" {
  value       = local.documents
  description = "What it may do, as JSON, by group; known at plan."
}

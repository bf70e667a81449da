output "function_name" {
  value       = aws_lambda_function.this.function_name
  description = "The function's name."
}

output "live_arn" {
  value       = aws_lambda_alias.live.arn
  description = "The alias that everything calls."
}

output "role_arn" {
  value       = aws_iam_role.this.arn
  description = "The role that the function runs as."
}

output "policy" {
  value       = aws_iam_role_policy.this.policy
  description = "The role's whole policy (JSON)."
}

output "artifact_key" {
  value       = aws_s3_object.this.key
  description = "The key of the zip: it ends with the hash of its content."
}

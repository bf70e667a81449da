output "role_arns" {
  value       = { for name, role in aws_iam_role.this : name => role.arn }
  description = "The roles: doctor, operator, promoter and witness."
}

output "role_ids" {
  value       = { for name, role in aws_iam_role.this : name => role.unique_id }
  description = "Their unique ids: fleet/people.json lists a person as one of them and a session name."
}

output "policies" {
  value       = { for name, policy in aws_iam_role_policy.this : name => policy.policy }
  description = "The whole policy (JSON) of each role."
}

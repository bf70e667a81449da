output "names" {
  value       = { for key, table in aws_dynamodb_table.this : key => table.name }
  description = "The names of the tables, by the plan's word."
}

output "arns" {
  value       = { for key, table in aws_dynamodb_table.this : key => table.arn }
  description = "The ARNs of the tables in this region."
}

output "stream_arns" {
  value = {
    for key, table in aws_dynamodb_table.this : key => merge(
      { (var.context.region) = table.stream_arn },
      { for replica in table.replica : replica.region_name => replica.stream_arn },
    ) if local.tables[key].stream != null
  }
  description = "The ARNs of the streams, by table and region: they cannot be computed, so each region's stack reads them here."
}

output "author_role_arns" {
  value       = { for name, role in aws_iam_role.author : name => role.arn }
  description = "The roles that propose and approve: sign-in, users, and one for each program."
}

output "author_role_ids" {
  value       = { for name, role in aws_iam_role.author : name => role.unique_id }
  description = "The unique ids of these roles: fleet/people.json lists a person as one of them and a session name."
}

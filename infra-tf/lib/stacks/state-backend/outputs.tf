locals {
  # Both locks: the table as asked for, and the lock object that Terraform will keep once it drops the table.
  backend = {
    bucket         = module.states.name
    region         = var.context.region
    encrypt        = true
    dynamodb_table = aws_dynamodb_table.locks.arn
    use_lockfile   = true
  }
  external_id = var.deployment_external_id == null ? "" : ", external_id = ${jsonencode(var.deployment_external_id)}"
}

output "bucket_name" {
  value       = module.states.name
  description = "The bucket of states."

  precondition {
    condition     = terraform.workspace == "default"
    error_message = "This stack has one state, in the workspace default. A second one would plan a second backend of the same names: unset TF_WORKSPACE."
  }

  # AWS says so only at apply, in the one stack that all others stand on.
  precondition {
    condition     = alltrue([for bytes in values(local.policy_bytes) : bytes <= local.policy_limit])
    error_message = "Policies may have ${local.policy_limit} bytes, and these would have more: ${join(", ", [for what, bytes in local.policy_bytes : "that of the ${what} ${bytes}" if bytes > local.policy_limit])}. Apply this stack a second time, under another service or environment_suffix and with an environments_file of its own, for some of the environments."
  }
}

output "bucket_arn" {
  value       = module.states.arn
  description = "The ARN of the bucket of states."
}

output "lock_table_name" {
  value       = aws_dynamodb_table.locks.name
  description = "The table of locks, for a backend in this account."
}

output "lock_table_arn" {
  value       = aws_dynamodb_table.locks.arn
  description = "The table of locks, for a backend in any account: DynamoDB takes the ARN in place of the name."
}

output "deployment_role_arns" {
  value       = local.role_arns
  description = "By environment: the role that may keep its state here."
}

output "deployment_role_policies" {
  value = { for name, statements in local.role_statements : name => jsonencode({
    Version   = "2012-10-17"
    Statement = [for statement in statements : statement if length(flatten([statement.Resource])) > 0]
  }) }
  description = "By environment: the policy (JSON) that its deployment role needs in its own account to use this backend."
}

output "backend_configuration" {
  value = { for name, role_arn in local.role_arns : name => join("\n", concat(
    [for key, value in local.backend : "${key} = ${jsonencode(value)}"],
    ["workspace_key_prefix = ${jsonencode(local.by_name[name].account)}", "assume_role = { role_arn = ${jsonencode(role_arn)}${local.external_id} }", ""],
  )) }
  description = "By environment: the content of a file for `terraform init -backend-config`. The key stands in the stack's own backend block."
}

output "reader_backend_configuration" {
  value = { for name, role_arn in local.reader_role_arns : name => join("\n", [
    "bucket = ${jsonencode(local.backend.bucket)}",
    "region = ${jsonencode(local.backend.region)}",
    "workspace_key_prefix = ${jsonencode(local.by_name[name].account)}",
    "assume_role = { role_arn = ${jsonencode(role_arn)}${local.external_id} }",
    "",
  ]) }
  description = "The same for the role that looks for drift. It takes no lock, so none is named."
}

output "own_backend_configuration" {
  value       = join("\n", concat([for key, value in local.backend : "${key} = ${jsonencode(value)}"], [""]))
  description = "The same for this stack itself, which is applied without a deployment role."
}

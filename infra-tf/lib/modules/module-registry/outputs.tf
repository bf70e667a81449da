output "source" {
  value       = "git::${local.is_codecommit ? "https://git-codecommit.${var.context.region}.${var.context.partition == "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"}/v1/repos/${module.naming.names["repository"]}" : var.git_host}"
  description = "How the source of a module begins, whatever the host; then comes //infra-tf/lib/modules/NAME?ref=vVERSION. Known at plan."
}

output "repository_arn" {
  value       = one(aws_codecommit_repository.this[*].arn)
  description = "The repository; null where another host has it."
}

output "policies" {
  value       = local.is_codecommit ? local.policies : {}
  description = "What to attach to whom (JSON), known at plan: read to who deploys, contribute to who writes modules, release to the pipeline that makes versions. Nothing where another host has it."
}

output "domain" {
  value       = { name = aws_opensearch_domain.this.domain_name, arn = local.domain.arn, endpoint = local.endpoint, volume_gb = var.size.volume_gb }
  description = "The domain, for alarms (its name and the account are the dimensions of its metrics) and for who searches it."
}

output "stream" {
  value       = local.domain.stream
  description = "The data stream of the trail, which hoist audit bootstrap makes."
}

output "live_arns" {
  value       = { for key, function in merge(module.function, { "audit-writer.bootstrap" = module.bootstrap }) : key => function.live_arn }
  description = "What schedules and hoist call, by function."
}

output "policies" {
  value       = { for key, function in merge(module.function, { "audit-writer.bootstrap" = module.bootstrap }) : key => function.policy }
  description = "The whole policy (JSON) of each function's role."
}

output "access_policy" {
  value       = data.aws_iam_policy_document.access.json
  description = "The domain's whole access policy (JSON)."
}

output "log_groups" {
  value       = { for log, group in aws_cloudwatch_log_group.domain : local.logs[log] => { name = group.name, arn = "arn:${var.context.partition}:logs:${var.context.region}:${var.context.account_id}:log-group:${group.name}" } }
  description = "The domain's logs: audit, application, slow-writes, slow-searches."
}

output "client_security_group_id" {
  value       = aws_security_group.clients.id
  description = "The group of the functions."
}

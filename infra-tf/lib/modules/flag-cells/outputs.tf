output "live_arns" {
  value       = { for key, function in module.function : key => function.live_arn }
  description = "What schedules and workflows call, by function."
}

output "policies" {
  value       = { for key, function in module.function : key => function.policy }
  description = "The whole policy (JSON) of each function's role."
}

output "log_group" {
  value       = { name = aws_cloudwatch_log_group.acknowledgements.name, arn = module.plan.log_groups["acknowledgements"].arn }
  description = "The log group of acknowledgements, which the scan reads."
}

output "bus_names" {
  value       = { for key, bus in aws_cloudwatch_event_bus.this : key => bus.name }
  description = "The buses of this region, by the plan's word."
}

output "workflow_arns" {
  value       = { for key, workflow in aws_sfn_state_machine.this : key => workflow.arn }
  description = "The workflows, by the plan's word."
}

output "log_group_name" {
  value       = aws_cloudwatch_log_group.functions.name
  description = "The log group of the functions that acknowledge nothing: lambda-function waits for it."
}

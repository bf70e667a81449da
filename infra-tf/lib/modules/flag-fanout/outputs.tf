output "topic_arns" {
  value       = { for key, topic in aws_sns_topic.this : key => topic.arn }
  description = "The topics of this region, by the plan's word."
}

output "queue_arns" {
  value       = { for key, queue in aws_sqs_queue.this : key => queue.arn }
  description = "The queues that functions read, by the key of their trigger: \"cache-loads\", \"service-flags/checkout\"."
}

output "dead_letter_arns" {
  value       = { for key, queue in aws_sqs_queue.dead_letters : key => queue.arn }
  description = "The dead letters, by the same kind of key."
}

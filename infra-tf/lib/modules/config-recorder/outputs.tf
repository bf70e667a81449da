output "recorder_name" {
  value       = one(aws_config_configuration_recorder.this[*].name)
  description = "The recorder's name; null where another stack records."
}

output "bucket_name" {
  value       = one(module.bucket[*].name)
  description = "The bucket of snapshots and histories; null where another stack records."
}

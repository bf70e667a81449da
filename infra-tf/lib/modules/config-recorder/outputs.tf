output "recorder_name" {
  value       = aws_config_configuration_recorder.this.name
  description = "The recorder's name."
}

output "bucket_name" {
  value       = module.bucket.name
  description = "The bucket of snapshots and histories."
}

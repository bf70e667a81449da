variable "alarm_subscriptions" {
  type        = map(object({ protocol = string, endpoint = string }))
  description = "Who is told when an alarm goes off, as SNS knows it: https with the address of the on-call tool, or email; keyed by a short name. Nobody: it is measured and shown, and no more."
  default     = {}
  nullable    = false
}

module "alarms" {
  source = "../../modules/application-alarms"

  context                     = local.context
  load_balancer               = { arn_suffix = module.load_balancer.arn_suffixes.load_balancer, target_group_arn_suffix = module.load_balancer.arn_suffixes.target_group }
  service                     = { cluster_name = module.service.cluster_name, service_name = module.service.service_name }
  database_cluster_identifier = module.database.cluster_identifier
  backup_vault = {
    name = module.backup.vault_name
    # Computed, so that a plan shows the rule in full.
    arn = "arn:${local.context.partition}:backup:${local.context.region}:${local.context.account_id}:backup-vault:${module.backup.vault_name}"
  }
  subscriptions = var.alarm_subscriptions
  kms_key_arn   = module.operations_key.key_arn
}

output "alarm_topic_arn" {
  value       = module.alarms.topic_arn
  description = "Where alarms and failed backups are told."
}

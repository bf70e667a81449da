output "address" {
  value = {
    host   = aws_elasticache_replication_group.this.primary_endpoint_address
    port   = var.port
    shards = 1
  }
  description = "Where functions reach the caches: the primary, whichever node that is."
}

output "reader_host" {
  value       = aws_elasticache_replication_group.this.reader_endpoint_address
  description = "Where agents may read, spread over the replicas."
}

output "client_security_group_id" {
  value       = aws_security_group.clients.id
  description = "What logs in must carry this group."
}

output "agents" {
  value = {
    for cell in keys(module.plan.cells) : cell => {
      user         = local.users["agent.${cell}"].name
      connect_arns = local.users["agent.${cell}"].connect_arns
    }
  }
  description = "For the tasks of each cell's services: the user that their agent logs in as, and the ARNs on which their role needs elasticache:Connect."
}

output "sidecar" {
  value = {
    definition     = jsonencode(local.definition)
    repository_arn = var.image.repository_arn
    volumes        = [local.volume]
    depends_on     = { containerName = local.name, condition = "HEALTHY" }
  }
  description = "For the task's definition: the container as JSON, without logs; the repository that the execution role pulls its image from; the volume of its last known good flags; and what the application's dependsOn needs, so that it starts when there are flags."
}

output "task_permissions" {
  value = {
    LogInToFlagCache = {
      actions   = ["elasticache:Connect"]
      resources = var.cache.connect_arns
    }
  }
  description = "What the task's role needs, by the sid of its statement: the login to the caches as the cell's agent user, and nothing else."
}

output "url" {
  value       = "http://127.0.0.1:${var.ports.http}"
  description = "Where the application's OFREP client finds its flags."
}

output "sync_address" {
  value       = "127.0.0.1:${var.ports.sync}"
  description = "Where a client of flagd.sync.v1 finds them."
}

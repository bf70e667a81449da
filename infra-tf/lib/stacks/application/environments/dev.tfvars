environment         = "dev"
deployment_role_arn = "arn:aws:iam::111111111111:role/flaghoist-deployment"

service            = "flags"
environment_suffix = "a1"
cost_center        = "platform-1001"
owner              = "team-platform"

vpc_cidr_block = "10.16.0.0/16"
internet_cidr  = "0.0.0.0/0"
caller_cidrs   = ["198.51.100.0/24"]
domain         = { name = "flags.dev.example.com", zone_id = "Z01111111111111111111" }

nat_gateway_count   = 0
endpoint_zone_count = 2
task                = { cpu = 256, memory = 512 }
task_count          = { min = 2, max = 4 }
database            = { instance_class = "db.serverless", instance_count = 2, serverless_capacity = { min = 0.5, max = 2 } }

retention_days = {
  logs             = 30
  access_logs      = 30
  evidence         = 90
  database_backups = 7
  backups          = 14
  backup_copies    = 14
}

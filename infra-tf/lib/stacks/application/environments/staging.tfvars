environment         = "staging"
deployment_role_arn = "arn:aws:iam::222222222222:role/flaghoist-deployment"

service            = "flags"
environment_suffix = "a1"
cost_center        = "platform-1001"
owner              = "team-platform"

vpc_cidr_block = "10.17.0.0/16"
internet_cidr  = "0.0.0.0/0"
caller_cidrs   = ["198.51.100.0/24"]
domain         = { name = "flags.staging.example.com", zone_id = "Z02222222222222222222" }

nat_gateway_count   = 0
endpoint_zone_count = 2
task                = { cpu = 512, memory = 1024 }
task_count          = { min = 2, max = 6 }
database            = { instance_class = "db.r6g.large", instance_count = 2 }

retention_days = {
  logs             = 90
  access_logs      = 90
  evidence         = 365
  database_backups = 14
  backups          = 35
  backup_copies    = 35
}

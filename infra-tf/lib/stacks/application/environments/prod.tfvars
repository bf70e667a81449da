environment         = "prod"
deployment_role_arn = "arn:aws:iam::333333333333:role/flaghoist-deployment"

service            = "flags"
environment_suffix = "a1"
cost_center        = "platform-1001"
owner              = "team-platform"

vpc_cidr_block = "10.18.0.0/16"
internet_cidr  = "0.0.0.0/0"
caller_cidrs   = ["198.51.100.0/24"]
domain         = { name = "flags.prod.example.com", zone_id = "Z03333333333333333333" }

nat_gateway_count   = 0
endpoint_zone_count = 3
task                = { cpu = 1024, memory = 2048 }
task_count          = { min = 3, max = 12 }
database            = { instance_class = "db.r6g.xlarge", instance_count = 3 }

retention_days = {
  logs             = 365
  access_logs      = 365
  evidence         = 2555
  database_backups = 35
  backups          = 365
  backup_copies    = 365
}

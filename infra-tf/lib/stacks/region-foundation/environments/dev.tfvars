environment         = "dev"
deployment_role_arn = "arn:aws:iam::111111111111:role/flaghoist-deployment"

service            = "hoist"
environment_suffix = "a1"
cost_center        = "platform-1001"
owner              = "team-platform"

internet_cidr = "0.0.0.0/0"
cidr_blocks = {
  eu-west-1    = "10.32.0.0/16"
  eu-central-1 = "10.33.0.0/16"
  eu-west-2    = "10.34.0.0/16"
}

nat_gateway_count = 1
cache             = { node_type = "cache.t4g.small", replicas = 1 }

retention_days = {
  logs            = 30
  access_logs     = 30
  old_artifacts   = 30
  cache_snapshots = 1
}

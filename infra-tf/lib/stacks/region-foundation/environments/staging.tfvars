environment         = "staging"
deployment_role_arn = "arn:aws:iam::222222222222:role/flaghoist-deployment"

service            = "hoist"
environment_suffix = "a1"
cost_center        = "platform-1001"
owner              = "team-platform"

internet_cidr = "0.0.0.0/0"
cidr_blocks = {
  us-west-2 = "10.48.0.0/16"
  us-east-2 = "10.49.0.0/16"
  us-east-1 = "10.50.0.0/16"
}

nat_gateway_count = 1
cache             = { node_type = "cache.t4g.medium", replicas = 1 }

retention_days = {
  logs            = 90
  access_logs     = 90
  old_artifacts   = 90
  cache_snapshots = 1
}

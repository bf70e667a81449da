environment         = "prod"
deployment_role_arn = "arn:aws:iam::333333333333:role/flaghoist-deployment"

service            = "hoist"
environment_suffix = "a1"
cost_center        = "platform-1001"
owner              = "team-platform"

internet_cidr = "0.0.0.0/0"
cidr_blocks = {
  us-east-1      = "10.64.0.0/16"
  us-east-2      = "10.65.0.0/16"
  us-west-2      = "10.66.0.0/16"
  ca-central-1   = "10.67.0.0/16"
  sa-east-1      = "10.68.0.0/16"
  eu-west-1      = "10.69.0.0/16"
  eu-west-2      = "10.70.0.0/16"
  eu-central-1   = "10.71.0.0/16"
  ap-northeast-1 = "10.72.0.0/16"
  ap-southeast-1 = "10.73.0.0/16"
  ap-southeast-2 = "10.74.0.0/16"
  ap-south-1     = "10.75.0.0/16"
}

# Where a new account has other zones than a, b and c.
availability_zone_letters = {
  ap-northeast-1 = ["a", "c", "d"]
  ca-central-1   = ["a", "b", "d"]
}

nat_gateway_count = 3
cache             = { node_type = "cache.m7g.large", replicas = 2 }

retention_days = {
  logs            = 365
  access_logs     = 365
  old_artifacts   = 365
  cache_snapshots = 7
}

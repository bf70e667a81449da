environment         = "dev"
deployment_role_arn = "arn:aws:iam::111111111111:role/flaghoist-deployment"

service            = "hoist"
environment_suffix = "a1"
cost_center        = "platform-1001"
owner              = "team-platform"

policy             = "dev.v2"
reverts_per_minute = 10

retention_days = {
  logs = 30
}

audit = {
  instance_type = "t3.small.search"
  instances     = 1
  volume_gb     = 10
}

environment         = "prod"
deployment_role_arn = "arn:aws:iam::333333333333:role/flaghoist-deployment"

service            = "hoist"
environment_suffix = "a1"
cost_center        = "platform-1001"
owner              = "team-platform"

policy             = "prod.v3"
reverts_per_minute = 10

retention_days = {
  logs = 365
}

audit = {
  instance_type = "r7g.large.search"
  instances     = 3
  volume_gb     = 100
}

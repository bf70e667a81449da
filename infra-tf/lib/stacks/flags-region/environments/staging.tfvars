environment         = "staging"
deployment_role_arn = "arn:aws:iam::222222222222:role/flaghoist-deployment"

service            = "hoist"
environment_suffix = "a1"
cost_center        = "platform-1001"
owner              = "team-platform"

policy             = "staging.v3"
reverts_per_minute = 10

retention_days = {
  logs = 90
}

audit = {
  instance_type = "t3.medium.search"
  instances     = 2
  volume_gb     = 20
}

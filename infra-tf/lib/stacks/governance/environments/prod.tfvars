environment         = "prod"
deployment_role_arn = "arn:aws:iam::333333333333:role/flaghoist-deployment"

service            = "flags"
environment_suffix = "a1"
cost_center        = "platform-1001"
owner              = "team-platform"

retention_days = { config = 365 }

environment         = "dev"
deployment_role_arn = "arn:aws:iam::111111111111:role/flaghoist-deployment"

service            = "flags"
environment_suffix = "a1"
cost_center        = "platform-1001"
owner              = "team-platform"

retention_days = { config = 30 }

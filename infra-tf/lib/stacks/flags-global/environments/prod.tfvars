environment         = "prod"
deployment_role_arn = "arn:aws:iam::333333333333:role/flaghoist-deployment"

service            = "hoist"
environment_suffix = "a1"
cost_center        = "platform-1001"
owner              = "team-platform"

# IAM users of the account, each under their own name. People who sign in by SAML: saml_provider_arn.
authors = { users = true }

# Each role has its own people; names says which users, where not all may. Nobody should be operator and witness.
operators = {
  doctor   = { users = true }
  operator = { users = true }
  promoter = { users = true }
  witness  = { users = true }
}

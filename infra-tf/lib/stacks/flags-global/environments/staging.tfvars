environment         = "staging"
deployment_role_arn = "arn:aws:iam::222222222222:role/flaghoist-deployment"

service            = "hoist"
environment_suffix = "a1"
cost_center        = "platform-1001"
owner              = "team-platform"

# IAM users of the account, each under their own name. People who sign in by SAML: saml_provider_arn.
authors = { users = true }

# Each role has its own people; names says which users, where not all may. Nobody can be operator and witness, so these two need names.
operators = {
  doctor   = { users = true }
  operator = { users = true, names = ["ada.abel@bank.example", "carla.castillo@bank.example"] }
  promoter = { users = true, names = ["ada.abel@bank.example"] }
  witness  = { users = true, names = ["elif.eriksen@bank.example"] }
}

# As an administrator of the account, by the credentials of the shell: the role that others take on does not exist yet.
provider "aws" {
  region              = local.environment.region
  allowed_account_ids = [local.environment.account]
}

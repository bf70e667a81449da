variable "environment" {
  type        = string
  description = "The environment, as it stands in environments.json. The workspace must have the same name."
  nullable    = false
}

variable "environments_file" {
  type        = string
  description = "The list of environments, relative to this folder."
  default     = "../../../../fleet/environments.json"
  nullable    = false
}

variable "deployment_role_arn" {
  type        = string
  description = "The role in the environment's account that Terraform assumes."
  nullable    = false
}

variable "permissions_boundary_arn" {
  type        = string
  description = "The policy that bounds each role that the stack makes, as the stack account-access was told. Null: none."
  default     = null
}

variable "deployment_external_id" {
  type        = string
  description = "What that role asks of who takes it on, as the stack account-access was told; null for nothing."
  default     = null
}

variable "service" {
  type        = string
  description = "What the deployment is called in names and tags. The same as the application's, whose role looks for drift here too."
  nullable    = false
}

variable "environment_suffix" {
  type        = string
  description = "Tells deployments of the same environment apart; the end of every name."
  nullable    = false
}

variable "cost_center" {
  type        = string
  description = "Who pays: the tag cost-center."
  nullable    = false
}

variable "owner" {
  type        = string
  description = "Who answers for it: the tag owner."
  nullable    = false
}

variable "retention_days" {
  type        = object({ config = number })
  description = "Days that the configuration's history is kept: a size, in which environments may differ."
  nullable    = false
}

# What is deployed, where, and under which name.

variable "environment" {
  type        = string
  description = "The environment, as it stands in environments.json. The workspace must be the environment's name."
  nullable    = false
}

variable "environments_file" {
  type        = string
  description = "The list of environments, relative to this folder."
  default     = "../../../../fleet/environments.json"
  nullable    = false
}

variable "topology_file" {
  type        = string
  description = "All regions and services, relative to this folder. environments_file says which of the regions an environment has."
  default     = "../../../../fleet/topology.json"
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
  description = "What the deployment is called in names and tags; the same in all stacks of the flags."
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

variable "authors" {
  type = object({
    saml_provider_arn = optional(string)
    users             = optional(bool, false)
    programs          = optional(map(object({ role_arn = string, session_name = string })), {})
  })
  description = "Who may propose and approve: people who sign in by SAML, IAM users of this account under their own names, and programs, each under one fixed session name."
  nullable    = false
}

variable "operators" {
  type = map(object({
    saml_provider_arn = optional(string)
    users             = optional(bool, false)
    names             = optional(set(string))
  }))
  description = "Who takes each role on, by its name: operator publishes the topology and redrives, promoter says which region is home, witness redrives what is believed as it is, doctor looks whether all is well. People who sign in by SAML, or IAM users of this account under their own names, all or those in names."
  nullable    = false
}

variable "without_replica" {
  type        = set(string)
  description = "Draining regions that lose their replica now: the step between the destruction of their stack flags-region and that of their foundation."
  default     = []
  nullable    = false
}

variable "foundation_state" {
  type        = object({ backend = string, config = map(string) })
  description = "Where the state of region-foundation in the home region is, as terraform_remote_state takes it. Null: beside this one, as environments/<environment>.s3.tfbackend says."
  default     = null
}

variable "environment" {
  type        = string
  description = "The environment, as it stands in environments.json. Its account is that of the credentials."
  nullable    = false

  validation {
    condition     = contains([for each in jsondecode(file("${path.module}/${var.environments_file}")).environments : each.name], var.environment)
    error_message = "There is no such environment in environments.json: add an entry, or correct the name."
  }
}

variable "environments_file" {
  type        = string
  description = "The list of environments, relative to this folder."
  default     = "../../../../fleet/environments.json"
  nullable    = false
}

variable "topology_file" {
  type        = string
  description = "The regions of the flags, relative to this folder: an environment without regions of its own has all of them."
  default     = "../../../../fleet/topology.json"
  nullable    = false
}

variable "services" {
  type        = list(string)
  description = "The inputs service of the application's stack and of those of the flags: with the environment, how the names of their resources begin."
  nullable    = false
}

variable "deployment_role_name" {
  type        = string
  description = "The role's name, the same as deployment_role_name of state-backend."
  default     = "flaghoist-deployment"
  nullable    = false
}

variable "principal_arns" {
  type        = list(string)
  description = "Who takes the role on: roles of people, of a pipeline, and runner_role_arn of the application's output remediation."
  nullable    = false
}

variable "external_id" {
  type        = string
  description = "What they must know, where it is somebody else's pipeline; also the input deployment_external_id of the stacks and of state-backend. Null: nothing."
  default     = null
}

variable "permissions_boundary_arn" {
  type        = string
  description = "The policy that bounds the role and each role that it makes; also the input of that name of the stacks. Null: none, and whoever holds the role can then make one with every right."
  default     = null
}

variable "state_policy" {
  type        = string
  description = "The output deployment_role_policies of state-backend for this environment (JSON). Null as long as there is no backend."
  default     = null
}

variable "module_registry" {
  type        = bool
  description = "Whether the role also makes the repository of module-registry, and its approval rule. For the one account that has it."
  default     = false
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

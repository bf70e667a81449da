# What is deployed, where, and under which name. How much of it stands in sizes.tf.

variable "environment" {
  type        = string
  description = "The environment, as it stands in environments.json. The workspace must be <environment>-<region>."
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

variable "packages_folder" {
  type        = string
  description = "The folder of the packages that the zips were built in, relative to this folder."
  default     = "../../../../packages"
  nullable    = false
}

variable "policy" {
  type        = string
  description = "The version of the policy by which changes are accepted, for example \"<environment>.v3\": one of fleet/policies."
  nullable    = false

  validation {
    condition     = can(regex("^(${var.environment}|default)\\.v[0-9]+$", var.policy))
    error_message = "policy must be a version of the policy of ${var.environment}, such as \"${var.environment}.v1\": fleet/policies has them."
  }

  validation {
    condition     = fileexists("${path.module}/../../../../fleet/policies/${var.policy}.json")
    error_message = "fleet/policies has no ${var.policy}.json. Functions carry the policies of their release: name one that is there."
  }
}

variable "reverts_per_minute" {
  type        = number
  description = "How many changes are taken back in a minute at most; more stop reverting, and page."
  nullable    = false

  validation {
    condition     = var.reverts_per_minute >= 1 && floor(var.reverts_per_minute) == var.reverts_per_minute
    error_message = "reverts_per_minute must be a whole number of at least 1: with none, no broken change would be taken back."
  }
}

variable "schedules_enabled" {
  type        = bool
  description = "Whether schedules run. False while the region is taken down."
  default     = true
  nullable    = false
}

variable "alarms_enabled" {
  type        = bool
  description = "Whether alarms tell anybody. False while the region is made or taken down, so that what is not there yet wakes nobody."
  default     = true
  nullable    = false
}

variable "alarm_topic_arn" {
  type        = string
  description = "The topic of this region that alarms are sent to, where there is one already; null makes one."
  default     = null
}

variable "code_signing_config_arn" {
  type        = string
  description = "The signing configuration that zips must satisfy; null for none."
  default     = null
}

variable "audit_endpoint" {
  type        = string
  description = "Where an audit index is that this stack neither makes nor sets up: on an emulator without OpenSearch. Null: home and standby make one, of the size that audit says."
  default     = null
}

variable "foundation_state" {
  type        = object({ backend = string, config = map(string) })
  description = "Where the state of region-foundation in this region is, as terraform_remote_state takes it. Null: beside this one, as environments/<environment>.s3.tfbackend says."
  default     = null
}

variable "global_state" {
  type        = object({ backend = string, config = map(string) })
  description = "The same for the state of flags-global."
  default     = null
}

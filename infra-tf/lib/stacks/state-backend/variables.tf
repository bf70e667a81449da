variable "context" {
  type = object({
    environment              = string
    service                  = string
    environment_suffix       = string
    partition                = optional(string, "aws")
    region                   = string
    account_id               = string
    cost_center              = string
    owner                    = string
    permissions_boundary_arn = optional(string)
  })
  description = "What all names and tags of this stack have in common, see the module naming. The backend serves all environments, so its own environment is a word of your choice that is none of theirs."
  nullable    = false

  validation {
    condition     = !contains([for environment in local.environments : environment.name], var.context.environment)
    error_message = "context.environment is one of the environments that keep their state here. Choose another word, for example \"shared\": the backend outlives each of them."
  }
}

variable "environments_file" {
  type        = string
  description = "The file, relative to this folder, that names the environments, their accounts and their upstreams."
  default     = "../../../../fleet/environments.json"
  nullable    = false

  validation {
    condition = alltrue([
      for environment in jsondecode(file("${path.module}/${var.environments_file}")).environments : can(regex("^[0-9]{12}$", environment.account))
    ])
    error_message = "Each environment's account must be 12 digits."
  }

  validation {
    condition     = length(distinct([for one in jsondecode(file("${path.module}/${var.environments_file}")).environments : one.account])) == length(jsondecode(file("${path.module}/${var.environments_file}")).environments)
    error_message = "Two environments have one account: states lie below the account's number, so each could read and write the other's. Give each an account of its own."
  }

  validation {
    condition = alltrue([
      for environment in jsondecode(file("${path.module}/${var.environments_file}")).environments : environment.upstream == null ? true : contains(
        [for other in jsondecode(file("${path.module}/${var.environments_file}")).environments : other.name if other.name != environment.name],
        environment.upstream,
      )
    ])
    error_message = "Each environment's upstream must be the name of another environment, or null."
  }
}

variable "deployment_role_name" {
  type        = string
  description = "The name, with its path, of the role in each environment's account that deploys there. It need not exist yet."
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]+(/[A-Za-z0-9+=,.@_-]+)*$", var.deployment_role_name))
    error_message = "deployment_role_name must be a role's name, with its path but without a leading slash and without wildcards, for example \"flaghoist-deployment\"."
  }
}

variable "deployment_external_id" {
  type        = string
  description = "What the deployment roles ask of who takes them on, as the stack account-access was told; it goes into backend_configuration. Null: nothing."
  default     = null
}

variable "reader_role_name" {
  type        = string
  description = "The name, with its path, of the role in each environment's account that reads states and nothing else: the one that looks for drift. {environment} and {region} stand for those of the environment, the region in short (euw1). Null: there is none."
  default     = null

  validation {
    condition     = var.reader_role_name == null ? true : can(regex("^[A-Za-z0-9+=,.@_{}-]+(/[A-Za-z0-9+=,.@_{}-]+)*$", var.reader_role_name)) && !can(regex("[{}]", replace(replace(var.reader_role_name, "{environment}", ""), "{region}", "")))
    error_message = "reader_role_name must be a role's name, with its path but without a leading slash and without wildcards; of words in braces it knows {environment} and {region}. For example \"{environment}-flags-role-drift-{region}-a1\"."
  }

  validation {
    condition     = var.reader_role_name != var.deployment_role_name
    error_message = "reader_role_name is the role that deploys, which would then be denied to write its state. Name another role, or none."
  }
}

variable "shared_state_keys" {
  type        = list(string)
  description = "The states, by key, that an environment shares with the one that names it as upstream. Sharing outputs means sharing the whole state: S3 cannot open a part of an object."
  default     = ["application/terraform.tfstate"]
  nullable    = false

  validation {
    condition     = alltrue([for key in var.shared_state_keys : can(regex("^[a-z0-9-]+/terraform\\.tfstate$", key))])
    error_message = "shared_state_keys must read <stack>/terraform.tfstate, without wildcards."
  }
}

variable "stack_state_keys" {
  type        = list(string)
  description = "The states, by key, of all stacks that environments keep here. `init` looks for each in the workspace `default`, where there is none."
  default = [
    "application/terraform.tfstate",
    "flags-global/terraform.tfstate",
    "flags-region/terraform.tfstate",
    "governance/terraform.tfstate",
    "region-foundation/terraform.tfstate",
  ]
  nullable = false

  validation {
    condition     = alltrue([for key in var.stack_state_keys : can(regex("^[a-z0-9-]+/terraform\\.tfstate$", key)) && key != "state-backend/terraform.tfstate"])
    error_message = "stack_state_keys must read <stack>/terraform.tfstate, without wildcards and without this stack's own, which no environment may read."
  }
}

variable "old_state_retention_days" {
  type        = number
  description = "Days that an overwritten state can be brought back."
  default     = 365
  nullable    = false

  validation {
    condition     = var.old_state_retention_days >= 30 && floor(var.old_state_retention_days) == var.old_state_retention_days
    error_message = "old_state_retention_days must be a whole number of at least 30: a broken state is sometimes noticed only at the next release."
  }
}

variable "access_log_retention_days" {
  type        = number
  description = "Days that the log of accesses to the states is kept."
  default     = 365
  nullable    = false

  validation {
    condition     = var.access_log_retention_days >= 90 && floor(var.access_log_retention_days) == var.access_log_retention_days
    error_message = "access_log_retention_days must be a whole number of at least 90: who read a state is asked late."
  }
}

variable "environments" {
  type = list(object({
    name          = string
    region        = string
    replicaRegion = string
    account       = string
    upstream      = optional(string)
  }))
  description = "All environments, as environments.json lists them."
  nullable    = false
}

variable "environment" {
  type        = string
  description = "The name of the one that is deployed."
  nullable    = false

  validation {
    condition     = contains(keys(local.by_name), var.environment)
    error_message = "There is no environment \"${var.environment}\" in environments.json, only ${join(", ", keys(local.by_name))}. Correct the tfvars file, or add an entry and environments/${var.environment}.tfvars."
  }

  validation {
    condition     = try(local.by_name[var.environment].replicaRegion != local.by_name[var.environment].region, true)
    error_message = "region and replicaRegion of ${var.environment} are the same in environments.json: the loss of that region would take the copies too. Name another replicaRegion."
  }
}

variable "region" {
  type        = string
  description = "The region that is deployed to, where a stack exists once for each; the workspace is then <environment>-<region>. Null for the environment's home region."
  default     = null
}

variable "workspace" {
  type        = string
  description = "The workspace that Terraform works in: terraform.workspace."
  nullable    = false

  validation {
    condition     = var.workspace != "default"
    error_message = "No workspace is selected. Run: export TF_WORKSPACE=${local.workspace}"
  }

  validation {
    condition     = contains(["default", local.workspace], var.workspace)
    error_message = "The workspace is ${var.workspace}, but the variables are those of ${var.environment}. Either plan with -var-file=environments/${var.workspace}.tfvars, or run: export TF_WORKSPACE=${local.workspace}"
  }
}

variable "role_arn" {
  type        = string
  description = "The role that Terraform assumes to deploy."
  nullable    = false

  validation {
    condition     = can(regex("^arn:[^:]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", var.role_arn))
    error_message = "The deployment role must be given by its full ARN, for example arn:aws:iam::123456789012:role/deployment."
  }

  validation {
    condition     = try(split(":", var.role_arn)[4] == local.by_name[var.environment].account, true)
    error_message = "The deployment role is one of account ${try(split(":", var.role_arn)[4], "")}, but environments.json says that ${var.environment} is in account ${try(local.by_name[var.environment].account, "")}. Correct the one that is wrong, environments.json or environments/${var.environment}.tfvars."
  }
}

variable "service" {
  type        = string
  description = "What is deployed, in names and tags."
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

  validation {
    condition     = trimspace(var.cost_center) != ""
    error_message = "The tag cost-center is mandatory: set cost_center in environments/${var.environment}.tfvars."
  }
}

variable "owner" {
  type        = string
  description = "Who answers for it: the tag owner."
  nullable    = false

  validation {
    condition     = trimspace(var.owner) != ""
    error_message = "The tag owner is mandatory: set owner in environments/${var.environment}.tfvars."
  }
}

variable "permissions_boundary_arn" {
  type        = string
  description = "The policy that bounds each role that is made, where the organisation demands one. Null: none."
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null ? true : can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/[A-Za-z0-9+=,.@_/-]+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn must be the ARN of one policy, for example \"arn:aws:iam::111111111111:policy/boundary\"."
  }

  validation {
    condition     = var.permissions_boundary_arn == null ? true : try(contains(["aws", local.by_name[var.environment].account], split(":", var.permissions_boundary_arn)[4]), true)
    error_message = "The boundary is a policy of another account than ${var.environment}'s, and IAM takes one of the role's own account, or of AWS: correct permissions_boundary_arn in environments/${var.environment}.tfvars."
  }
}

variable "provider_regions" {
  type        = object({ home = string, replica = optional(string) })
  description = "Where the providers really work: data.aws_region of each. home is the one without an alias; replica is left out where there is no second one."
  nullable    = false

  validation {
    condition     = try(var.provider_regions.home == coalesce(var.region, local.by_name[var.environment].region), true)
    error_message = "The provider works in ${var.provider_regions.home}, but ${var.environment} belongs into ${try(coalesce(var.region, local.by_name[var.environment].region), "")}. Correct the region in providers.tf."
  }

  validation {
    condition     = var.provider_regions.replica == null ? true : try(var.provider_regions.replica == local.by_name[var.environment].replicaRegion, true)
    error_message = "The provider aws.replica works in ${coalesce(var.provider_regions.replica, "no region")}, but ${var.environment} keeps its copies in ${try(local.by_name[var.environment].replicaRegion, "")}. Correct the region in providers.tf."
  }
}

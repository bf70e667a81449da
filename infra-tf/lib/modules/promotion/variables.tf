variable "environment" {
  type        = string
  description = "The environment that is deployed."
  nullable    = false
}

variable "upstream" {
  type        = string
  description = "The environment that a change passes before this one; null for the first."
  default     = null
}

variable "first_deployment" {
  type        = bool
  description = "Whether this is the very first apply of the environment: there is no repository yet that an image could be in, and perhaps no upstream. It takes the image from an environment that runs one."
  default     = false
  nullable    = false
}

variable "image_digest" {
  type        = string
  description = "The image that is asked for. Needed where there is no upstream; elsewhere it is what the upstream runs, and a value given here must be the same."
  default     = null

  validation {
    condition     = var.image_digest == null ? true : can(regex("^sha256:[0-9a-f]{64}$", var.image_digest))
    error_message = "image_digest must read sha256: and 64 hexadecimal digits. Tags can be moved, so what was tested would not be what runs."
  }

  validation {
    condition     = var.upstream != null || var.first_deployment || var.image_digest != null
    error_message = "${var.environment} has no upstream environment whose image it could run. Plan with -var image_digest=sha256:…, the digest of an image in its repository: where it was applied before, what \"terraform output -raw image_digest\" says. Only an environment that never ran an image is planned with -var first_deployment=true."
  }

  validation {
    condition     = !var.first_deployment || var.image_digest == null
    error_message = "A first deployment runs no image, because the repository is only being created. Leave image_digest away now; push the image, then apply with image_digest and without first_deployment."
  }

  validation {
    condition     = anytrue([var.image_digest == null, !can(regex("^sha256:", var.image_digest)), try(var.upstream_state.image_digest, null) == null, try(var.upstream_state.image_digest, null) == var.image_digest])
    error_message = "image_digest is not what ${local.upstream_name} runs, which is ${local.upstream_image}. An image passes the environments in order: apply ${local.upstream_name} with it first, or leave image_digest away."
  }
}

variable "state_version" {
  type        = number
  description = "The version of the outputs that this stack writes, and understands in its upstream's state."
  nullable    = false
}

variable "upstream_state" {
  type = object({
    is_empty            = bool
    state_version       = optional(number)
    image_digest        = optional(string)
    network_cidr_blocks = optional(map(string))
  })
  description = "What the upstream's state says; null when it is not read, because there is no upstream or this is a first deployment."
  default     = null

  validation {
    condition     = var.upstream_state == null ? true : !var.upstream_state.is_empty
    error_message = "The state of ${local.upstream_name} is empty: it was destroyed, or its first apply failed. Apply ${local.upstream_name} first. Only where ${var.environment} never ran an image, apply it with -var first_deployment=true."
  }

  validation {
    condition     = try(var.upstream_state.is_empty, true) ? true : var.upstream_state.state_version == var.state_version && var.upstream_state.network_cidr_blocks != null
    error_message = "The state of ${local.upstream_name} was written by another version of this stack: its state_version is ${coalesce(try(var.upstream_state.state_version, null), "missing")}, needed is ${var.state_version}. A change passes the environments in order: apply ${local.upstream_name} with this version first."
  }

  validation {
    condition     = try(var.upstream_state.state_version, null) == var.state_version ? var.upstream_state.image_digest != null : true
    error_message = "${local.upstream_name} runs no image yet, so there is none that passed there. Push one to its repository and apply ${local.upstream_name} with it first. Only where ${var.environment} never ran an image, apply it with -var first_deployment=true."
  }
}

variable "cidr_block" {
  type        = string
  description = "The range of the environment's network."
  nullable    = false

  validation {
    condition     = can(cidrhost(var.cidr_block, 0))
    error_message = "The network's range must be IPv4 with a prefix length."
  }
}

variable "planned_cidr_blocks" {
  type        = map(string)
  description = "The ranges of the environments' networks as their tfvars say, by environment, as far as they are known."
  default     = {}
  nullable    = false
}

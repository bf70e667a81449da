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

variable "cidr_blocks" {
  type        = map(string)
  description = "The network's range in each region, /16 to /20, by region. No two may overlap, so that networks can be peered."
  nullable    = false

  validation {
    condition     = alltrue([for block in var.cidr_blocks : can(regex("^([0-9]+)\\.([0-9]+)\\.([0-9]+)\\.0/(16|17|18|19|20)$", block))])
    error_message = "cidr_blocks must be ranges of /16 to /20, by region."
  }

  validation {
    condition = alltrue(flatten([for one, block in var.cidr_blocks : [for other, with in var.cidr_blocks : one == other ? true : try(
      cidrhost("${split("/", block)[0]}/${min(split("/", block)[1], split("/", with)[1])}", 0) != cidrhost("${split("/", with)[0]}/${min(split("/", block)[1], split("/", with)[1])}", 0),
      true,
    )]]))
    error_message = "Two of cidr_blocks overlap. Give each region a range of its own: networks that overlap can never be joined."
  }
}

variable "internet_cidr" {
  type        = string
  description = "The range that stands for the internet. The one place that names it."
  nullable    = false
}

variable "availability_zone_letters" {
  type        = map(list(string))
  description = "The three zones, by the letter that follows the region, where they are not a, b and c; by region."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for letters in var.availability_zone_letters : length(distinct(letters)) == 3 && alltrue([for letter in letters : can(regex("^[a-z]$", letter))])])
    error_message = "availability_zone_letters must be three different letters for each region that it names. Which zones an account has says: aws ec2 describe-availability-zones."
  }
}

variable "cache_addresses" {
  type = map(object({
    host   = string
    port   = number
    shards = optional(number, 1)
  }))
  description = "Where caches are that this stack does not make, by region: on an emulator without ElastiCache. It makes those of regions that are not named."
  default     = {}
  nullable    = false
}

variable "home_state" {
  type        = object({ backend = string, config = map(string) })
  description = "Where the state of this stack in the home region is, as terraform_remote_state takes it. Null: beside this one, as environments/<environment>.s3.tfbackend says."
  default     = null
}

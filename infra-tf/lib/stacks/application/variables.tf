# What is deployed, where, and under which name. How much of it stands in sizes.tf.

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
  description = "What that role asks of who takes it on, as the stack account-access was told, and the role for drift of drift_principal_arns; null for nothing."
  default     = null
}

variable "drift_principal_arns" {
  type        = list(string)
  description = "Who may look for drift from outside the environment's account, for example the role of a pipeline. Within the account, IAM decides."
  default     = []
  nullable    = false
}

variable "service" {
  type        = string
  description = "What the deployment is called in names and tags."
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

variable "vpc_cidr_block" {
  type        = string
  description = "The network's range, /16 to /20. No two environments may overlap, so that they can be peered."
  nullable    = false
}

variable "internet_cidr" {
  type        = string
  description = "The range that stands for the internet. The one place that names it."
  nullable    = false
}

variable "availability_zone_letters" {
  type        = list(string)
  description = "The three zones, by the letter that follows the region."
  default     = ["a", "b", "c"]
  nullable    = false

  validation {
    condition     = length(distinct(var.availability_zone_letters)) == 3 && alltrue([for letter in var.availability_zone_letters : can(regex("^[a-z]$", letter))])
    error_message = "availability_zone_letters must be three different letters. Which zones an account has says: aws ec2 describe-availability-zones."
  }
}

variable "domain" {
  type        = object({ name = string, zone_id = string })
  description = "The name that callers use, and its public hosted zone in Route 53: the stack makes the load balancer's certificate and the name's record. Null where certificate_arn is given."
  default     = null
}

variable "certificate_arn" {
  type        = string
  description = "The ACM certificate of the load balancer, where it is made elsewhere; null where domain is given."
  default     = null
}

variable "allow_plain_http" {
  type        = bool
  description = "Whether callers are served plain HTTP: for a look at the stack where there is no domain. Refused in the last environment of environments.json, and a difference that parity.yaml must allow."
  default     = false
  nullable    = false

  validation {
    condition     = !(var.allow_plain_http && module.deployment.is_last)
    error_message = "${var.environment} is the last environment of environments.json, and nobody may call it without TLS: take allow_plain_http out, and give domain (the stack makes its certificate) or certificate_arn."
  }
}

variable "caller_cidrs" {
  type        = set(string)
  description = "The ranges that may call the load balancer, for example a company's own: of /8 or narrower. The whole internet is said by open_to_internet."
  default     = []
  nullable    = false
}

variable "open_to_internet" {
  type        = bool
  description = "Whether everybody on the internet may call the load balancer; caller_cidrs and caller_prefix_list_ids are then empty. A front for the world is worth a web_acl_arn."
  default     = false
  nullable    = false
}

variable "caller_prefix_list_ids" {
  type        = set(string)
  description = "The prefix lists of those that may call the load balancer."
  default     = []
  nullable    = false
}

variable "internal_load_balancer" {
  type        = bool
  description = "Whether the load balancer has private addresses only, for callers in the network or networks that are connected to it."
  default     = false
  nullable    = false
}

variable "interface_endpoints" {
  type        = set(string)
  description = "AWS services that the private subnets reach, by what follows com.amazonaws.{region}. Each costs the same in each zone of endpoint_zone_count; without events and sns the control plane reaches neither."
  default     = ["ecr.api", "ecr.dkr", "events", "logs", "secretsmanager", "sns"]
  nullable    = false

  validation {
    condition     = length(setsubtract(["ecr.api", "ecr.dkr", "logs", "secretsmanager"], var.interface_endpoints)) == 0
    error_message = "interface_endpoints must hold ecr.api, ecr.dkr, logs and secretsmanager: no task starts without them."
  }
}

variable "ways_out" {
  type = map(object({
    reason            = string
    prefix_list_id    = optional(string)
    security_group_id = optional(string)
    port              = optional(number, 443)
  }))
  description = "The reviewed list of what else the tasks may reach, by short name, each with its reason: see the module ecs-service."
  default     = {}
  nullable    = false

  validation {
    condition     = length(setintersection(keys(var.ways_out), ["dynamodb", "flag_cache"])) == 0
    error_message = "ways_out must not have dynamodb or flag_cache, which the stack has already: through the gateway endpoint, and by flag_agent."
  }
}

variable "task_permissions" {
  type = map(object({
    actions     = list(string)
    resources   = list(string)
    via_service = optional(string)
  }))
  description = "What else the application may do, one statement per reason: the tables, the bus and the topics of the flags' stacks, by their ARNs. See the module ecs-service."
  default     = {}
  nullable    = false

  validation {
    condition     = length(setintersection(keys(var.task_permissions), ["WriteEvidence", "EncryptEvidence", "LogInToFlagCache"])) == 0
    error_message = "task_permissions must not have WriteEvidence, EncryptEvidence or LogInToFlagCache: those are the stack's own."
  }
}

variable "flag_agent" {
  type = object({
    service    = string
    cell       = string
    evaluation = optional(string, "remote")
    image = object({
      digest         = string
      uri            = string
      repository_arn = string
    })
    cache = object({
      host         = string
      port         = optional(number, 6379)
      name         = string
      user         = string
      connect_arns = list(string)
      way = object({
        prefix_list_id    = optional(string)
        security_group_id = optional(string)
      })
    })
  })
  description = "The agent beside each task, from which the application reads its flags: service, cell and evaluation as fleet/topology.json has them, the agent's image, and the region's caches by the outputs cache and agents of the stack region-foundation; way is the group or the prefix list under which the tasks reach them. Null: no agent."
  default     = null

  validation {
    condition     = var.flag_agent == null ? true : length([for given in [var.flag_agent.cache.way.prefix_list_id, var.flag_agent.cache.way.security_group_id] : true if given != null]) == 1
    error_message = "flag_agent.cache.way leads to one place: give prefix_list_id or security_group_id."
  }
}

variable "web_acl_arn" {
  type        = string
  description = "The WAF web ACL in front of the load balancer; null for none."
  default     = null
}

variable "engine_version" {
  type        = string
  description = "PostgreSQL's version, major.minor. It changes here for all environments at once, by review."
  default     = "16.8"
  nullable    = false
}

variable "allow_major_version_upgrade" {
  type        = bool
  description = "Whether this apply may bring another major version of PostgreSQL. Given on the command line of that apply, never in a file."
  default     = false
  nullable    = false
}

variable "restore_database_from" {
  type = object({
    snapshot_arn = optional(string)
    cluster_id   = optional(string)
    to           = optional(string)
  })
  description = "What a database that is created begins with, as the module aurora-postgresql takes it. Given on the command line of that apply, never in a file."
  default     = null
}

variable "secrets" {
  type        = map(object({ description = string, variable = string }))
  description = "Secrets that the service needs: short name → what it opens, and the environment variable that the container finds it in. Their values are put there from outside."
  default = {
    session-key = { description = "Signs the sessions of people who use the control plane.", variable = "SESSION_KEY" }
  }
  nullable = false
}

variable "image_digest" {
  type        = string
  description = "The image to run, as sha256:…. Needed where there is no upstream environment; elsewhere it is what the upstream runs, and a value given here must be the same."
  default     = null
}

variable "first_deployment" {
  type        = bool
  description = "True for the very first apply of an environment: there is no repository yet that an image could be in, and perhaps no upstream. Everything is created, the service waits for its image. Never on an environment that runs: it takes the image away."
  default     = false
  nullable    = false
}

variable "upstream_state" {
  type        = object({ backend = string, config = map(string) })
  description = "Where the upstream's state is, as terraform_remote_state takes it. Null: beside this environment's own, as environments/<environment>.s3.tfbackend says."
  default     = null
}

variable "create_monitoring_log_group" {
  type        = bool
  description = "Whether this deployment has the log group of enhanced monitoring. There is one per account and region: false where another stack has it."
  default     = true
  nullable    = false
}

variable "autoscaling_enabled" {
  type        = bool
  description = "Whether the number of tasks follows the load. False only on an emulator that does not know Application Auto Scaling."
  default     = true
  nullable    = false
}

variable "wait_for_deployment" {
  type        = bool
  description = "Whether an apply waits until the new tasks serve, and fails when they do not. False only on an emulator, which starts none."
  default     = true
  nullable    = false
}

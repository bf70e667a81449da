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
  description = "What a deployment is and where: all names, tags and computed ARNs follow from it. The module naming checks it."
  nullable    = false
}

variable "vpc_id" {
  type        = string
  description = "The network that the service runs in."
  nullable    = false

  validation {
    condition     = startswith(var.vpc_id, "vpc-")
    error_message = "vpc_id must be a network's id, for example the output vpc_id of the module network."
  }
}

variable "private_subnet_ids" {
  type        = list(string)
  description = "The subnets that tasks run in, one per zone. They must have no route from the internet."
  nullable    = false

  validation {
    condition     = length(distinct(var.private_subnet_ids)) == length(var.private_subnet_ids) && length(var.private_subnet_ids) >= 2
    error_message = "private_subnet_ids must be at least two different subnets, or one zone's failure stops the service."
  }
}

variable "load_balancer" {
  type = object({
    security_group_id = string
    target_group_arn  = string
  })
  description = "The load balancer in front of the service. The module opens the way between the two groups, on both sides."
  nullable    = false

  validation {
    condition     = startswith(var.load_balancer.security_group_id, "sg-") && can(regex("^arn:${var.context.partition}:elasticloadbalancing:${var.context.region}:${var.context.account_id}:targetgroup/[A-Za-z0-9-]+/[0-9a-z]+$", var.load_balancer.target_group_arn))
    error_message = "load_balancer must name a security group, and a target group of ${var.context.account_id} in ${var.context.region} by its ARN: the outputs security_group_id and target_group_arn of the module load-balancer."
  }
}

variable "database" {
  type = object({
    security_group_id = string
    port              = number
    resource_id       = optional(string)
    user              = optional(string)
  })
  description = "The database of the service. The module opens the way between the two groups, on both sides. With resource_id (the cluster's cluster-… id, not its ARN) and user the tasks may sign in as that user by IAM, without a password."
  nullable    = false

  validation {
    condition     = startswith(var.database.security_group_id, "sg-") && var.database.port >= 1 && var.database.port <= 65535
    error_message = "database must name a security group and a port: the outputs security_group_id and port of the module aurora-postgresql."
  }

  validation {
    condition     = (var.database.resource_id == null) == (var.database.user == null)
    error_message = "Signing in by IAM needs both, database.resource_id and database.user: give the two, or neither."
  }

  validation {
    condition     = var.database.user == null ? true : can(regex("^[a-z_][a-z0-9_]{0,62}$", var.database.user))
    error_message = "database.user must be one PostgreSQL user in lower case, never a pattern."
  }
}

variable "endpoint_security_group_id" {
  type        = string
  description = "The group of the network's interface endpoints (registry, logs, secrets), which let the private subnets in."
  nullable    = false

  validation {
    condition     = startswith(var.endpoint_security_group_id, "sg-")
    error_message = "endpoint_security_group_id must be a security group: the output of that name of the module network."
  }
}

variable "s3_prefix_list_id" {
  type        = string
  description = "The prefix list of S3 in the region. Image layers come from there, through the gateway endpoint."
  nullable    = false

  validation {
    condition     = startswith(var.s3_prefix_list_id, "pl-")
    error_message = "s3_prefix_list_id must be a prefix list: the output of that name of the module network."
  }
}

variable "ways_out" {
  type = map(object({
    reason            = string
    prefix_list_id    = optional(string)
    security_group_id = optional(string)
    port              = optional(number, 443)
  }))
  description = "What the tasks may reach beside load balancer, database, interface endpoints and S3, by short name: a prefix list (that of DynamoDB's gateway endpoint, of a partner's network) or a security group, on one port. The reason becomes the rule's description."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for way in var.ways_out : length([for given in [way.prefix_list_id, way.security_group_id] : true if given != null]) == 1])
    error_message = "Each of ways_out leads to one place: give prefix_list_id or security_group_id. Ranges stand in prefix lists, never here."
  }

  validation {
    condition     = alltrue([for way in var.ways_out : way.prefix_list_id == null ? true : startswith(way.prefix_list_id, "pl-")]) && alltrue([for way in var.ways_out : way.security_group_id == null ? true : startswith(way.security_group_id, "sg-")])
    error_message = "ways_out must name prefix lists (\"pl-…\") and security groups (\"sg-…\") by their ids."
  }

  validation {
    condition     = alltrue([for way in var.ways_out : way.port >= 1 && way.port <= 65535 && floor(way.port) == way.port && can(regex("^[A-Za-z0-9 ._:/()#,@+=&;{}!$*-]{1,255}$", way.reason))])
    error_message = "ways_out[*].port must be a port, and reason 1 to 255 of the characters that AWS takes in a rule's description: letters, digits, spaces and ._-:/()#,@+=&;{}!$*."
  }
}

variable "image" {
  type = object({
    digest         = string
    uri            = optional(string)
    repository_arn = optional(string)
  })
  description = "The image that runs, by digest. uri is its repository without tag, repository_arn that repository's ARN; without the two it is the module's own repository."
  nullable    = false

  validation {
    condition     = can(regex("^sha256:[0-9a-f]{64}$", var.image.digest))
    error_message = "image.digest must read sha256: and 64 hexadecimal digits. A tag can be moved to another image, so what was tested would not be what runs."
  }

  validation {
    condition     = (var.image.uri == null) == (var.image.repository_arn == null)
    error_message = "An image of another repository needs both, image.uri to pull it and image.repository_arn to be allowed to: give the two, or neither."
  }

  validation {
    condition     = var.image.uri == null ? true : can(regex("^[0-9]{12}\\.dkr\\.ecr\\.[a-z0-9-]+\\.amazonaws\\.com(\\.cn)?/[a-z0-9._/-]+$", var.image.uri))
    error_message = "image.uri must be a private ECR repository without tag or digest. Tasks have no way to another registry: promote the image into one first."
  }
}

variable "repository_reader_account_ids" {
  type        = list(string)
  description = "Further accounts that may pull from the module's repository, to promote an image from one environment to the next."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.repository_reader_account_ids : can(regex("^[0-9]{12}$", id))])
    error_message = "repository_reader_account_ids must be account numbers of 12 digits."
  }
}

variable "container_port" {
  type        = number
  description = "The port that the container listens on. Above 1023, because it does not run as root."
  nullable    = false

  validation {
    condition     = var.container_port >= 1024 && var.container_port <= 65535 && floor(var.container_port) == var.container_port
    error_message = "container_port must be a whole number from 1024 to 65535: a container that is not root cannot listen below."
  }
}

variable "container_user" {
  type        = string
  description = "The user and group that the container runs as, as numbers."
  default     = "65532:65532"
  nullable    = false

  validation {
    condition     = can(regex("^[1-9][0-9]*:[1-9][0-9]*$", var.container_user))
    error_message = "container_user must be a user and a group as numbers above 0, for example \"65532:65532\": no container runs as root."
  }
}

variable "cpu" {
  type        = number
  description = "CPU units of a task; 1024 are one core."
  nullable    = false

  validation {
    condition     = contains(keys(local.memory_ranges), tostring(var.cpu))
    error_message = "cpu must be one of the sizes that Fargate offers: 256, 512, 1024, 2048, 4096, 8192, 16384."
  }
}

variable "memory" {
  type        = number
  description = "Memory of a task in MiB."
  nullable    = false

  validation {
    condition = anytrue([
      !contains(keys(local.memory_ranges), tostring(var.cpu)),
      contains(local.allowed_memory, var.memory),
    ])
    error_message = "Fargate does not offer ${var.memory} MiB with ${var.cpu} CPU units. It offers ${join(", ", local.allowed_memory)}."
  }
}

variable "cpu_architecture" {
  type        = string
  description = "The processor that the image is built for."
  default     = "ARM64"
  nullable    = false

  validation {
    condition     = contains(["ARM64", "X86_64"], var.cpu_architecture)
    error_message = "cpu_architecture must be ARM64 or X86_64."
  }
}

variable "platform_version" {
  type        = string
  description = "Fargate's platform version. A number, so that all environments run the same one on every day."
  default     = "1.4.0"
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]+\\.[0-9]+\\.[0-9]+$", var.platform_version)) && !startswith(var.platform_version, "1.0") && !startswith(var.platform_version, "1.1") && !startswith(var.platform_version, "1.2") && !startswith(var.platform_version, "1.3")
    error_message = "platform_version must be a number of at least 1.4.0. LATEST may differ between two days, and older versions cannot encrypt storage with a key."
  }
}

variable "desired_count" {
  type        = number
  description = "Tasks that the service is created with. Afterwards autoscaling decides; for a fixed number give it the same min and max."
  nullable    = false

  validation {
    condition     = var.desired_count >= 1 && floor(var.desired_count) == var.desired_count
    error_message = "desired_count must be a whole number of at least 1."
  }
}

variable "autoscaling" {
  type = object({
    min           = number
    max           = number
    cpu_target    = optional(number, 60)
    memory_target = optional(number, 75)
  })
  description = "Bounds of the number of tasks, and the average load in percent that it is steered to. null creates no autoscaling, for emulators that do not know it."
  default     = null

  validation {
    condition     = var.autoscaling == null ? true : var.autoscaling.min >= 1 && var.autoscaling.min <= var.autoscaling.max
    error_message = "autoscaling.min must be at least 1 and not above autoscaling.max."
  }

  validation {
    condition     = var.autoscaling == null ? true : alltrue([for target in [var.autoscaling.cpu_target, var.autoscaling.memory_target] : target >= 10 && target <= 90])
    error_message = "autoscaling.cpu_target and memory_target are percentages from 10 to 90: above, a task is overloaded before another one serves."
  }

  validation {
    condition     = var.autoscaling == null ? true : var.desired_count >= var.autoscaling.min && var.desired_count <= var.autoscaling.max
    error_message = "desired_count must be within autoscaling.min and autoscaling.max, or the first deployment is rescaled at once."
  }
}

variable "environment_variables" {
  type        = map(string)
  description = "Plain settings of the container. No secrets: they stand in the task definition, which many may read."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.environment_variables) : can(regex("^[A-Z][A-Z0-9_]*$", name))])
    error_message = "Names of environment variables must be capitals, digits and underscores."
  }

  validation {
    condition     = alltrue([for name in keys(var.environment_variables) : !can(regex("PASSWORD|PASSWD|SECRET|TOKEN|PRIVATE_KEY|API_KEY|CREDENTIAL", name))])
    error_message = "An environment variable is named like a secret. Put its value into Secrets Manager and its ARN into the variable secrets."
  }
}

variable "secrets" {
  type        = map(string)
  description = "Secrets of the container: the environment variable's name → the ARN of the secret in Secrets Manager, optionally with :json-key:version-stage:version-id. Never values."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for arn in values(var.secrets) : can(regex("^arn:[^:]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+(:[^:*?$]*){0,3}$", arn))])
    error_message = "secrets must hold ARNs of secrets in Secrets Manager, never values and never patterns."
  }

  validation {
    condition     = alltrue([for name in keys(var.secrets) : can(regex("^[A-Z][A-Z0-9_]*$", name))])
    error_message = "Names of secrets become environment variables: capitals, digits and underscores."
  }

  validation {
    condition     = length(setintersection(keys(var.secrets), keys(var.environment_variables))) == 0
    error_message = "A name stands in both, secrets and environment_variables: ${join(", ", setintersection(keys(var.secrets), keys(var.environment_variables)))}. Keep it in one."
  }
}

variable "secret_kms_key_arns" {
  type        = list(string)
  description = "Further keys that the secrets are encrypted with, beside kms_key_arn."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.secret_kms_key_arns : can(regex("^arn:[^:]+:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9a-z-]+$", arn))])
    error_message = "secret_kms_key_arns must be ARNs of keys, never aliases and never patterns."
  }
}

variable "task_permissions" {
  type = map(object({
    actions     = list(string)
    resources   = list(string)
    via_service = optional(string)
  }))
  description = "What else the application may do, one statement per reason; the key is the statement's sid. With via_service (for example \"s3\") only when that service asks on the application's behalf, which is all that a key needs that objects are encrypted with."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for sid in keys(var.task_permissions) : can(regex("^[A-Z][A-Za-z0-9]*$", sid))])
    error_message = "The keys of task_permissions become statement ids: letters and digits, beginning with a capital, for example \"ReadFlags\"."
  }

  validation {
    condition     = alltrue([for permission in values(var.task_permissions) : length(permission.actions) > 0 && alltrue([for action in permission.actions : can(regex("^[a-z0-9-]+:[A-Za-z]+$", action))])])
    error_message = "task_permissions must name each action in full, for example \"dynamodb:GetItem\": no patterns."
  }

  validation {
    condition     = alltrue([for permission in values(var.task_permissions) : length(permission.resources) > 0 && alltrue([for arn in permission.resources : can(regex("^arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:([0-9]{12})?:[^?$]+$", arn))])])
    error_message = "task_permissions must name resources by their ARNs, without a wildcard in service, region or account, and without ? and policy variables: \"*\" is too much for an application."
  }

  validation {
    condition = alltrue(flatten([for permission in values(var.task_permissions) : [
      for action in permission.actions : startswith(action, "kms:") == (permission.via_service != null)
    ]]))
    error_message = "task_permissions: actions of kms, and only those, need via_service. Without it the application could decrypt whatever else the key protects."
  }

  validation {
    condition     = alltrue([for permission in values(var.task_permissions) : permission.via_service == null ? true : can(regex("^[a-z0-9-]+$", permission.via_service))])
    error_message = "task_permissions[*].via_service must be a service's name, for example \"s3\", without region and domain."
  }
}

variable "sidecars" {
  type = map(object({
    definition     = string
    repository_arn = string
    volumes        = list(string)
    depends_on     = object({ containerName = string, condition = string })
  }))
  description = "Containers beside the application in each task, by short name: each as JSON without logs, the repository that its image is pulled from, its volumes, and what the application waits for. The output sidecar of the module agent-sidecar is one. Their memory is part of the task's."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for sidecar in values(var.sidecars) : can(jsondecode(sidecar.definition).name) && try(jsondecode(sidecar.definition).name, "") == sidecar.depends_on.containerName && can(regex("^[a-z][a-z0-9-]*$", sidecar.depends_on.containerName))])
    error_message = "sidecars[*].definition must be a container as JSON, and depends_on must name that container: what the application waits for must be there."
  }

  validation {
    condition     = alltrue([for sidecar in values(var.sidecars) : contains(["START", "HEALTHY"], sidecar.depends_on.condition) && (sidecar.depends_on.condition != "HEALTHY" || can(jsondecode(sidecar.definition).healthCheck.command))])
    error_message = "sidecars[*].depends_on.condition must be START or HEALTHY, and HEALTHY needs a healthCheck in the definition: without one the application would never start."
  }

  validation {
    condition     = alltrue([for sidecar in values(var.sidecars) : can(regex("@sha256:[0-9a-f]{64}$", jsondecode(sidecar.definition).image)) && can(regex("^arn:[^:]+:ecr:[a-z0-9-]+:[0-9]{12}:repository/[a-z0-9._/-]+$", sidecar.repository_arn))])
    error_message = "sidecars must run images by digest, each from the repository of its repository_arn: a tag can be moved to another image."
  }

  validation {
    condition     = length(distinct(concat(["tmp"], flatten([for sidecar in values(var.sidecars) : sidecar.volumes])))) == 1 + length(flatten([for sidecar in values(var.sidecars) : sidecar.volumes])) && length(distinct([for sidecar in values(var.sidecars) : sidecar.depends_on.containerName])) == length(var.sidecars)
    error_message = "Each of the sidecars needs a container name and volumes of its own; tmp is the application's."
  }

  validation {
    condition     = alltrue([for sidecar in values(var.sidecars) : can(jsondecode(sidecar.definition).memory + 0)]) && sum(concat([0], [for sidecar in values(var.sidecars) : try(jsondecode(sidecar.definition).memory, 0)])) <= var.memory / 2
    error_message = "Each of the sidecars needs a limit of memory in MiB, and all of them at most half of the task's ${var.memory} MiB: the rest is the application's. Give the task more memory."
  }
}

variable "kms_key_arn" {
  type        = string
  description = "The key for images, logs and the tasks' storage. Its policy must let logs.<region>.amazonaws.com and fargate.amazonaws.com use it."
  nullable    = false

  validation {
    condition     = can(regex("^arn:${var.context.partition}:kms:${var.context.region}:${var.context.account_id}:key/[0-9a-z-]+$", var.kms_key_arn)) && !strcontains(var.kms_key_arn, ":key/mrk-")
    error_message = "kms_key_arn must be the ARN of a single-Region key of ${var.context.account_id} in ${var.context.region}: Fargate takes no alias and no multi-Region key for the tasks' storage."
  }
}

variable "log_retention_days" {
  type        = number
  description = "Days that logs are kept."
  nullable    = false

  validation {
    condition     = contains(module.governance.log_retention_days, var.log_retention_days)
    error_message = "log_retention_days must be one of the periods that CloudWatch Logs knows, in days: ${join(", ", module.governance.log_retention_days)}."
  }
}

variable "health_check_grace_period_seconds" {
  type        = number
  description = "Seconds after its start in which a task is not stopped for failing the load balancer's health check."
  default     = 60
  nullable    = false

  validation {
    condition     = var.health_check_grace_period_seconds >= 0 && var.health_check_grace_period_seconds <= 3600
    error_message = "health_check_grace_period_seconds must be from 0 to 3600."
  }
}

variable "wait_for_deployment" {
  type        = bool
  description = "Whether an apply waits until the new tasks serve, and fails when the circuit breaker took them back. false on emulators, which start no tasks, and for the first apply, before the repository holds an image."
  default     = true
  nullable    = false
}

# How much of everything: the only things in which environments may differ, besides where they are.

variable "nat_gateway_count" {
  type        = number
  description = "NAT gateways in home and its standby, 1 to 3: from there messages go to the topics of other regions. The others have none."
  nullable    = false

  validation {
    condition     = contains([1, 2, 3], var.nat_gateway_count)
    error_message = "nat_gateway_count must be 1, 2 or 3: without one, home reaches no other region's topic, and the fast path is closed."
  }
}

variable "endpoint_zone_count" {
  type        = number
  description = "In how many zones each interface endpoint has a network interface, 2 or 3. Two outlive the loss of a zone; a third one makes them half as dear again."
  default     = 2
  nullable    = false

  validation {
    condition     = contains([2, 3], var.endpoint_zone_count)
    error_message = "endpoint_zone_count must be 2 or 3: with one, a lost zone takes the queues, topics and buses from the functions of all zones."
  }
}

variable "cache" {
  type        = object({ node_type = string, replicas = number })
  description = "The class of the caches' nodes, and how many replicas the primary has."
  nullable    = false
}

variable "retention_days" {
  type        = object({ logs = number, access_logs = number, old_artifacts = number, cache_snapshots = number })
  description = "Days that things are kept: logs, the bucket's access logs, zips that are no longer deployed, and snapshots of the caches."
  nullable    = false
}

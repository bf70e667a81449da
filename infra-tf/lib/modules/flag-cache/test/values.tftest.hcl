# The real provider, offline: policies are rendered and arguments checked as in a deployment, and nothing is reached.
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "offline"
  secret_key                  = "offline"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  context = {
    environment        = "blue"
    service            = "flags"
    environment_suffix = "a1"
    region             = "us-east-1"
    account_id         = "123456789012"
    cost_center        = "payments-4711"
    owner              = "team-platform"
  }
  topology = {
    home    = "us-east-1"
    standby = "us-west-2"
    regions = [{ name = "us-east-1" }, { name = "us-west-2" }, { name = "eu-west-1" }]
    services = [
      { name = "checkout", cell = "cell-1" },
      { name = "basket", cell = "cell-1" },
      { name = "search", cell = "cell-2" },
    ]
  }
  kms_key_arn                = "arn:aws:kms:us-east-1:123456789012:key/mrk-11111111111111111111111111111111"
  vpc_id                     = "vpc-1"
  subnet_ids                 = ["subnet-a", "subnet-b"]
  endpoint_security_group_id = "sg-endpoints"
  gateway_prefix_list_ids    = { dynamodb = "pl-dynamodb" }
  size                       = { node_type = "cache.r7g.large", replicas = 1 }
  snapshot_retention_days    = 1
}

run "caches_are_encrypted_private_and_evict_nothing" {
  command = plan

  assert {
    condition     = aws_elasticache_replication_group.this.at_rest_encryption_enabled == "true" && aws_elasticache_replication_group.this.kms_key_id == var.kms_key_arn && aws_elasticache_replication_group.this.transit_encryption_enabled && aws_elasticache_replication_group.this.transit_encryption_mode == "required"
    error_message = "Caches must be encrypted at rest with the key, and refuse what comes without TLS."
  }
  assert {
    condition     = { for parameter in aws_elasticache_parameter_group.this.parameter : parameter.name => parameter.value } == { maxmemory-policy = "noeviction" }
    error_message = "Nothing may be evicted."
  }
  assert {
    condition     = toset(aws_elasticache_subnet_group.this.subnet_ids) == toset(var.subnet_ids) && aws_elasticache_replication_group.this.subnet_group_name == "blue-flags-cache-subnets-flags-a1"
    error_message = "Caches must stand in the private subnets."
  }
  assert {
    condition     = aws_elasticache_replication_group.this.final_snapshot_identifier == null
    error_message = "A destroy must leave no snapshot behind."
  }
  assert {
    condition     = length(aws_elasticache_replication_group.this.replication_group_id) <= 40 && aws_elasticache_replication_group.this.replication_group_id == module.plan.cache.name
    error_message = "The group must have the name that tokens are made out to."
  }
}

run "with_a_replica_a_failover_goes_to_another_zone" {
  command = plan

  assert {
    condition     = aws_elasticache_replication_group.this.num_cache_clusters == 2 && aws_elasticache_replication_group.this.automatic_failover_enabled && aws_elasticache_replication_group.this.multi_az_enabled
    error_message = "A replica must take over, in another zone."
  }
}

run "without_a_replica_there_is_nothing_to_fail_over_to" {
  command = plan

  variables {
    size                    = { node_type = "cache.t4g.micro", replicas = 0 }
    snapshot_retention_days = 0
  }

  assert {
    condition     = aws_elasticache_replication_group.this.num_cache_clusters == 1 && !aws_elasticache_replication_group.this.automatic_failover_enabled && !aws_elasticache_replication_group.this.multi_az_enabled && aws_elasticache_replication_group.this.snapshot_retention_limit == 0
    error_message = "One node must be one node, and keep no snapshots."
  }
}

run "users_log_in_by_iam_under_their_own_ids" {
  command = plan

  assert {
    condition = keys(aws_elasticache_user.this) == [
      "agent.cell-1", "agent.cell-2", "cache-updater.apply.cell-1", "cache-updater.apply.cell-2", "cache-updater.load", "cache-updater.offer", "cache-updater.reconcile", "consistency-checker.compare",
    ]
    error_message = "There must be a user for each function that logs in, and one for the agents of each cell."
  }
  assert {
    condition     = alltrue([for user in aws_elasticache_user.this : user.user_id == user.user_name && one(user.authentication_mode).type == "iam" && user.passwords == null && user.engine == "valkey" && length(user.user_id) <= 40])
    error_message = "An id must be the name, and no user may have a password."
  }
  assert {
    condition     = !anytrue([for user in aws_elasticache_user.this : user.user_name == "default" || strcontains(user.access_string, " ~* ") || strcontains(user.access_string, "+@")])
    error_message = "Nobody may have all keys, or whole classes of commands."
  }
  assert {
    condition     = aws_elasticache_user_group.this.user_ids == toset([for user in aws_elasticache_user.this : user.user_id])
    error_message = "The group must have all of them, and nobody else."
  }
  assert {
    condition     = output.agents["cell-2"].user == aws_elasticache_user.this["agent.cell-2"].user_name && length(output.agents["cell-2"].connect_arns) == 2
    error_message = "Services must be told their cell's agent user and what their role must reach."
  }
}

run "clients_reach_caches_and_endpoints_by_group_and_nothing_else" {
  command = plan

  assert {
    condition     = alltrue([for rule in [aws_vpc_security_group_ingress_rule.caches_from_clients, aws_vpc_security_group_egress_rule.clients_to_caches] : rule.from_port == 6379 && rule.to_port == 6379 && rule.cidr_ipv4 == null])
    error_message = "The caches' port must be open on both sides, by group."
  }
  assert {
    condition     = aws_vpc_security_group_egress_rule.clients_to_endpoints.referenced_security_group_id == "sg-endpoints" && { for key, rule in aws_vpc_security_group_egress_rule.clients_to_gateways : key => rule.prefix_list_id } == { dynamodb = "pl-dynamodb" }
    error_message = "Clients must reach endpoints and tables."
  }
}

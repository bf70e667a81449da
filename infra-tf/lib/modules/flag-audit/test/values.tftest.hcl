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
  artifacts                  = { bucket = "the-artifacts", packages = "test/packages" }
  vpc_id                     = "vpc-1"
  subnet_ids                 = ["subnet-a", "subnet-b", "subnet-c"]
  endpoint_security_group_id = "sg-endpoints"
  gateway_prefix_list_ids    = { dynamodb = "pl-dynamodb" }
  size                       = { instance_type = "r7g.large.search", instances = 3, volume_gb = 100, manager_type = "m7g.large.search" }
  reader_role_arns           = { auditors = "arn:aws:iam::123456789012:role/auditors" }
  reader_security_group_ids  = { auditors = "sg-auditors" }
  log_retention_days         = 365
}

run "the_domain_is_private_encrypted_and_knows_no_password" {
  command = plan

  assert {
    condition     = aws_opensearch_domain.this.domain_name == module.plan.audit_domain.name && length(aws_opensearch_domain.this.domain_name) <= 28
    error_message = "The domain must have the name that statements name."
  }
  assert {
    condition     = one(aws_opensearch_domain.this.encrypt_at_rest).enabled && one(aws_opensearch_domain.this.encrypt_at_rest).kms_key_id == var.kms_key_arn && one(aws_opensearch_domain.this.node_to_node_encryption).enabled
    error_message = "Data must be encrypted with the key, and between nodes."
  }
  assert {
    condition     = one(aws_opensearch_domain.this.domain_endpoint_options).enforce_https && one(aws_opensearch_domain.this.domain_endpoint_options).tls_security_policy == "Policy-Min-TLS-1-2-PFS-2023-10"
    error_message = "Nothing older than TLS 1.2 may be taken."
  }
  assert {
    condition = alltrue([
      for options in aws_opensearch_domain.this.advanced_security_options :
      options.enabled && !options.internal_user_database_enabled && one(options.master_user_options).master_user_name == null && one(options.master_user_options).master_user_password == null
    ])
    error_message = "Only roles may be known inside."
  }
  assert {
    condition     = aws_opensearch_domain.this.advanced_options["rest.action.multi.allow_explicit_index"] == "false"
    error_message = "The body of a request must name no other index than its path."
  }
}

run "three_instances_stand_in_three_zones_and_are_managed_by_others" {
  command = plan

  assert {
    condition     = one(aws_opensearch_domain.this.cluster_config).instance_count == 3 && one(aws_opensearch_domain.this.cluster_config).zone_awareness_enabled && one(one(aws_opensearch_domain.this.cluster_config).zone_awareness_config).availability_zone_count == 3
    error_message = "Each zone must have an instance."
  }
  assert {
    condition     = one(aws_opensearch_domain.this.cluster_config).dedicated_master_enabled && one(aws_opensearch_domain.this.cluster_config).dedicated_master_count == 3
    error_message = "Three nodes must manage the cluster."
  }
  assert {
    condition     = length(one(aws_opensearch_domain.this.vpc_options).subnet_ids) == 3
    error_message = "There must be a subnet for each zone."
  }
}

run "one_small_instance_stands_in_one_zone" {
  command = plan

  variables {
    size = { instance_type = "t3.small.search", instances = 1, volume_gb = 10 }
  }

  assert {
    condition     = !one(aws_opensearch_domain.this.cluster_config).zone_awareness_enabled && length(one(aws_opensearch_domain.this.cluster_config).zone_awareness_config) == 0 && !one(aws_opensearch_domain.this.cluster_config).dedicated_master_enabled
    error_message = "One instance knows no zones."
  }
  assert {
    condition     = one(aws_opensearch_domain.this.vpc_options).subnet_ids == toset(["subnet-a"])
    error_message = "AWS takes as many subnets as there are zones."
  }
}

run "each_function_reaches_its_own_paths_and_no_others" {
  command = plan

  assert {
    condition = jsonencode({
      for key, policy in output.policies : key => sort(distinct(flatten([
        for statement in jsondecode(policy).Statement : [
          for pair in setproduct(flatten([statement.Action]), flatten([statement.Resource])) : "${trimprefix(pair[0], "es:ESHttp")} ${trimprefix(pair[1], module.plan.audit_domain.arn)}" if startswith(pair[0], "es:")
        ]
      ])))
      }) == jsonencode({
      "audit-writer.write" = ["Put /trail/_bulk"]
      "audit-writer.sweep" = ["Post /trail/_search", "Put /trail/_bulk"]
      "audit-writer.bootstrap" = [
        "Get /_data_stream/trail",
        "Get /_index_template/trail",
        "Get /_plugins/_security/api/audit",
        "Get /_plugins/_security/api/roles",
        "Get /_plugins/_security/api/rolesmapping",
        "Get /trail/_mapping",
        "Put /_data_stream/trail",
        "Put /_index_template/trail",
        "Put /_plugins/_security/api/audit/config",
        "Put /_plugins/_security/api/roles/trail_reader",
        "Put /_plugins/_security/api/roles/trail_writer",
        "Put /_plugins/_security/api/rolesmapping/trail_reader",
        "Put /_plugins/_security/api/rolesmapping/trail_writer",
        "Put /trail/_mapping",
      ]
    })
    error_message = "The writer must only create, the sweep also search, and the bootstrap set its own settings."
  }
}

run "the_domain_lets_in_by_the_same_paths_and_denies_all_else" {
  command = plan

  assert {
    condition = toset(flatten([
      for statement in jsondecode(output.access_policy).Statement : [for pair in setproduct(flatten([statement.Action]), flatten([statement.Resource])) : "${statement.Condition.ArnEquals["aws:PrincipalArn"]} ${pair[0]} ${pair[1]}"]
      if statement.Effect == "Allow"
      ])) == toset(concat(
      flatten([
        for key, policy in output.policies : [
          for statement in jsondecode(policy).Statement : [
            for pair in setproduct(flatten([statement.Action]), flatten([statement.Resource])) : "${module.plan.functions[key].role_arn} ${pair[0]} ${pair[1]}" if startswith(pair[0], "es:")
          ]
        ]
      ]),
      [for action in ["es:ESHttpGet", "es:ESHttpPost"] : "arn:aws:iam::123456789012:role/auditors ${action} ${module.plan.audit_domain.arn}/trail/_search"],
    ))
    error_message = "The domain must let in what the functions' policies allow, and auditors for searches."
  }
  assert {
    condition = one([
      for statement in jsondecode(output.access_policy).Statement : toset(statement.Condition.ArnNotEquals["aws:PrincipalArn"]) if statement.Sid == "NobodyElse" && statement.Effect == "Deny"
    ]) == toset(concat([for key in keys(output.live_arns) : module.plan.functions[key].role_arn], ["arn:aws:iam::123456789012:role/auditors"]))
    error_message = "Everybody else must be denied, administrators too."
  }
  assert {
    condition = jsonencode({
      for statement in jsondecode(output.access_policy).Statement : statement.Condition.ArnEquals["aws:PrincipalArn"] => sort([for path in flatten([statement.NotResource]) : trimprefix(path, module.plan.audit_domain.arn)])
      if startswith(statement.Sid, "OnlyThere") && statement.Effect == "Deny" && !strcontains(statement.Sid, "Bootstrap")
      }) == jsonencode({
      (module.plan.functions["audit-writer.write"].role_arn) = ["/trail/_bulk"]
      (module.plan.functions["audit-writer.sweep"].role_arn) = ["/trail/_bulk", "/trail/_search"]
      "arn:aws:iam::123456789012:role/auditors"              = ["/trail/_search"]
    })
    error_message = "No other policy may open another path."
  }
  assert {
    condition     = anytrue([for statement in jsondecode(output.access_policy).Statement : statement.Effect == "Deny" && contains(flatten([statement.Action]), "es:ESHttpDelete") && statement.Principal.AWS == "*" && try(statement.Condition, null) == null])
    error_message = "Nobody may delete by HTTP."
  }
}

run "functions_are_told_who_writes_who_reads_and_who_sets_it_up" {
  command = plan

  assert {
    condition     = local.writer_arns == [for name in ["sweep", "write"] : module.plan.functions["audit-writer.${name}"].role_arn] && local.reader_arns == [module.plan.functions["audit-writer.sweep"].role_arn, "arn:aws:iam::123456789012:role/auditors"]
    error_message = "Inside, two functions create; the sweep and the auditors search."
  }
  assert {
    condition     = module.plan.functions["audit-writer.write"].environment.AUDIT_INDEX == "trail" && output.stream == "trail"
    error_message = "All must mean the same stream."
  }
}

run "opensearch_writes_its_logs_for_this_domain_only" {
  command = plan

  assert {
    condition     = { for options in aws_opensearch_domain.this.log_publishing_options : options.log_type => options.enabled } == { AUDIT_LOGS = true, ES_APPLICATION_LOGS = true, INDEX_SLOW_LOGS = true, SEARCH_SLOW_LOGS = true }
    error_message = "All four logs must be written."
  }
  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.domain : group.kms_key_id == var.kms_key_arn && group.retention_in_days == 365])
    error_message = "Logs must be encrypted, and kept as long as is asked for."
  }
  assert {
    condition = alltrue([
      for statement in jsondecode(aws_cloudwatch_log_resource_policy.domain.policy_document).Statement :
      statement.Principal.Service == "es.amazonaws.com" && statement.Condition.StringEquals["aws:SourceAccount"] == "123456789012" && statement.Condition.ArnEquals["aws:SourceArn"] == module.plan.audit_domain.arn && length(flatten([statement.Resource])) == 4 && alltrue([for arn in statement.Resource : !strcontains(trimsuffix(arn, ":*"), "*")])
    ])
    error_message = "Only this domain may write, and only there."
  }
}

run "the_domain_is_reached_by_group_and_reaches_nothing" {
  command = plan

  assert {
    condition     = alltrue([for rule in concat([aws_vpc_security_group_ingress_rule.domain_from_clients, aws_vpc_security_group_egress_rule.clients_to_domain], values(aws_vpc_security_group_ingress_rule.domain_from_readers)) : rule.from_port == 443 && rule.to_port == 443 && rule.cidr_ipv4 == null])
    error_message = "Only HTTPS must be open, by group."
  }
  assert {
    condition     = { for key, rule in aws_vpc_security_group_ingress_rule.domain_from_readers : key => rule.referenced_security_group_id } == { auditors = "sg-auditors" }
    error_message = "Auditors must reach it from their group."
  }
  assert {
    condition     = aws_vpc_security_group_egress_rule.clients_to_endpoints.referenced_security_group_id == "sg-endpoints" && { for key, rule in aws_vpc_security_group_egress_rule.clients_to_gateways : key => rule.prefix_list_id } == { dynamodb = "pl-dynamodb" }
    error_message = "The functions must reach endpoints and tables."
  }
}

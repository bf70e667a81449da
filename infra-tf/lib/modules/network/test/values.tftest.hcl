mock_provider "aws" {
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:mocked" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mocked" }
  }
}

variables {
  context = {
    environment        = "blue"
    service            = "flag-api"
    environment_suffix = "a1"
    region             = "eu-west-1"
    account_id         = "123456789012"
    cost_center        = "payments-4711"
    owner              = "team-platform"
  }
  cidr_block         = "10.20.0.0/16"
  availability_zones = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
  nat_gateway_count  = 2
  internet_cidr      = "0.0.0.0/0"
  kms_key_arn        = "arn:aws:kms:eu-west-1:123456789012:key/0f1e2d3c"
  log_retention_days = 30
}

run "subnets_of_three_tiers_share_one_range" {
  command = plan

  assert {
    condition = output.subnet_cidr_blocks == {
      private = ["10.20.0.0/18", "10.20.64.0/18", "10.20.128.0/18"]
      public  = ["10.20.192.0/21", "10.20.200.0/21", "10.20.208.0/21"]
      data    = ["10.20.216.0/21", "10.20.224.0/21", "10.20.232.0/21"]
    }
    error_message = "Three quarters must be private; public and data must get an eighth of the last quarter in each zone."
  }
  assert {
    condition     = { for key, subnet in aws_subnet.this : key => subnet.availability_zone if startswith(key, "data-") } == { data-a = "eu-west-1a", data-b = "eu-west-1b", data-c = "eu-west-1c" }
    error_message = "Each tier must have one subnet in each zone, in the order given."
  }
  assert {
    condition     = alltrue([for subnet in aws_subnet.this : !subnet.map_public_ip_on_launch])
    error_message = "No subnet may hand out public addresses."
  }

  # Routes: who reaches what.
  assert {
    condition     = keys(aws_nat_gateway.this) == ["a", "b"] && length(aws_eip.nat) == 2
    error_message = "Two NAT gateways, in the first two zones, each with an address."
  }
  assert {
    condition     = toset(keys(aws_route.private_internet)) == toset(["a", "b", "c"]) && keys(aws_route_table.this) == ["data", "private-a", "private-b", "private-c", "public"]
    error_message = "Each private subnet needs a table and a default route of its own."
  }
  assert {
    condition     = length(aws_default_route_table.this.route) == 0 && length(aws_default_security_group.this.ingress) == 0 && length(aws_default_security_group.this.egress) == 0 && length(aws_default_network_acl.this.ingress) == 0 && length(aws_default_network_acl.this.egress) == 0
    error_message = "What AWS creates with the network must be emptied."
  }

  # Filters.
  assert {
    condition     = alltrue([for key, rule in aws_network_acl_rule.tcp : contains(concat(output.subnet_cidr_blocks["private"], output.subnet_cidr_blocks["data"]), rule.cidr_block) if startswith(key, "data-")])
    error_message = "The data subnets may talk to the private subnets and to each other only."
  }
  assert {
    condition = alltrue([
      for direction in ["ingress", "egress"] : toset([for key, rule in aws_network_acl_rule.tcp : rule.cidr_block if startswith(key, "data-${direction}-data-") && rule.from_port == 1024 && rule.to_port == 65535]) == toset(output.subnet_cidr_blocks["data"])
    ])
    error_message = "The nodes of a store stand in three data subnets: they must reach each other there, whatever ports they talk on."
  }
  assert {
    condition     = { for key, rule in aws_network_acl_rule.tcp : key => [rule.from_port, rule.to_port] if startswith(key, "private-ingress-") && rule.cidr_block != var.cidr_block } == { private-ingress-answers = [1024, 65535] }
    error_message = "From outside only answers come in, on every port that a function calls from: 1024 to 65535."
  }
  assert {
    condition     = [for key, rule in aws_network_acl_rule.tcp : rule.from_port if startswith(key, "public-ingress-") && rule.to_port < 1024] == [443, 80]
    error_message = "Of the well-known ports, the public subnets take 80 and 443 only."
  }
  assert {
    condition     = alltrue([for rule in aws_network_acl_rule.path_mtu : rule.protocol == "1" && rule.icmp_type == 3 && rule.icmp_code == 4 && !rule.egress])
    error_message = "Of ICMP, only \"fragmentation needed\" may come in."
  }
  assert {
    condition     = { for entry in aws_ec2_managed_prefix_list.private_subnets.entry : entry.description => entry.cidr } == { for index, key in ["a", "b", "c"] : "Private subnet ${key}" => output.subnet_cidr_blocks["private"][index] }
    error_message = "The prefix list must hold the private subnets and nothing else."
  }
  assert {
    condition     = aws_vpc_security_group_ingress_rule.endpoints.from_port == 443 && aws_vpc_security_group_ingress_rule.endpoints.to_port == 443 && aws_vpc_security_group_ingress_rule.endpoints.cidr_ipv4 == null
    error_message = "Endpoints take HTTPS from the prefix list."
  }

  # Endpoints.
  assert {
    condition     = aws_vpc_endpoint.interface["ecr-api"].service_name == "com.amazonaws.eu-west-1.ecr.api" && aws_vpc_endpoint.gateway["dynamodb"].service_name == "com.amazonaws.eu-west-1.dynamodb"
    error_message = "Endpoints must be those of the context's region."
  }
  assert {
    condition     = alltrue([for endpoint in concat(values(aws_vpc_endpoint.interface), values(aws_vpc_endpoint.gateway)) : jsondecode(endpoint.policy).Statement[0].Condition.StringEquals["aws:PrincipalAccount"] == "123456789012"])
    error_message = "Every endpoint must refuse identities of other accounts."
  }
  assert {
    condition     = [for endpoint in [aws_vpc_endpoint.gateway["s3"], aws_vpc_endpoint.gateway["dynamodb"]] : [for statement in jsondecode(endpoint.policy).Statement : statement.Sid]] == [["OnlyIdentitiesOfThisAccount", "ImageLayersOfEcr"], ["OnlyIdentitiesOfThisAccount"]]
    error_message = "Image layers come through the endpoint of S3, and only there may ECR's own identity pass."
  }
  assert {
    condition     = jsondecode(aws_vpc_endpoint.gateway["s3"].policy).Statement[1].Resource == "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*"
    error_message = "ECR keeps the layers of a region in a bucket of this name."
  }

  # Flow log.
  assert {
    condition     = aws_flow_log.this.traffic_type == "ALL" && aws_cloudwatch_log_group.flow_log.kms_key_id == var.kms_key_arn && aws_cloudwatch_log_group.flow_log.retention_in_days == 30
    error_message = "All traffic must be logged, encrypted, and kept as long as asked."
  }
  assert {
    condition     = jsondecode(aws_iam_role.flow_log.assume_role_policy).Statement[0].Condition.ArnLike["aws:SourceArn"] == "arn:aws:ec2:eu-west-1:123456789012:vpc-flow-log/*"
    error_message = "Only flow logs of this account and region may take the role."
  }

  # Names and tags.
  assert {
    condition     = aws_subnet.this["public-a"].tags["Name"] == "blue-flag-api-subnet-public-a-a1" && aws_iam_role.flow_log.name == "blue-flag-api-role-flow-log-euw1-a1"
    error_message = "Names must come from the module naming."
  }
}

run "the_smallest_range_still_holds_all_tiers" {
  command = plan

  variables {
    cidr_block        = "10.20.16.0/20"
    nat_gateway_count = 1
    data_port         = 5433
  }

  assert {
    condition     = output.subnet_cidr_blocks["data"] == ["10.20.29.128/25", "10.20.30.0/25", "10.20.30.128/25"]
    error_message = "A /20 must give data subnets of /25."
  }
  assert {
    condition     = alltrue([for key, rule in aws_network_acl_rule.tcp : rule.from_port == 5433 && rule.to_port == 5433 if startswith(key, "data-ingress-private-")])
    error_message = "With a data port, the data subnets take that port only of the private ones."
  }
  assert {
    condition     = output.nat_gateway_count == 1 && length(aws_route.private_internet) == 3
    error_message = "With one NAT gateway, all private subnets must still have a default route."
  }
}

run "zones_without_a_gateway_share_the_others_in_turn" {
  # Ids are known only after an apply.
  command = apply

  assert {
    condition = { for key, route in aws_route.private_internet : key => route.nat_gateway_id } == {
      a = aws_nat_gateway.this["a"].id, b = aws_nat_gateway.this["b"].id, c = aws_nat_gateway.this["a"].id
    }
    error_message = "Zone c must use the gateway of zone a when there are two."
  }
  assert {
    condition     = alltrue([for key, association in aws_route_table_association.this : association.route_table_id == aws_route_table.this[startswith(key, "private-") ? key : split("-", key)[0]].id])
    error_message = "Each subnet must use the table of its tier, the private ones that of their zone."
  }
  assert {
    condition     = aws_route.public_internet.gateway_id == aws_internet_gateway.this.id && !contains([for route in aws_route.private_internet : route.route_table_id], aws_route_table.this["data"].id) && aws_route.public_internet.route_table_id == aws_route_table.this["public"].id
    error_message = "Public subnets go out by the internet gateway, data subnets not at all."
  }
  assert {
    condition     = alltrue([for endpoint in aws_vpc_endpoint.gateway : toset(endpoint.route_table_ids) == toset([for key in ["private-a", "private-b", "private-c"] : aws_route_table.this[key].id])])
    error_message = "Gateway endpoints serve the private subnets."
  }
  assert {
    condition     = alltrue([for tier, acl in aws_network_acl.this : toset(acl.subnet_ids) == toset([for key, subnet in aws_subnet.this : subnet.id if startswith(key, "${tier}-")])])
    error_message = "Each tier must have its own ACL."
  }
  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.flow_log.policy).Statement : join(" ", statement.Action) => statement.Resource } == {
      "logs:CreateLogStream logs:DescribeLogStreams logs:PutLogEvents" = ["${aws_cloudwatch_log_group.flow_log.arn}:*"]
      "logs:DescribeLogGroups"                                         = ["arn:aws:logs:eu-west-1:123456789012:log-group:*"]
    }
    error_message = "The flow log may find its group, write to it, and create none."
  }
}

run "endpoints_in_two_zones_serve_all_three" {
  # Ids are known only after an apply.
  command = apply
  variables { endpoint_zone_count = 2 }

  assert {
    condition     = alltrue([for endpoint in aws_vpc_endpoint.interface : toset(endpoint.subnet_ids) == toset([aws_subnet.this["private-a"].id, aws_subnet.this["private-b"].id])])
    error_message = "Each interface endpoint must be in the private subnets of the first two zones."
  }
  assert {
    condition     = alltrue([for endpoint in aws_vpc_endpoint.interface : endpoint.private_dns_enabled])
    error_message = "The name that stands for an endpoint must be that of the service: the third zone has no interface of its own to call."
  }
  assert {
    condition     = { for key, rule in aws_network_acl_rule.tcp : key => rule.cidr_block if contains(["private-ingress-tls", "private-ingress-services", "private-egress-network"], key) } == { for key in ["private-ingress-tls", "private-ingress-services", "private-egress-network"] : key => var.cidr_block } && aws_network_acl_rule.tcp["private-egress-tls"].from_port == 443
    error_message = "The private subnet without an interface must reach those of the others, and their answers must come back."
  }
}

run "endpoints_are_in_all_zones_unless_asked" {
  command = apply

  assert {
    condition     = alltrue([for endpoint in aws_vpc_endpoint.interface : toset(endpoint.subnet_ids) == toset(output.private_subnet_ids)])
    error_message = "Each interface endpoint must be in all private subnets."
  }
}

run "a_network_without_nat_has_no_way_out_of_its_private_subnets" {
  command = plan
  variables { nat_gateway_count = 0 }

  assert {
    condition     = length(aws_nat_gateway.this) == 0 && length(aws_eip.nat) == 0 && length(aws_route.private_internet) == 0 && output.nat_gateway_count == 0
    error_message = "Without gateways there must be no route to the internet from private subnets."
  }
  assert {
    condition     = length(aws_vpc_endpoint.gateway) == 2 && length(aws_vpc_endpoint.interface) > 0
    error_message = "The AWS APIs must still be reached by endpoints."
  }
}

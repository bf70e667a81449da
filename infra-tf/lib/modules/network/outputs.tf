output "vpc_id" {
  value       = aws_vpc.this.id
  description = "The network's id."
}

output "vpc_cidr_block" {
  value       = aws_vpc.this.cidr_block
  description = "The network's range."
}

output "public_subnet_ids" {
  value       = [for key in local.subnet_keys["public"] : aws_subnet.this[key].id]
  description = "Public subnets, in the order of availability_zones, once they reach the internet."

  # A load balancer is refused in a network whose gateway is not attached yet.
  depends_on = [aws_route.public_internet, aws_route_table_association.this, aws_network_acl_rule.tcp]
}

output "private_subnet_ids" {
  value       = [for key in local.subnet_keys["private"] : aws_subnet.this[key].id]
  description = "Private subnets, in the order of availability_zones, once they reach the AWS APIs and the internet."

  # A task that starts earlier finds neither its image nor its secrets.
  depends_on = [
    aws_route.private_internet, aws_route_table_association.this, aws_network_acl_rule.tcp,
    aws_vpc_endpoint.gateway, aws_vpc_endpoint.interface, aws_vpc_security_group_ingress_rule.endpoints,
  ]
}

output "data_subnet_ids" {
  value       = [for key in local.subnet_keys["data"] : aws_subnet.this[key].id]
  description = "Data subnets, in the order of availability_zones. They have no route out of the network."

  depends_on = [aws_route_table_association.this, aws_network_acl_rule.tcp]
}

output "subnet_cidr_blocks" {
  value       = { for tier, keys in local.subnet_keys : tier => [for key in keys : local.subnets[key].cidr_block] }
  description = "The ranges of the subnets by tier (public, private, data), in the order of availability_zones."
}

output "s3_prefix_list_id" {
  value       = aws_vpc_endpoint.gateway["s3"].prefix_list_id
  description = "The prefix list of S3, for egress rules."
}

output "dynamodb_prefix_list_id" {
  value       = try(aws_vpc_endpoint.gateway["dynamodb"].prefix_list_id, null)
  description = "The prefix list of DynamoDB, for egress rules; null without its endpoint."
}

output "private_subnets_prefix_list_id" {
  value       = aws_ec2_managed_prefix_list.private_subnets.id
  description = "The prefix list of the private subnets, for ingress rules."
}

output "endpoint_security_group_id" {
  value       = aws_security_group.endpoints.id
  description = "The security group of the interface endpoints, for egress rules. It lets in TCP 443 from the private subnets."
}

output "nat_gateway_count" {
  value       = length(aws_nat_gateway.this)
  description = "How many NAT gateways there are."
}

output "endpoint_zone_count" {
  value       = var.endpoint_zone_count
  description = "In how many zones interface endpoints are."
}

output "flow_log_group_name" {
  value       = aws_cloudwatch_log_group.flow_log.name
  description = "The log group of the flow logs."
}

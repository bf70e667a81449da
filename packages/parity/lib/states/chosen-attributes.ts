/**
 * What AWS chooses when it makes a thing, by type of resource: never compared, only whether it is there. Ids and ARNs are mostly
 * not among them: they are replaced by the address of what they are of. `block.argument` is an argument of each of such blocks.
 */
export const CHOSEN: Readonly<Record<string, readonly string[]>> = {
  // Times, of which the validation makes its id.
  aws_acm_certificate: ['not_after', 'not_before'],
  aws_acm_certificate_validation: ['id'],
  aws_appautoscaling_target: ['arn'],
  aws_backup_plan: ['version'],
  aws_backup_vault: ['recovery_points'],
  aws_cloudfront_distribution: ['domain_name', 'etag', 'last_modified_time', 'in_progress_validation_batches'],
  aws_db_parameter_group: ['arn'],
  aws_dynamodb_table: ['stream_arn', 'stream_label'],
  aws_ecr_repository: ['repository_url'],
  aws_ecs_task_definition: ['revision'],
  aws_eip: [
    'association_id',
    'carrier_ip',
    'network_interface',
    'private_dns',
    'private_ip',
    'public_dns',
    'public_ip',
  ],
  aws_iam_role: ['create_date', 'unique_id'],
  aws_iam_policy: ['policy_id'],
  aws_lambda_function: ['last_modified', 'version', 'source_code_size'],
  aws_lb: ['dns_name', 'zone_id', 'arn_suffix'],
  aws_lb_target_group: ['arn_suffix', 'load_balancer_arns'],
  aws_nat_gateway: ['association_id', 'network_interface_id', 'private_ip', 'public_ip'],
  // A CRC-32 of the ACL's id and the rule: a number that may be short.
  aws_network_acl_rule: ['id'],
  aws_rds_cluster: [
    'cluster_resource_id',
    'hosted_zone_id',
    'endpoint',
    'reader_endpoint',
    'master_user_secret',
    'ca_certificate_valid_till',
  ],
  aws_rds_cluster_instance: ['dbi_resource_id', 'endpoint', 'writer', 'availability_zone', 'port'],
  aws_s3_bucket: [
    // The account, as S3 calls it.
    'grant.id',
    'hosted_zone_id',
    'bucket_domain_name',
    'bucket_regional_domain_name',
    'website_domain',
    'website_endpoint',
  ],
  aws_secretsmanager_secret: ['replica.last_accessed_date', 'replica.status', 'replica.status_message'],
  aws_subnet: ['availability_zone_id'],
  aws_vpc: [
    'default_network_acl_id',
    'default_route_table_id',
    'default_security_group_id',
    'dhcp_options_id',
    'main_route_table_id',
    'ipv6_association_id',
  ],
  aws_vpc_endpoint: ['cidr_blocks', 'dns_entry', 'network_interface_ids', 'prefix_list_id', 'subnet_configuration'],
};

const OF_A_BUCKET = {
  acceleration_status: 'accelerate_configuration',
  cors_rule: 'cors_configuration',
  grant: 'acl',
  lifecycle_rule: 'lifecycle_configuration',
  logging: 'logging',
  object_lock_configuration: 'object_lock_configuration',
  policy: 'policy',
  replication_configuration: 'replication_configuration',
  request_payer: 'request_payment_configuration',
  server_side_encryption_configuration: 'server_side_encryption_configuration',
  versioning: 'versioning',
  website: 'website_configuration',
};

/** What a resource repeats of what others of the state set, and the type of those. Without any, it is compared where it stands. */
const TOLD_TWICE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  aws_default_network_acl: { subnet_ids: 'aws_subnet' },
  aws_iam_role: { inline_policy: 'aws_iam_role_policy', managed_policy_arns: 'aws_iam_role_policy_attachment' },
  aws_rds_cluster: { cluster_members: 'aws_rds_cluster_instance' },
  aws_route_table: { route: 'aws_route' },
  aws_s3_bucket: Object.fromEntries(
    Object.entries(OF_A_BUCKET).map(([attribute, kind]) => [attribute, `aws_s3_bucket_${kind}`]),
  ),
  aws_security_group: {
    egress: 'aws_vpc_security_group_egress_rule',
    ingress: 'aws_vpc_security_group_ingress_rule',
  },
};

/** Of a type: what it only repeats, by the types that the environments' states have. */
export const toldTwiceIn = (type: string, types: ReadonlySet<string>): readonly string[] =>
  Object.entries(TOLD_TWICE[type] ?? {}).flatMap(([attribute, by]) => (types.has(by) ? [attribute] : []));

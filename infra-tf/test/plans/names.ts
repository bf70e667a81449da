import type { EnvironmentPlan, Resource } from './read-plans.ts';

/** The attributes in which a resource has its name, where it has one of its own. */
const NAME_ATTRIBUTES: Readonly<Record<string, string>> = {
  aws_appautoscaling_policy: 'name',
  aws_backup_plan: 'name',
  aws_backup_selection: 'name',
  aws_backup_vault: 'name',
  aws_cloudwatch_composite_alarm: 'alarm_name',
  aws_cloudwatch_dashboard: 'dashboard_name',
  aws_cloudwatch_event_bus: 'name',
  aws_cloudwatch_event_rule: 'name',
  aws_cloudwatch_log_group: 'name',
  aws_cloudwatch_log_metric_filter: 'name',
  aws_cloudwatch_log_resource_policy: 'policy_name',
  aws_cloudwatch_metric_alarm: 'alarm_name',
  aws_config_configuration_recorder: 'name',
  aws_config_delivery_channel: 'name',
  aws_db_parameter_group: 'name',
  aws_db_subnet_group: 'name',
  aws_dynamodb_table: 'name',
  aws_ec2_managed_prefix_list: 'name',
  aws_ecr_repository: 'name',
  aws_ecs_cluster: 'name',
  aws_ecs_service: 'name',
  aws_ecs_task_definition: 'family',
  aws_elasticache_parameter_group: 'name',
  aws_elasticache_replication_group: 'replication_group_id',
  aws_elasticache_subnet_group: 'name',
  aws_elasticache_user: 'user_id',
  aws_elasticache_user_group: 'user_group_id',
  aws_iam_role: 'name',
  aws_iam_role_policy: 'name',
  aws_kms_alias: 'name',
  aws_lambda_function: 'function_name',
  aws_lb: 'name',
  aws_lb_target_group: 'name',
  aws_opensearch_domain: 'domain_name',
  aws_rds_cluster: 'cluster_identifier',
  aws_rds_cluster_instance: 'identifier',
  aws_rds_cluster_parameter_group: 'name',
  aws_s3_bucket: 'bucket',
  aws_scheduler_schedule: 'name',
  aws_secretsmanager_secret: 'name',
  aws_security_group: 'name',
  aws_sfn_state_machine: 'name',
  aws_sns_topic: 'name',
  aws_sqs_queue: 'name',
};

/** AWS gives these no name but the tag Name, which the console shows. */
const NAMED_BY_TAG = new Set([
  'aws_acm_certificate',
  'aws_default_network_acl',
  'aws_default_route_table',
  'aws_default_security_group',
  'aws_eip',
  'aws_flow_log',
  'aws_internet_gateway',
  'aws_kms_key',
  'aws_kms_replica_key',
  'aws_nat_gateway',
  'aws_network_acl',
  'aws_route_table',
  'aws_subnet',
  'aws_vpc',
  'aws_vpc_endpoint',
]);

/** Parts of another resource: they have no name in an account. */
const NAMELESS = new Set([
  'aws_acm_certificate_validation',
  'aws_appautoscaling_target',
  'aws_cloudwatch_event_bus_policy',
  'aws_cloudwatch_event_target',
  'aws_config_configuration_recorder_status',
  'aws_dynamodb_resource_policy',
  'aws_ecs_cluster_capacity_providers',
  'aws_iam_role_policy_attachment',
  'aws_lambda_alias',
  'aws_lambda_event_source_mapping',
  'aws_lambda_function_event_invoke_config',
  'aws_lb_listener',
  'aws_network_acl_rule',
  'aws_route',
  'aws_route53_record',
  'aws_route_table_association',
  'aws_s3_bucket_lifecycle_configuration',
  'aws_s3_bucket_logging',
  'aws_s3_bucket_ownership_controls',
  'aws_s3_bucket_policy',
  'aws_s3_bucket_public_access_block',
  'aws_s3_bucket_replication_configuration',
  'aws_s3_bucket_server_side_encryption_configuration',
  'aws_s3_bucket_versioning',
  // The hash of its content.
  'aws_s3_object',
  'aws_sns_topic_subscription',
  'aws_vpc_security_group_egress_rule',
  'aws_vpc_security_group_ingress_rule',
  'aws_wafv2_web_acl_association',
]);

/** Log groups that AWS writes to under a name of its own choice; where that contains the name of a resource, it must be ours. */
const PRESCRIBED = [
  /^RDSOSMetrics$/,
  /^\/aws\/rds\/cluster\/(?<ours>[^/]+)\/postgresql$/,
  /^\/aws\/vendedlogs\/states\/(?<ours>[^/]+)$/,
  /^\/aws\/ecs\/containerinsights\/(?<ours>[^/]+)\/performance$/,
  /^alias\/(?<ours>.+)$/,
];

/** The part of a name that we chose; `undefined` when none is. */
const ownPart = (name: string): string | undefined => {
  for (const pattern of PRESCRIBED) {
    const match = pattern.exec(name);
    if (match !== null) return match.groups?.['ours'];
  }
  return name;
};

const nameOf = ({ type, values }: Resource): unknown => {
  const attribute = NAME_ATTRIBUTES[type];
  if (attribute !== undefined) return values[attribute];
  return (values['tags'] as Record<string, unknown> | undefined)?.['Name'];
};

/**
 * Every resource whose name does not read `{environment}-{service}-{resource-type}…-{environment_suffix}`, and every type of
 * which nobody has said where its name stands.
 */
export const wrongNames = ({ inputs, resources }: EnvironmentPlan): string[] => {
  const { environment, service, environment_suffix: suffix } = inputs;
  const convention = new RegExp(`^${environment}-${service}-[a-z][a-z0-9-]*[a-z0-9]-${suffix}$`);
  return resources.flatMap((resource) => {
    const { address, type } = resource;
    if (NAMELESS.has(type)) return [];
    if (NAME_ATTRIBUTES[type] === undefined && !NAMED_BY_TAG.has(type))
      return [`${address}: where does ${type} have its name?`];
    const name = nameOf(resource);
    if (typeof name !== 'string') return [`${address}: has no name before the apply`];
    const own = ownPart(name);
    return own === undefined || convention.test(own) ? [] : [`${address}: ${name}`];
  });
};

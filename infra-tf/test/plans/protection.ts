import { type EnvironmentPlan, type Resource, valueAt } from './read-plans.ts';

type Days = Readonly<Record<string, number>>;

/** What an attribute of each resource of a type must be: the value, or that it is only known after the apply (a key's ARN). */
type Demand = { readonly at: string; readonly is: unknown } | { readonly at: string; readonly given: true };

const is = (at: string, value: unknown): Demand => ({ at, is: value });
/** It refers to something that is made by the same apply. */
const given = (at: string): Demand => ({ at, given: true });

/** Encryption, private placement and destroyability, by type. */
const DEMANDS: Readonly<Record<string, readonly Demand[]>> = {
  aws_acm_certificate: [is('validation_method', 'DNS')],
  aws_backup_vault: [is('force_destroy', true), given('kms_key_arn')],
  aws_cloudwatch_event_bus: [given('kms_key_identifier')],
  aws_cloudwatch_log_group: [is('skip_destroy', false), given('kms_key_id')],
  aws_config_configuration_recorder: [is('recording_group.0.all_supported', true)],
  aws_config_delivery_channel: [given('s3_kms_key_arn')],
  aws_db_parameter_group: [is('skip_destroy', false)],
  aws_dynamodb_table: [
    is('deletion_protection_enabled', false),
    is('server_side_encryption.0.enabled', true),
    given('server_side_encryption.0.kms_key_arn'),
    is('point_in_time_recovery.0.enabled', true),
  ],
  aws_ecr_repository: [
    is('force_delete', true),
    is('encryption_configuration.0.encryption_type', 'KMS'),
    given('encryption_configuration.0.kms_key'),
    is('image_tag_mutability', 'IMMUTABLE'),
    is('image_scanning_configuration.0.scan_on_push', true),
  ],
  aws_ecs_cluster: [
    given('configuration.0.managed_storage_configuration.0.fargate_ephemeral_storage_kms_key_id'),
    is('setting.0.value', 'enabled'),
  ],
  aws_ecs_service: [
    is('network_configuration.0.assign_public_ip', false),
    given('network_configuration.0.subnets'),
    is('deployment_circuit_breaker.0.enable', true),
    is('deployment_circuit_breaker.0.rollback', true),
    is('enable_execute_command', false),
  ],
  aws_ecs_task_definition: [is('skip_destroy', true), is('network_mode', 'awsvpc')],
  aws_elasticache_replication_group: [
    is('at_rest_encryption_enabled', 'true'),
    given('kms_key_id'),
    // Null is none: a last snapshot would be left when it is destroyed.
    is('final_snapshot_identifier', null),
  ],
  aws_elasticache_user: [is('authentication_mode.0.type', 'iam'), is('no_password_required', false)],
  aws_kms_key: [is('enable_key_rotation', true), is('deletion_window_in_days', 7)],
  // It rotates with the key that it is a replica of.
  aws_kms_replica_key: [is('deletion_window_in_days', 7)],
  aws_lambda_function: [
    given('kms_key_arn'),
    given('vpc_config.0.subnet_ids.0'),
    is('tracing_config.0.mode', 'Active'),
    is('skip_destroy', false),
  ],
  aws_lb: [
    is('enable_deletion_protection', false),
    is('drop_invalid_header_fields', true),
    is('access_logs.0.enabled', true),
  ],
  aws_opensearch_domain: [
    is('encrypt_at_rest.0.enabled', true),
    given('encrypt_at_rest.0.kms_key_id'),
    given('vpc_options.0.subnet_ids.0'),
    is('advanced_security_options.0.enabled', true),
    is('advanced_security_options.0.internal_user_database_enabled', false),
  ],
  aws_rds_cluster: [
    is('storage_encrypted', true),
    given('kms_key_id'),
    is('iam_database_authentication_enabled', true),
    is('manage_master_user_password', true),
    is('master_password', null),
    given('master_user_secret_kms_key_id'),
    is('deletion_protection', false),
    is('skip_final_snapshot', true),
    is('enabled_cloudwatch_logs_exports.0', 'postgresql'),
  ],
  aws_rds_cluster_instance: [
    is('publicly_accessible', false),
    is('performance_insights_enabled', true),
    given('performance_insights_kms_key_id'),
  ],
  aws_s3_bucket: [is('force_destroy', true)],
  aws_s3_bucket_ownership_controls: [is('rule.0.object_ownership', 'BucketOwnerEnforced')],
  aws_s3_bucket_public_access_block: [
    is('block_public_acls', true),
    is('block_public_policy', true),
    is('ignore_public_acls', true),
    is('restrict_public_buckets', true),
  ],
  aws_s3_bucket_versioning: [is('versioning_configuration.0.status', 'Enabled')],
  aws_scheduler_schedule: [given('kms_key_arn')],
  aws_secretsmanager_secret: [is('recovery_window_in_days', 0), given('kms_key_id'), given('replica.0.kms_key_id')],
  aws_sfn_state_machine: [
    is('encryption_configuration.0.type', 'CUSTOMER_MANAGED_KMS_KEY'),
    given('encryption_configuration.0.kms_key_id'),
    given('logging_configuration.0.log_destination'),
    is('tracing_configuration.0.enabled', true),
  ],
  aws_sns_topic: [given('kms_master_key_id')],
  // By SQS itself: a key of our own would be asked for at each message.
  aws_sqs_queue: [is('sqs_managed_sse_enabled', true)],
  aws_subnet: [is('map_public_ip_on_launch', false)],
};

/** Types that hold no data, run nothing and let nothing in, or whose demands stand below. */
const WITHOUT_DEMANDS = new Set([
  'aws_acm_certificate_validation',
  'aws_appautoscaling_policy',
  'aws_appautoscaling_target',
  'aws_backup_plan',
  'aws_backup_selection',
  'aws_cloudwatch_composite_alarm',
  'aws_cloudwatch_dashboard',
  'aws_cloudwatch_event_bus_policy',
  'aws_cloudwatch_event_rule',
  'aws_cloudwatch_event_target',
  'aws_cloudwatch_log_metric_filter',
  'aws_cloudwatch_log_resource_policy',
  'aws_cloudwatch_metric_alarm',
  'aws_config_configuration_recorder_status',
  'aws_db_subnet_group',
  'aws_default_network_acl',
  'aws_default_route_table',
  'aws_default_security_group',
  'aws_dynamodb_resource_policy',
  'aws_ec2_managed_prefix_list',
  'aws_ecs_cluster_capacity_providers',
  'aws_eip',
  'aws_elasticache_parameter_group',
  'aws_elasticache_subnet_group',
  'aws_elasticache_user_group',
  'aws_flow_log',
  'aws_iam_role',
  'aws_iam_role_policy',
  'aws_iam_role_policy_attachment',
  'aws_internet_gateway',
  'aws_kms_alias',
  'aws_lambda_alias',
  'aws_lambda_event_source_mapping',
  'aws_lambda_function_event_invoke_config',
  'aws_lb_listener',
  'aws_lb_target_group',
  'aws_nat_gateway',
  'aws_network_acl',
  'aws_network_acl_rule',
  'aws_rds_cluster_parameter_group',
  'aws_route',
  'aws_route53_record',
  'aws_route_table',
  'aws_route_table_association',
  'aws_s3_bucket_lifecycle_configuration',
  'aws_s3_bucket_logging',
  'aws_s3_bucket_policy',
  'aws_s3_bucket_replication_configuration',
  'aws_s3_bucket_server_side_encryption_configuration',
  'aws_s3_object',
  'aws_security_group',
  'aws_sns_topic_subscription',
  'aws_vpc',
  'aws_vpc_endpoint',
  'aws_vpc_security_group_egress_rule',
  'aws_vpc_security_group_ingress_rule',
]);

const meets = ({ values, unknown }: Resource, demand: Demand): boolean => {
  const value = valueAt(values, demand.at);
  if ('given' in demand) return valueAt(unknown, demand.at) === true || (typeof value === 'string' && value !== '');
  return value === demand.is;
};

const told = (resource: Resource, demand: Demand): string =>
  `${resource.address}: ${demand.at} is ${JSON.stringify(valueAt(resource.values, demand.at))}`;

/** A replica of a table is encrypted and kept by itself. */
const ofReplicas = ({ values }: Resource): readonly Demand[] =>
  Array.isArray(values['replica'])
    ? values['replica'].flatMap((_, index) => [
        given(`replica.${index}.kms_key_arn`),
        is(`replica.${index}.point_in_time_recovery`, true),
      ])
    : [];

/** Each demand that a resource does not meet, and each type of which nobody has said what it must be. */
export const unprotected = ({ resources }: EnvironmentPlan): string[] =>
  resources.flatMap((resource) => {
    const demands = DEMANDS[resource.type];
    if (demands === undefined) {
      return WITHOUT_DEMANDS.has(resource.type) ? [] : [`${resource.address}: what must ${resource.type} be?`];
    }
    return [...demands, ...(resource.type === 'aws_dynamodb_table' ? ofReplicas(resource) : [])]
      .filter((demand) => !meets(resource, demand))
      .map((demand) => told(resource, demand));
  });

/** The environment's own inputs say how long each thing is kept. */
export const wrongRetention = ({ inputs, resources }: EnvironmentPlan): string[] => {
  // A stack without the input keeps none of these.
  const days = (inputs['retention_days'] ?? {}) as Days;
  const wanted: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    aws_cloudwatch_log_group: { retention_in_days: days['logs'] },
    aws_elasticache_replication_group: { snapshot_retention_limit: days['cache_snapshots'] },
    aws_rds_cluster: { backup_retention_period: days['database_backups'] },
    aws_backup_plan: {
      'rule.0.lifecycle.0.delete_after': days['backups'],
      'rule.0.copy_action.0.lifecycle.0.delete_after': days['backup_copies'],
    },
  };
  return resources.flatMap((resource) =>
    Object.entries(wanted[resource.type] ?? {}).flatMap(([at, value]) =>
      valueAt(resource.values, at) === value ? [] : [told(resource, is(at, value))],
    ),
  );
};

import { concernRank, concerns, isAtLeast, levels, severityRules, tableConcern } from '../lib/severity.ts';

it.each([
  ['aws_rds_cluster_instance', 'publicly_accessible', 'public access'],
  ['aws_ecs_service', 'network_configuration[0].assign_public_ip', 'public access'],
  ['aws_lb', 'internal', 'public access'],
  ['aws_s3_bucket_public_access_block', 'block_public_acls', 'public access'],
  ['aws_rds_cluster', 'storage_encrypted', 'encryption'],
  ['aws_sns_topic', 'kms_master_key_id', 'encryption'],
  ['aws_lb_listener', 'ssl_policy', 'encryption'],
  ['aws_rds_cluster_parameter_group', 'parameter[0].value', 'encryption'],
  ['aws_s3_bucket_server_side_encryption_configuration', 'rule[0].bucket_key_enabled', 'encryption'],
  ['aws_lb', 'enable_deletion_protection', 'deletion'],
  ['aws_backup_vault', '#existence', 'deletion'],
  ['aws_rds_cluster', '#replacement', 'deletion'],
  ['aws_iam_role', 'assume_role_policy.Statement[0].Principal.Service', 'identity'],
  ['aws_s3_bucket_policy', 'policy.Statement[1].Effect', 'identity'],
  ['aws_ecs_task_definition', 'task_role_arn', 'identity'],
  ['aws_ssm_parameter', 'value', 'identity'],
  ['aws_security_group', 'egress[*]', 'network'],
  ['aws_route', 'nat_gateway_id', 'network'],
  ['aws_lb', 'subnets[*]', 'network'],
  ['aws_cloudwatch_log_group', 'retention_in_days', 'audit'],
  ['aws_config_configuration_recorder_status', 'is_recording', 'audit'],
  ['aws_rds_cluster', 'backup_retention_period', 'recovery'],
  ['aws_s3_bucket_versioning', 'versioning_configuration[0].status', 'recovery'],
  ['aws_lambda_event_source_mapping', 'filter_criteria[0].filter[0].pattern', 'safeguard'],
  ['aws_lambda_event_source_mapping', 'batch_size', 'unlisted'],
  ['aws_lambda_function_event_invoke_config', 'destination_config[0].on_failure[0].destination', 'safeguard'],
  ['aws_scheduler_schedule', 'schedule_expression', 'safeguard'],
  ['aws_scheduler_schedule', 'target[0].arn', 'way out'],
  ['aws_cloudwatch_event_rule', 'event_pattern', 'safeguard'],
  ['aws_cloudwatch_event_target', 'dead_letter_config[0].arn', 'safeguard'],
  ['aws_dynamodb_table', 'stream_view_type', 'safeguard'],
  ['aws_rds_cluster', 'engine_version', 'unlisted'],
  ['aws_unheard_of', 'something_new', 'unlisted'],
  ['output', 'value', 'output'],
  ['aws_ecs_service', 'desired_count', 'size'],
  ['aws_rds_cluster', 'preferred_maintenance_window', 'description'],
  ['aws_kms_key', 'tags.encrypted', 'tags'],
  ['aws_kms_key', 'tags_all.owner', 'tags'],
])('%s %s is about %s', (type, path, concern) => {
  expect(tableConcern({ type, path })).toBe(concern);
});

it('ranks public access before encryption, deletion, identity and, at the end, tags', () => {
  const ranks = (['public access', 'encryption', 'deletion', 'identity', 'unlisted', 'tags'] as const).map(concernRank);
  expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
  expect(concernRank('tags')).toBe(Object.keys(concerns).length - 1);
  const order = Object.values(concerns).map((level) => levels.indexOf(level));
  expect(order).toEqual([...order].sort((a, b) => a - b));
});

it('knows which level is worse', () => {
  expect(isAtLeast('critical', 'high')).toBe(true);
  expect(isAtLeast('high', 'high')).toBe(true);
  expect(isAtLeast('low', 'medium')).toBe(false);
});

it('has no rule that another hides altogether', () => {
  const sources = severityRules.map(({ type, path }) => `${type?.source ?? ''} ${path.source}`);
  expect(new Set(sources).size).toBe(sources.length);
});

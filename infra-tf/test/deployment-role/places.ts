/**
 * The resources on which AWS judges the actions that a planned resource needs: by type of ours, then by the type of AWS's own
 * list. `{region}`, `{account}` and `{name}` (of the environment) are filled in, and an attribute of a type with each value
 * that the plan has for it; what AWS names is `0`.
 */
export const PLACES: Readonly<Record<string, Readonly<Record<string, string>>>> = (() => {
  const bucket = { bucket: 's3:::{aws_s3_bucket.bucket}', object: 's3:::{aws_s3_bucket.bucket}/a/b.json' };
  const role = { role: 'iam::{account}:role/{aws_iam_role.name}' };
  const key = { key: 'kms:{region}:{account}:key/mrk-0' };
  const rule = {
    'event-bus': 'events:{region}:{account}:event-bus/{aws_cloudwatch_event_bus.name}',
    'rule-on-custom-event-bus':
      'events:{region}:{account}:rule/{aws_cloudwatch_event_bus.name}/{aws_cloudwatch_event_rule.name}',
    'rule-on-default-event-bus': 'events:{region}:{account}:rule/{aws_cloudwatch_event_rule.name}',
  };
  const groups = {
    'log-group': 'logs:{region}:{account}:log-group:{aws_cloudwatch_log_group.name}:*',
  };
  const scaling = {
    ScalableTarget: 'application-autoscaling:{region}:{account}:scalable-target/0',
    alarm: 'cloudwatch:{region}:{account}:alarm:TargetTracking-service/0',
  };
  const loadBalancer = {
    'loadbalancer/app/': 'elasticloadbalancing:{region}:{account}:loadbalancer/app/{aws_lb.name}/0',
    'listener/app': 'elasticloadbalancing:{region}:{account}:listener/app/{aws_lb.name}/0/0',
  };
  const cluster = {
    cluster: 'rds:{region}:{account}:cluster:{aws_rds_cluster.cluster_identifier}',
    'cluster-pg': 'rds:{region}:{account}:cluster-pg:{aws_rds_cluster_parameter_group.name}',
    'cluster-snapshot': 'rds:{region}:{account}:cluster-snapshot:by-hand',
    og: 'rds:{region}:{account}:og:default:aurora-postgresql-16',
    subgrp: 'rds:{region}:{account}:subgrp:{aws_db_subnet_group.name}',
    Secret: 'secretsmanager:{region}:{account}:secret:rds!cluster-0',
  };
  const functions = {
    function: 'lambda:{region}:{account}:function:{aws_lambda_function.function_name}',
    eventSourceMapping: 'lambda:{region}:{account}:event-source-mapping:0',
    object: 's3:::{name}-hoist-bucket-artifacts-0/functions/a.zip',
  };
  const table = {
    table: 'dynamodb:{region}:{account}:table/{aws_dynamodb_table.name}',
    stream: 'dynamodb:{region}:{account}:table/{aws_dynamodb_table.name}/stream/0',
  };
  const repository = { repository: 'codecommit:{region}:{account}:{aws_codecommit_repository.repository_name}' };
  const topic = { topic: 'sns:{region}:{account}:{aws_sns_topic.name}' };
  const caches = {
    parametergroup: 'elasticache:{region}:{account}:parametergroup:{aws_elasticache_parameter_group.name}',
    replicationgroup:
      'elasticache:{region}:{account}:replicationgroup:{aws_elasticache_replication_group.replication_group_id}',
    subnetgroup: 'elasticache:{region}:{account}:subnetgroup:{aws_elasticache_subnet_group.name}',
    user: 'elasticache:{region}:{account}:user:{aws_elasticache_user.user_id}',
    usergroup: 'elasticache:{region}:{account}:usergroup:{aws_elasticache_user_group.user_group_id}',
  };
  const only = <Of extends Record<string, string>>(all: Of, ...names: (keyof Of & string)[]): Record<string, string> =>
    Object.fromEntries(names.map((name) => [name, all[name] ?? '']));
  return {
    aws_acm_certificate: { certificate: 'acm:{region}:{account}:certificate/0' },
    aws_acm_certificate_validation: {},
    aws_appautoscaling_policy: scaling,
    aws_appautoscaling_target: scaling,
    aws_backup_plan: { backupPlan: 'backup:{region}:{account}:backup-plan:0' },
    aws_backup_selection: { backupPlan: 'backup:{region}:{account}:backup-plan:0' },
    aws_backup_vault: {
      backupVault: 'backup:{region}:{account}:backup-vault:{aws_backup_vault.name}',
      recoveryPoint: 'rds:{region}:{account}:cluster-snapshot:awsbackup:job-0',
    },
    aws_cloudwatch_composite_alarm: {
      alarm: 'cloudwatch:{region}:{account}:alarm:{aws_cloudwatch_composite_alarm.alarm_name}',
    },
    aws_cloudwatch_dashboard: {
      dashboard: 'cloudwatch::{account}:dashboard/{aws_cloudwatch_dashboard.dashboard_name}',
    },
    aws_cloudwatch_event_bus: only(rule, 'event-bus'),
    aws_cloudwatch_event_bus_policy: only(rule, 'event-bus'),
    aws_cloudwatch_event_rule: rule,
    aws_cloudwatch_event_target: rule,
    aws_cloudwatch_log_group: groups,
    aws_cloudwatch_log_metric_filter: groups,
    aws_cloudwatch_log_resource_policy: groups,
    aws_cloudwatch_metric_alarm: {
      alarm: 'cloudwatch:{region}:{account}:alarm:{aws_cloudwatch_metric_alarm.alarm_name}',
    },
    aws_codebuild_project: { project: 'codebuild:{region}:{account}:project/{aws_codebuild_project.name}' },
    aws_codecommit_approval_rule_template: {},
    aws_codecommit_approval_rule_template_association: repository,
    aws_codecommit_repository: repository,
    aws_config_configuration_recorder: {},
    aws_config_configuration_recorder_status: {},
    aws_config_delivery_channel: {},
    aws_db_parameter_group: { pg: 'rds:{region}:{account}:pg:{aws_db_parameter_group.name}' },
    aws_db_subnet_group: only(cluster, 'subgrp'),
    aws_dynamodb_resource_policy: table,
    aws_dynamodb_table: table,
    aws_ecr_repository: { repository: 'ecr:{region}:{account}:repository/{aws_ecr_repository.name}' },
    aws_ecr_repository_policy: { repository: 'ecr:{region}:{account}:repository/{aws_ecr_repository.name}' },
    aws_ecs_cluster: { cluster: 'ecs:{region}:{account}:cluster/{aws_ecs_cluster.name}' },
    aws_ecs_cluster_capacity_providers: { cluster: 'ecs:{region}:{account}:cluster/{aws_ecs_cluster.name}' },
    aws_ecs_service: { service: 'ecs:{region}:{account}:service/{aws_ecs_cluster.name}/{aws_ecs_service.name}' },
    aws_ecs_task_definition: {
      'task-definition': 'ecs:{region}:{account}:task-definition/{aws_ecs_task_definition.family}:1',
    },
    aws_elasticache_parameter_group: only(caches, 'parametergroup'),
    aws_elasticache_replication_group: caches,
    aws_elasticache_subnet_group: only(caches, 'subnetgroup'),
    aws_elasticache_user: only(caches, 'user'),
    aws_elasticache_user_group: only(caches, 'user', 'usergroup'),
    aws_iam_role: role,
    aws_iam_role_policy: role,
    aws_iam_role_policy_attachment: role,
    aws_kms_alias: { ...key, alias: 'kms:{region}:{account}:{aws_kms_alias.name}' },
    aws_kms_key: key,
    aws_kms_replica_key: key,
    aws_lambda_alias: functions,
    aws_lambda_event_source_mapping: functions,
    aws_lambda_function: functions,
    aws_lambda_function_event_invoke_config: functions,
    aws_lb: loadBalancer,
    aws_lb_listener: loadBalancer,
    aws_lb_target_group: {
      targetgroup: 'elasticloadbalancing:{region}:{account}:targetgroup/{aws_lb_target_group.name}/0',
    },
    aws_opensearch_domain: { domain: 'es:{region}:{account}:domain/{aws_opensearch_domain.domain_name}' },
    aws_rds_cluster: cluster,
    aws_rds_cluster_instance: { db: 'rds:{region}:{account}:db:{aws_rds_cluster_instance.identifier}' },
    aws_rds_cluster_parameter_group: only(cluster, 'cluster-pg'),
    aws_route53_record: { hostedzone: 'route53:::hostedzone/0', change: 'route53:::change/0' },
    aws_s3_bucket: bucket,
    aws_s3_bucket_lifecycle_configuration: bucket,
    aws_s3_bucket_logging: bucket,
    aws_s3_bucket_notification: bucket,
    aws_s3_bucket_ownership_controls: bucket,
    aws_s3_bucket_policy: bucket,
    aws_s3_bucket_public_access_block: bucket,
    aws_s3_bucket_replication_configuration: bucket,
    aws_s3_bucket_server_side_encryption_configuration: bucket,
    aws_s3_bucket_versioning: bucket,
    aws_s3_object: { ...key, object: 's3:::{aws_s3_object.bucket}/{aws_s3_object.key}' },
    aws_scheduler_schedule: { schedule: 'scheduler:{region}:{account}:schedule/default/{aws_scheduler_schedule.name}' },
    aws_secretsmanager_secret: {
      Secret: 'secretsmanager:{region}:{account}:secret:{aws_secretsmanager_secret.name}-0',
    },
    aws_sfn_state_machine: { statemachine: 'states:{region}:{account}:stateMachine:{aws_sfn_state_machine.name}' },
    aws_sns_topic: topic,
    aws_sns_topic_subscription: topic,
    aws_sqs_queue: { queue: 'sqs:{region}:{account}:{aws_sqs_queue.name}' },
    aws_vpc_endpoint: { hostedzone: 'route53:::hostedzone/0' },
    aws_wafv2_web_acl_association: {
      webacl: 'wafv2:{region}:{account}:regional/webacl/0/0',
      ...only(loadBalancer, 'loadbalancer/app/'),
    },
  };
})();

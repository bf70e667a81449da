export const levels = ['critical', 'high', 'medium', 'low'] as const;
export type Level = (typeof levels)[number];

/** What an attribute decides, the worst first. */
export const concerns = {
  'public access': 'critical',
  'wider access': 'critical',
  encryption: 'high',
  deletion: 'high',
  identity: 'high',
  code: 'high',
  safeguard: 'high',
  'way out': 'high',
  network: 'medium',
  audit: 'medium',
  recovery: 'medium',
  unlisted: 'medium',
  unmanaged: 'medium',
  check: 'medium',
  output: 'low',
  size: 'low',
  description: 'low',
  tags: 'low',
} as const satisfies Readonly<Record<string, Level>>;
export type Concern = keyof typeof concerns;

export const concernRank = (concern: Concern): number => Object.keys(concerns).indexOf(concern);

/** Whether a level is at least as bad as another. */
export const isAtLeast = (level: Level, other: Level): boolean => levels.indexOf(level) <= levels.indexOf(other);

interface SeverityRule {
  readonly concern: Concern;
  /** Types of resources; all when left out. */
  readonly type?: RegExp;
  /** The attribute's path. */
  readonly path: RegExp;
}

/** Resources that do nothing but forbid: without them, what they forbid is open. */
export const FORBIDS_PUBLIC_ACCESS = /_block_public_access(_configuration|_options)?$|_public_access_block$/;

/**
 * Reviewed: which attributes decide what, the first that fits. Whole words of a path, so that `subnet_ids` is no `net`. An
 * attribute that is not here is `unlisted` and of middle severity.
 */
export const severityRules: readonly SeverityRule[] = [
  { concern: 'output', type: /^output$/, path: /./ },

  { concern: 'public access', path: /^(publicly_accessible|assign_public_ip|map_public_ip_on_launch|internal)$/ },
  { concern: 'public access', path: /\bassign_public_ip$/ },
  {
    concern: 'public access',
    path: /^(block_public_acls|block_public_policy|ignore_public_acls|restrict_public_buckets)$/,
  },
  { concern: 'public access', path: /^(acl|grant|access_control_policy)\b/ },
  { concern: 'public access', type: FORBIDS_PUBLIC_ACCESS, path: /./ },

  // What goes somewhere else: data, logs, names and those who follow them.
  {
    concern: 'way out',
    path: /(^|[._])(destination_arn|log_destination|destination\[\d+\]\.(bucket|account))$|^access_logs\[\d+\]\.bucket$/,
  },
  { concern: 'way out', type: /^aws_s3_bucket_notification$/, path: /^(queue|topic|lambda_function|eventbridge)\b/ },
  { concern: 'way out', type: /^aws_cognito_user_pool_client$/, path: /^(callback_urls|default_redirect_uri)\b/ },
  { concern: 'way out', type: /^aws_sns_topic_subscription$/, path: /^(endpoint|protocol)$/ },
  { concern: 'way out', type: /^aws_(cloudwatch_event_target|pipes_pipe)$/, path: /^(arn|target)$/ },
  { concern: 'way out', type: /^aws_(cloudtrail|config_delivery_channel)$/, path: /^s3_bucket_name$/ },
  { concern: 'way out', type: /^aws_route53_record$/, path: /^(records|alias|type|set_identifier)\b/ },
  { concern: 'way out', type: /^aws_cloudfront_distribution$/, path: /\b(origin|aliases)\b.*/ },
  { concern: 'way out', type: /^aws_(lb|alb)_target_group_attachment$/, path: /^(target_id|port)$/ },
  { concern: 'way out', type: /_route_table_association$|^aws_route_table_association$/, path: /_id$/ },
  { concern: 'way out', path: /\bnetwork_configuration\[\d+\]\.subnets\b/ },
  { concern: 'way out', type: /^aws_scheduler_schedule$/, path: /^target\b/ },
  { concern: 'safeguard', type: /^aws_network_acl_association$/, path: /_id$/ },
  // Filtered or called at other times, it still stands there: changes reach nobody, or nobody looks.
  {
    concern: 'safeguard',
    type: /^aws_lambda_event_source_mapping$/,
    path: /^(filter_criteria|function_response_types|destination_config|maximum_retry_attempts|maximum_record_age_in_seconds|bisect_batch_on_function_error)\b/,
  },
  {
    concern: 'safeguard',
    type: /^aws_lambda_function_event_invoke_config$/,
    path: /^(destination_config|maximum_)/,
  },
  {
    concern: 'safeguard',
    type: /^aws_(scheduler_schedule|cloudwatch_event_rule)$/,
    path: /^(event_pattern|schedule_expression|start_date|end_date)$/,
  },
  { concern: 'safeguard', type: /^aws_cloudwatch_event_target$/, path: /^(dead_letter_config|input|retry_policy)/ },
  { concern: 'safeguard', type: /^aws_dynamodb_table$/, path: /^stream_view_type$/ },
  { concern: 'safeguard', type: /^aws_waf/, path: /^(rule|rules|default_action|addresses)\b/ },
  {
    concern: 'safeguard',
    type: /^aws_cloudwatch_(metric|composite)_alarm$/,
    path: /^(actions_enabled|alarm_actions|alarm_rule|threshold|evaluation_periods|datapoints_to_alarm|treat_missing_data|metric_name)\b/,
  },
  { concern: 'safeguard', type: /^aws_secretsmanager_secret_rotation$/, path: /^rotation_/ },

  { concern: 'deletion', path: /^#(existence|replacement|rename)$/ },
  { concern: 'unmanaged', path: /^#management$/ },
  { concern: 'tags', path: /^(tags|tags_all)\b/ },

  // Who may come in, where a list or a file elsewhere says who that is.
  {
    concern: 'identity',
    path: /(^|[._])(user_group_ids|user_names|acl_name|secret_arn_list|key_name|certificate_authority_arns|signing_profile_version_arns|aws_service_access_principals|auth_mode|cognito_options|internal_user_database_enabled|(admin|valid|invalid)_user_list|ca_certificates_bundle\w*|authentication_providers|saml_options|ldap_server_metadata)([._[]|$)/,
  },
  { concern: 'identity', type: /^aws_mq_broker$/, path: /^user\b/ },
  { concern: 'identity', type: /^aws_cognito_user_pool$/, path: /^lambda_config\b/ },
  { concern: 'encryption', path: /(^|[._])(kms|encrypt|encrypted|encryption|sse|tls|ssl|cipher)([._[]|$)/ },
  {
    concern: 'encryption',
    path: /(kms_key|kms_master_key|encryption|encrypted|ssl_policy|certificate_arn|sse_algorithm)/,
  },
  { concern: 'encryption', type: /_encryption_configuration$|_encryption_by_default$|_default_kms_key$/, path: /./ },
  { concern: 'encryption', path: /^ca_cert(ificate)?_identifier$/ },
  { concern: 'encryption', path: /(^|[._])(minimum_protocol_version|security_policy|tls_security_policy)$/ },
  {
    concern: 'identity',
    type: /^aws_(lb|alb)_listener$/,
    path: /authenticate_(oidc|cognito)|^mutual_authentication\b/,
  },
  { concern: 'encryption', type: /^aws_lb_listener$/, path: /^(protocol|default_action)\b/ },
  { concern: 'encryption', type: /_parameter_group$/, path: /^parameter\b/ },

  {
    concern: 'deletion',
    path: /^(force_destroy|force_delete|skip_final_snapshot|recovery_window_in_days|deletion_window_in_days|is_enabled|prevent_destroy)$/,
  },
  { concern: 'deletion', path: /deletion_protection/ },

  {
    concern: 'identity',
    path: /(^|[._])(assume_role_policy|inline_policy|managed_policy_arns|permissions_boundary)([._[]|$)/,
  },
  { concern: 'identity', path: /(^|[._])(policy|policy_arn|access_policies|principal|role|role_arn)([._[]|$)/ },
  {
    concern: 'identity',
    path: /(task_role_arn|execution_role_arn|iam_role|iam_database_authentication|master_user|password)/,
  },
  {
    concern: 'identity',
    path: /(^|[._])(iam_instance_profile|trusted_key_groups|trusted_signers|access_string)([._[]|$)/,
  },
  // By what somebody shows who they are.
  {
    concern: 'identity',
    path: /(^|[._])(auth_token|authentication_(mode|strategy|type)|auth_type|client_authentication|admin_user_?name|cluster_public_key)([._[]|$)/,
  },
  { concern: 'identity', type: /^aws_iam_/, path: /./ },
  { concern: 'identity', type: /^aws_(api_gateway|apigatewayv2)_/, path: /^(authorization|authorizer)/ },
  // A secret that somebody else has set is one that somebody else knows.
  {
    concern: 'identity',
    type: /^aws_(ssm_parameter|secretsmanager_secret_version)$/,
    path: /^(value|insecure_value|secret_string|secret_binary)$/,
  },

  // What runs is not what was reviewed.
  { concern: 'code', type: /^aws_ecs_service$/, path: /^task_definition$/ },
  { concern: 'code', type: /^aws_ssm_document$/, path: /^content\b/ },
  { concern: 'code', type: /^aws_sfn_state_machine$/, path: /^definition\b/ },
  { concern: 'code', type: /^aws_codebuild_project$/, path: /^(source|secondary_sources|environment)\b/ },
  { concern: 'code', type: /^aws_lambda_alias$/, path: /^(function_version|routing_config)\b/ },
  { concern: 'code', type: /^aws_lambda_function$/, path: /^(environment|code_signing_config_arn)\b/ },
  {
    concern: 'code',
    type: /^aws_(lambda_|ecs_task_definition|instance|launch_)/,
    path: /(^|[._])(container_definitions|image|image_uri|image_id|ami|user_data\w*|source_code_hash|code_sha256|s3_key|handler|layers|runtime)([._[]|$)/,
  },
  {
    concern: 'safeguard',
    path: /(^|\.)(image_tag_mutability|scan_on_push|enable_execute_command|enable_http_endpoint)$/,
  },
  { concern: 'encryption', type: /^aws_(lb|alb)_target_group$/, path: /^protocol\b/ },
  { concern: 'encryption', path: /(^|[.])(target_key_id|enable_key_rotation)$/ },

  {
    concern: 'network',
    type: /^aws_(security_group|vpc_security_group|network_acl|default_(network_acl|security_group|route_table)|route)/,
    path: /./,
  },
  {
    concern: 'network',
    path: /^(ingress|egress|security_groups|security_group_ids|vpc_security_group_ids|subnets|subnet_ids|vpc_id|route|routes)\b/,
  },
  { concern: 'network', path: /(network_configuration|vpc_config|availability_zones|listener|port$|cidr)/ },
  // A way that stands in what it leads to.
  {
    concern: 'network',
    path: /(^|[._])(load_balancers?|target_group_arns|traffic_source|route_table_ids|ip_address_type|network_type|source_dest_check|subnet_group(_name)?)([._[]|$)/,
  },

  {
    concern: 'audit',
    path: /(retention_in_days|access_logs|enabled_cloudwatch_logs_exports|logging|log_|recording|traffic_type)/,
  },
  { concern: 'audit', type: /^aws_(config_|flow_log|cloudwatch_log_|cloudtrail)/, path: /./ },

  {
    concern: 'recovery',
    path: /(backup|snapshot|versioning|replication|replica|point_in_time|lifecycle|multi_az|deletion_copy|copy_action|schedule)/,
  },
  {
    concern: 'recovery',
    type: /^aws_backup_|_versioning$|_replication_configuration$|_lifecycle_configuration$/,
    path: /./,
  },

  {
    concern: 'size',
    path: /^(desired_count|instance_class|instance_type|cpu|memory|min_capacity|max_capacity|allocated_storage|capacity)$/,
  },
  { concern: 'size', path: /(scaling|_capacity)/ },
  { concern: 'description', path: /^(description|comment|preferred_\w+_window|#address)$/ },
];

export interface Severity {
  readonly concern: Concern;
  readonly level: Level;
}

/** What a changed attribute decides, by the reviewed table. @param path as people read it, for example `ingress[*]` */
export const tableConcern = ({ type, path }: { readonly type: string; readonly path: string }): Concern =>
  severityRules.find((rule) => (rule.type?.test(type) ?? true) && rule.path.test(path))?.concern ?? 'unlisted';

export const severityOfConcern = (concern: Concern): Severity => ({ concern, level: concerns[concern] });

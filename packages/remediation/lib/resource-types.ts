/** Types of AWS's provider whose names begin so; with `$`, of exactly that name. */
const aws = (...names: readonly string[]): RegExp => new RegExp(`^aws_(?:${names.join('|')})`);

/**
 * What a machine may make anew when it is gone: it holds nothing that would not come back, gives no right, is no way, and sends nothing
 * but what is evidence. Any other type is left to people, also one that AWS has yet to think of.
 */
export const MADE_ANEW = aws(
  `(?:${[
    // Who looks, and when they ring.
    'cloudwatch_(metric_alarm|composite_alarm|dashboard|event_rule|query_definition|log_metric_filter|log_data_protection_policy)',
    'flow_log|cloudtrail|config_(config_rule|configuration_recorder(_status)?|delivery_channel)|s3_bucket_logging|ecr_registry_scanning_configuration',
    'guardduty_detector|accessanalyzer_analyzer|inspector2_enabler|macie2_account|securityhub_(account|standards_subscription)|route53_health_check|budgets_budget',
    // How others keep what they have, and are approved of.
    's3_bucket_(versioning|server_side_encryption_configuration|ownership_controls|object_lock_configuration|lifecycle_configuration|metric)|ebs_encryption_by_default',
    'backup_(plan|selection)|wafv2_web_acl_(association|logging_configuration)|codecommit_approval_rule_template(_association)?',
    // How many of them there are, and what they are called.
    'sns_topic|appautoscaling_(policy|scheduled_action|target)|autoscaling_(policy|schedule)|ecs_(cluster_capacity_providers|task_definition)|resourcegroups_group|ec2_tag',
  ].join('|')})$`,
);

/** Types of databases, of which `ENGINE` are the parts that make another one of them. */
export const DATABASES = aws(
  'rds_|db_|docdb|neptune_|elasticache_|opensearch|elasticsearch_|redshift|memorydb_|mq_|msk_',
);
export const ENGINE =
  /^(engine(_mode|_type)?|family|allow_major_version_upgrade|(\w+_)?(engine|cluster|kafka|elasticsearch)_version)$/;

export const OF_NETWORKS = aws(
  'vpc_|security_group|default_|network_|(main_)?route(_|$)|subnet|ec2_managed_prefix_list|lb|alb|eip',
);

/** Parts of those that say how fast, how evenly and how healthy, and nothing of who reaches what. */
export const ONLY_PACE =
  /^(idle_timeout|client_keep_alive|enable_(cross_zone_load_balancing|http2|zonal_shift)|drop_invalid_header_fields|desync_mitigation_mode|deregistration_delay|connection_termination|slow_start|health_check|stickiness|load_balancing_\w+|target_group_health)(\.|$)/;

/** Made anew, one of these gives rights again that somebody has taken away; which, often stands elsewhere. So may a part of it that no table knows. */
const GIVES_RIGHTS = aws(
  'iam_|ssoadmin_|identitystore_|lakeformation_|rolesanywhere_|ram_|kms_grant$|eks_(access_|pod_identity_|identity_provider_)|ssm_activation$',
  'organizations_(account$|policy|resource_policy|delegated_)|(\\w+_)?(organization_|delegated_)admin_account|fms_admin_account$|config_aggregate_authorization$',
  // Who signs in, and with what.
  'cognito_(identity_|user_in_group$|user_group$|(managed_)?user_pool_client$|user$|resource_server$)|verifiedpermissions_(policy|identity_source)|verifiedaccess_(\\w+_)?trust_provider',
  'quicksight_|grafana_(role_association|workspace_(api_key|saml|service_account))|connect_(user|security_profile)$|appstream_(user|directory_config)|finspace_kx_user$|datazone_user_profile$',
  'directory_service_(trust|shared_directory)|emr_studio_session_mapping$|sagemaker_(user_profile|workforce|workteam)$|cloud9_environment_membership$|opsworks_user_profile$',
  'opensearchserverless_(access_policy|security_)|db_proxy|appsync_api_key$|wafv2_api_key$|api_gateway_api_key$',
  // Keys and certificates that somebody else holds the other half of.
  'key_pair$|secretsmanager_secret_version$|lightsail_(key_pair|bucket_(access_key|resource_access))$|ivs_playback_key_pair$|cloudfront_(public_key|key_group)$|iot_(authorizer|(ca_)?certificate|role_alias|policy_attachment|thing_principal_attachment|provisioning_template)',
  'chime_voice_connector_termination|codebuild_source_credential$',
  // What is shared.
  's3control_access_grant|servicecatalog_(principal_|portfolio_share|organizations_access)|licensemanager_grant|auditmanager_framework_share$|securitylake_subscriber$|route53_vpc_association_authorization$|shield_drt_access_',
);
const PERMISSION = /_permissions?$/;
export const isOfRights = (type: string): boolean => GIVES_RIGHTS.test(type) || PERMISSION.test(type);

/** Made anew, one of these is a way again that somebody has closed. */
export const WAYS = aws(
  'internet_gateway|egress_only_internet_gateway|nat_gateway|ec2_(transit_gateway|client_vpn|carrier_gateway|local_gateway|instance_connect_endpoint)|dx_|vpn_|customer_gateway|networkmanager_',
  'elb(_|$)|load_balancer_|autoscaling_(attachment|traffic_source_attachment)$|globalaccelerator_|cloudfront_(distribution|vpc_origin)|verifiedaccess_(endpoint|group|instance)',
  'lambda_function_url|api_gateway|apigatewayv2_|appsync_(graphql_api|source_api|domain_name)|vpclattice_|transfer_|service_discovery_|appmesh_(virtual_gateway|gateway_route|route)',
  'amplify_(app|branch|domain)|apprunner_(service|vpc_ingress|custom_domain)|elastic_beanstalk_environment$|lightsail_(instance_public_ports|lb|distribution|container_service|static_ip_attachment|domain)|cognito_user_pool_domain$',
  's3_access_point$|s3_bucket_website|s3control_(multi_region|object_lambda)_access_point$|s3outposts_endpoint$|opensearchserverless_vpc_endpoint$|workspaces_(ip_group|connection_alias)|medialive_input|kendra_experience$',
  'route53_(record|records_exclusive|zone_association|resolver_(endpoint|rule)|cidr_|traffic_policy_instance|delegation)|route53profiles_|route53domains_|route53recoverycontrolconfig_',
);

/** These keep out as well as let in, so of no change it is known that it only closes: an address more may be one that is blocked, or sent to a firewall. */
export const FIREWALLS =
  /^aws_(wafv2_(web_acl|rule_group|ip_set|regex_pattern_set)$|waf_|wafregional_|networkfirewall_|route53_resolver_firewall_|guardduty_(ipset|threatintelset)|ses_receipt_filter|cognito_risk_configuration$|ec2_traffic_mirror_filter_rule$|finspace_kx_environment$|fms_policy$|ec2_managed_prefix_list(_entry)?$|(lb|alb)_listener_rule$)/;

/**
 * Made anew, one of these sends again what somebody may have stopped: messages, events, log lines or objects, to an address or an account.
 * What only keeps evidence (a flow log, a trail) is none of them.
 */
export const SENDS = aws(
  `(?:${[
    'sns_topic_subscription|cloudwatch_event_(target|api_destination|connection|endpoint)|scheduler_schedule|pipes_pipe|iot_topic_rule',
    'cloudwatch_log_(subscription_filter|account_policy|delivery)|cloudwatch_metric_stream|oam_link|osis_pipeline|kinesis_firehose_delivery_stream|kinesisanalyticsv2_application',
    'lambda_event_source_mapping|lambda_function_event_invoke_config|codecommit_trigger|codebuild_webhook|codepipeline_webhook|codestarnotifications_notification_rule|chatbot_(slack|teams)_channel_configuration',
    's3_bucket_(notification|replication_configuration|inventory|analytics_configuration)|ecr_replication_configuration|dynamodb_kinesis_streaming_destination|ec2_traffic_mirror_session|ssm_resource_data_sync',
    'sesv2_configuration_set_event_destination|ses_event_destination|ses_(receipt_rule|active_receipt_rule_set|identity_notification_topic)|pinpoint_event_stream|cloudfront_realtime_log_config|securitylake_subscriber_notification',
    'dms_replication_(task|config)|datasync_task|appflow_flow|dataexchange_event_action|db_event_subscription|autoscaling_notification|cur_report_definition|bcmdataexports_export',
  ].join('|')})$`,
);

/** These are nothing but what they let in and deny: made anew, one of them brings nothing back empty. */
export const IS_ACCESS = /(_policy|_network_acl_rule|_public_access_block)$|_block_public_access/;

/** How long another resource keeps what it has. */
export const KEEPS_FOR = /_lifecycle_|_retention_/;

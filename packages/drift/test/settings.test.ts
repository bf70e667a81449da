import { told, type Values } from './support/changed.ts';

type Row = readonly [name: string, type: string, before: Values, after: Values, expected: string];

const PUBLIC = 'critical public access';
const WIDER = 'critical wider access';
const WAY_OUT = 'high way out';
const SAFEGUARD = 'high safeguard';
const IDENTITY = 'high identity';
const CODE = 'high code';
const ENCRYPTION = 'high encryption';
const DELETION = 'high deletion';

describe('changes of settings that stand alone', () => {
  it.each<Row>([
    [
      'a firewall that lets through what it blocked',
      'aws_wafv2_web_acl',
      { default_action: [{ block: [{}], allow: [] }] },
      { default_action: [{ block: [], allow: [{}] }] },
      WIDER,
    ],
    [
      'a rule of a firewall that is gone',
      'aws_wafv2_web_acl',
      {
        rule: [
          { name: 'a', action: [{ block: [{}] }] },
          { name: 'b', action: [{ block: [{}] }] },
        ],
      },
      { rule: [{ name: 'a', action: [{ block: [{}] }] }] },
      WIDER,
    ],
    [
      'any web page, to read a bucket',
      'aws_s3_bucket_cors_configuration',
      { cors_rule: [{ allowed_origins: ['https://a.example'], allowed_methods: ['GET'] }] },
      { cors_rule: [{ allowed_origins: ['*'], allowed_methods: ['GET'] }] },
      WIDER,
    ],
    [
      'a role without its boundary',
      'aws_iam_role',
      { permissions_boundary: 'arn:aws:iam::1:policy/b' },
      { permissions_boundary: '' },
      WIDER,
    ],
    [
      'one audience more of a sign-in',
      'aws_iam_openid_connect_provider',
      { client_id_list: ['a'] },
      { client_id_list: ['a', 'b'] },
      WIDER,
    ],
    [
      "a denial less in an organisation's policy",
      'aws_organizations_policy',
      {
        content: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Deny', Action: 's3:*', Resource: '*' },
            { Effect: 'Deny', Action: 'iam:*', Resource: '*' },
          ],
        }),
      },
      {
        content: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }],
        }),
      },
      WIDER,
    ],
    [
      'an API by a key alone',
      'aws_appsync_graphql_api',
      { authentication_type: 'AWS_IAM' },
      { authentication_type: 'API_KEY' },
      WIDER,
    ],
    [
      'a search domain without users',
      'aws_opensearch_domain',
      { advanced_security_options: [{ enabled: true }] },
      { advanced_security_options: [{ enabled: false }] },
      WIDER,
    ],
    [
      'networks that join without being asked',
      'aws_ec2_transit_gateway',
      { auto_accept_shared_attachments: 'disable' },
      { auto_accept_shared_attachments: 'enable' },
      WIDER,
    ],
    [
      "an API past its own domain's name",
      'aws_apigatewayv2_api',
      { disable_execute_api_endpoint: true },
      { disable_execute_api_endpoint: false },
      WIDER,
    ],
    [
      'another group of an endpoint',
      'aws_vpc_endpoint',
      { security_group_ids: ['sg-1'] },
      { security_group_ids: ['sg-2'] },
      WIDER,
    ],
    [
      'a service in one group more',
      'aws_ecs_service',
      { network_configuration: [{ security_groups: ['sg-1'] }] },
      { network_configuration: [{ security_groups: ['sg-1', 'sg-2'] }] },
      WIDER,
    ],
    [
      'a database in another group',
      'aws_rds_cluster',
      { vpc_security_group_ids: ['sg-1'] },
      { vpc_security_group_ids: ['sg-2'] },
      WIDER,
    ],
    [
      'one user more in a cache',
      'aws_elasticache_user_group',
      { user_ids: ['a'] },
      { user_ids: ['a', 'default'] },
      WIDER,
    ],
    [
      'one factor instead of two',
      'aws_cognito_user_pool',
      { mfa_configuration: 'ON' },
      { mfa_configuration: 'OFF' },
      SAFEGUARD,
    ],
    [
      'a distribution without its firewall',
      'aws_cloudfront_distribution',
      { web_acl_id: 'arn:aws:wafv2:x' },
      { web_acl_id: '' },
      SAFEGUARD,
    ],
    [
      'a secret that is changed less often',
      'aws_secretsmanager_secret_rotation',
      { rotation_rules: [{ automatically_after_days: 30 }] },
      { rotation_rules: [{ automatically_after_days: 365 }] },
      SAFEGUARD,
    ],
    [
      'objects that belong to who wrote them',
      'aws_s3_bucket_ownership_controls',
      { rule: [{ object_ownership: 'BucketOwnerEnforced' }] },
      { rule: [{ object_ownership: 'ObjectWriter' }] },
      SAFEGUARD,
    ],
    [
      'a lock that some may lift',
      'aws_s3_bucket_object_lock_configuration',
      { rule: [{ default_retention: [{ mode: 'COMPLIANCE', days: 30 }] }] },
      { rule: [{ default_retention: [{ mode: 'GOVERNANCE', days: 30 }] }] },
      SAFEGUARD,
    ],
    ['a trail that is off', 'aws_cloudtrail', { enable_logging: true }, { enable_logging: false }, SAFEGUARD],
    [
      'a trail of less',
      'aws_cloudtrail',
      { event_selector: [{ include_management_events: true, read_write_type: 'All' }] },
      { event_selector: [{ include_management_events: false, read_write_type: 'WriteOnly' }] },
      SAFEGUARD,
    ],
    [
      'an alarm that tells nobody',
      'aws_cloudwatch_metric_alarm',
      { actions_enabled: true },
      { actions_enabled: false },
      SAFEGUARD,
    ],
    [
      'an alarm with nobody to tell',
      'aws_cloudwatch_metric_alarm',
      { alarm_actions: ['arn:a'] },
      { alarm_actions: [] },
      SAFEGUARD,
    ],
    ['an alarm that comes later', 'aws_cloudwatch_metric_alarm', { threshold: 1 }, { threshold: 1000 }, SAFEGUARD],
    ['a flow log of less', 'aws_flow_log', { traffic_type: 'ALL' }, { traffic_type: 'ACCEPT' }, SAFEGUARD],
    [
      'a subnet with another ACL',
      'aws_network_acl_association',
      { network_acl_id: 'a' },
      { network_acl_id: 'b' },
      SAFEGUARD,
    ],
    [
      'requests that are not looked at',
      'aws_lb',
      { desync_mitigation_mode: 'strictest' },
      { desync_mitigation_mode: 'monitor' },
      SAFEGUARD,
    ],
    [
      'messages to somebody else',
      'aws_sns_topic_subscription',
      { endpoint: 'arn:aws:sqs:eu-west-1:111111111111:a' },
      { endpoint: 'arn:aws:sqs:eu-west-1:999999999999:a' },
      WAY_OUT,
    ],
    [
      'copies in another account',
      'aws_s3_bucket_replication_configuration',
      { rule: [{ destination: [{ bucket: 'arn:aws:s3:::a', account: '' }] }] },
      { rule: [{ destination: [{ bucket: 'arn:aws:s3:::b', account: '999999999999' }] }] },
      WAY_OUT,
    ],
    [
      'logs to another account',
      'aws_cloudwatch_log_subscription_filter',
      { destination_arn: 'arn:aws:kinesis:eu-west-1:1:stream/a' },
      { destination_arn: 'arn:aws:kinesis:eu-west-1:9:stream/a' },
      WAY_OUT,
    ],
    [
      'a name that leads elsewhere',
      'aws_route53_record',
      { records: ['a.example'] },
      { records: ['b.example'] },
      WAY_OUT,
    ],
    [
      'an alias that leads elsewhere',
      'aws_route53_record',
      { alias: [{ name: 'a' }] },
      { alias: [{ name: 'b' }] },
      WAY_OUT,
    ],
    [
      'another origin',
      'aws_cloudfront_distribution',
      { origin: [{ domain_name: 'a', origin_id: 'o' }] },
      { origin: [{ domain_name: 'b', origin_id: 'o' }] },
      WAY_OUT,
    ],
    ['a trail to another bucket', 'aws_cloudtrail', { s3_bucket_name: 'a' }, { s3_bucket_name: 'b' }, WAY_OUT],
    [
      'tasks in another subnet',
      'aws_ecs_service',
      { network_configuration: [{ subnets: ['subnet-1'] }] },
      { network_configuration: [{ subnets: ['subnet-2'] }] },
      WAY_OUT,
    ],
    [
      'a subnet with other routes',
      'aws_route_table_association',
      { route_table_id: 'rtb-1' },
      { route_table_id: 'rtb-2' },
      WAY_OUT,
    ],
    [
      'another target behind a load balancer',
      'aws_lb_target_group_attachment',
      { target_id: 'a' },
      { target_id: 'b' },
      WAY_OUT,
    ],
    [
      'a distribution that asks for no signature',
      'aws_cloudfront_distribution',
      { default_cache_behavior: [{ trusted_key_groups: ['k'] }] },
      { default_cache_behavior: [{ trusted_key_groups: [] }] },
      IDENTITY,
    ],
    [
      'another sign-in',
      'aws_iam_saml_provider',
      { saml_metadata_document: '<a/>' },
      { saml_metadata_document: '<b/>' },
      IDENTITY,
    ],
    [
      'another role of a function',
      'aws_lambda_function',
      { role: 'arn:aws:iam::1:role/a' },
      { role: 'arn:aws:iam::1:role/b' },
      IDENTITY,
    ],
    [
      'another role of a machine',
      'aws_instance',
      { iam_instance_profile: 'a' },
      { iam_instance_profile: 'b' },
      IDENTITY,
    ],
    [
      'more rights in a cache',
      'aws_elasticache_user',
      { access_string: 'on ~app::* +get' },
      { access_string: 'on ~* +@all' },
      IDENTITY,
    ],
    [
      'an older protocol',
      'aws_cloudfront_distribution',
      { viewer_certificate: [{ minimum_protocol_version: 'TLSv1.2_2021' }] },
      { viewer_certificate: [{ minimum_protocol_version: 'TLSv1' }] },
      ENCRYPTION,
    ],
    [
      'a broker that also speaks in the clear',
      'aws_msk_cluster',
      { encryption_info: [{ encryption_in_transit: [{ client_broker: 'TLS' }] }] },
      { encryption_info: [{ encryption_in_transit: [{ client_broker: 'TLS_PLAINTEXT' }] }] },
      ENCRYPTION,
    ],
    [
      'a search domain by plain HTTP',
      'aws_opensearch_domain',
      { domain_endpoint_options: [{ enforce_https: true }] },
      { domain_endpoint_options: [{ enforce_https: false }] },
      ENCRYPTION,
    ],
    [
      'an older protocol of a search domain',
      'aws_opensearch_domain',
      { domain_endpoint_options: [{ tls_security_policy: 'Policy-Min-TLS-1-2-2019-07' }] },
      { domain_endpoint_options: [{ tls_security_policy: 'Policy-Min-TLS-1-0-2019-07' }] },
      ENCRYPTION,
    ],
    ['another key behind a name', 'aws_kms_alias', { target_key_id: 'a' }, { target_key_id: 'b' }, ENCRYPTION],
    [
      'other commands for machines',
      'aws_ssm_document',
      { content: '{"mainSteps":[{"a":1}]}' },
      { content: '{"mainSteps":[{"a":2}]}' },
      CODE,
    ],
    [
      'other steps of a state machine',
      'aws_sfn_state_machine',
      { definition: '{"States":{"A":1}}' },
      { definition: '{"States":{"A":2}}' },
      CODE,
    ],
    [
      'another source of a build',
      'aws_codebuild_project',
      { source: [{ location: 'a', buildspec: 'x' }] },
      { source: [{ location: 'b', buildspec: 'y' }] },
      CODE,
    ],
    ['another version behind an alias', 'aws_lambda_alias', { function_version: '1' }, { function_version: '2' }, CODE],
    [
      'another version for a part of the calls',
      'aws_lambda_alias',
      { routing_config: [] },
      { routing_config: [{ additional_version_weights: { 2: 0.5 } }] },
      CODE,
    ],
    [
      'other settings of a function',
      'aws_lambda_function',
      { environment: [{ variables: { A: '1' } }] },
      { environment: [{ variables: { A: '2' } }] },
      CODE,
    ],
    ['a layer for anybody', 'aws_lambda_layer_version_permission', null, { principal: '*' }, PUBLIC],
    [
      'an event bus for anybody',
      'aws_cloudwatch_event_permission',
      { principal: '111111111111' },
      { principal: '*' },
      PUBLIC,
    ],
    [
      'a file server on the internet',
      'aws_transfer_server',
      { endpoint_type: 'VPC' },
      { endpoint_type: 'PUBLIC' },
      PUBLIC,
    ],
    [
      'a broker that asks nobody who it is',
      'aws_msk_cluster',
      { client_authentication: [{ unauthenticated: false }] },
      { client_authentication: [{ unauthenticated: true }] },
      PUBLIC,
    ],
    [
      'a broker on the internet',
      'aws_msk_cluster',
      { broker_node_group_info: [{ connectivity_info: [{ public_access: [{ type: 'DISABLED' }] }] }] },
      { broker_node_group_info: [{ connectivity_info: [{ public_access: [{ type: 'SERVICE_PROVIDED_EIPS' }] }] }] },
      PUBLIC,
    ],
    [
      'a service on the internet',
      'aws_apprunner_service',
      { network_configuration: [{ ingress_configuration: [{ is_publicly_accessible: false }] }] },
      { network_configuration: [{ ingress_configuration: [{ is_publicly_accessible: true }] }] },
      PUBLIC,
    ],
    [
      'a search domain that lets in the unknown',
      'aws_opensearch_domain',
      { advanced_security_options: [{ anonymous_auth_enabled: false, enabled: true }] },
      { advanced_security_options: [{ anonymous_auth_enabled: true, enabled: true }] },
      PUBLIC,
    ],
    [
      'a lock of a vault that is gone',
      'aws_backup_vault_lock_configuration',
      { min_retention_days: 7 },
      null,
      DELETION,
    ],
    [
      'a shorter lock of a vault',
      'aws_backup_vault_lock_configuration',
      { min_retention_days: 30 },
      { min_retention_days: 1 },
      DELETION,
    ],
    [
      'items that expire',
      'aws_dynamodb_table',
      { ttl: [{ enabled: false }] },
      { ttl: [{ enabled: true, attribute_name: 'x' }] },
      DELETION,
    ],
  ])('%s', (_name, type, before, after, expected) => {
    expect(told(type, before, after)).toBe(expected);
  });
});

describe('a group of rules of a firewall', () => {
  it('that only counts by now lets through what it blocked', () => {
    const [blocks, counts] = [
      { none: [{}], count: [] },
      { none: [], count: [{}] },
    ].map((each) => ({
      rule: [{ name: 'a', action: [], override_action: [each] }],
    }));
    expect(told('aws_wafv2_web_acl', blocks ?? null, counts ?? null)).toBe(WIDER);
  });
});

describe('the same settings, closed again or changed for nothing', () => {
  it.each<Row>([
    [
      'one group less',
      'aws_ecs_service',
      { network_configuration: [{ security_groups: ['sg-1', 'sg-2'] }] },
      { network_configuration: [{ security_groups: ['sg-1'] }] },
      'medium network',
    ],
    [
      'a boundary where there was none',
      'aws_iam_role',
      { permissions_boundary: '' },
      { permissions_boundary: 'arn:aws:iam::1:policy/b' },
      IDENTITY,
    ],
    [
      'another boundary',
      'aws_iam_role',
      { permissions_boundary: 'arn:aws:iam::1:policy/a' },
      { permissions_boundary: 'arn:aws:iam::1:policy/b' },
      IDENTITY,
    ],
    [
      'a rule of a firewall that only let through',
      'aws_wafv2_web_acl',
      { rule: [{ name: 'a', action: [{ allow: [{}] }] }] },
      { rule: [] },
      SAFEGUARD,
    ],
    [
      'a firewall that blocks by default',
      'aws_wafv2_web_acl',
      { default_action: [{ allow: [{}], block: [] }] },
      { default_action: [{ allow: [], block: [{}] }] },
      SAFEGUARD,
    ],
    ['a permission that is gone', 'aws_cloudwatch_event_permission', { principal: '*' }, null, DELETION],
    [
      'a service that is no longer public',
      'aws_apprunner_service',
      { network_configuration: [{ ingress_configuration: [{ is_publicly_accessible: true }] }] },
      { network_configuration: [{ ingress_configuration: [{ is_publicly_accessible: false }] }] },
      'medium network',
    ],
    [
      'a longer lock of a vault',
      'aws_backup_vault_lock_configuration',
      { min_retention_days: 1 },
      { min_retention_days: 30 },
      'medium recovery',
    ],
  ])('%s', (_name, type, before, after, expected) => {
    expect(told(type, before, after)).toBe(expected);
  });
});

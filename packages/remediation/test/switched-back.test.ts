import { verdictsOf } from '../lib/verdict.ts';
import { plansOf } from './support/plans.ts';

type Values = Readonly<Record<string, unknown>>;

/** A hand has changed it so; the way back is another thing than the change. */
const told = (type: string, recorded: Values, now: Values): string =>
  verdictsOf(plansOf([{ type, recorded, now }]))
    .map(({ remedy, refused }) => [remedy, ...refused].join(' '))
    .join('; ');

describe('a way that somebody closed inside another resource is left to people, as one of its own would be', () => {
  it.each<[string, Values, Values]>([
    ['aws_eip', { instance: 'i-1', network_interface: 'eni-1' }, { instance: '', network_interface: '' }],
    ['aws_vpc_endpoint', { route_table_ids: ['rtb-1', 'rtb-2'] }, { route_table_ids: ['rtb-1'] }],
    ['aws_vpc_endpoint_service', { network_load_balancer_arns: ['a', 'b'] }, { network_load_balancer_arns: ['a'] }],
    [
      'aws_vpc_block_public_access_options',
      { internet_gateway_block_mode: 'off' },
      { internet_gateway_block_mode: 'block-bidirectional' },
    ],
    ['aws_lb', { ip_address_type: 'dualstack' }, { ip_address_type: 'ipv4' }],
    [
      'aws_lb',
      { enforce_security_group_inbound_rules_on_private_link_traffic: 'off' },
      { enforce_security_group_inbound_rules_on_private_link_traffic: 'on' },
    ],
    ['aws_ecs_service', { load_balancer: [{ target_group_arn: 'a' }] }, { load_balancer: [] }],
    ['aws_autoscaling_group', { target_group_arns: ['a'] }, { target_group_arns: [] }],
    ['aws_db_instance', { db_subnet_group_name: 'public' }, { db_subnet_group_name: 'private' }],
    ['aws_instance', { source_dest_check: false }, { source_dest_check: true }],
  ])('%s %j', (type, recorded, now) => {
    expect(told(type, recorded, now)).toBe('mending network');
  });

  it('but what only says how fast and how healthy is mended', () => {
    expect(told('aws_lb', { idle_timeout: 60 }, { idle_timeout: 30 })).toBe('mending');
    const check = (path: string) => ({ health_check: [{ path }], deregistration_delay: path.length });
    expect(told('aws_lb_target_group', check('/up'), check('/'))).toBe('mending');
    const headers = (drop_invalid_header_fields: boolean) => ({ drop_invalid_header_fields });
    expect(told('aws_lb', headers(true), headers(false))).toBe('mending');
  });

  it('and one that was opened is closed', () => {
    const mode = (internet_gateway_block_mode: string) => ({ internet_gateway_block_mode });
    expect(told('aws_vpc_block_public_access_options', mode('block-ingress'), mode('off'))).toBe('closing');
  });
});

describe('who comes in, and by what, is left to people', () => {
  const signIn = (issuer: string) => ({
    default_action: [{ type: 'authenticate-oidc', authenticate_oidc: [{ issuer }] }, { type: 'forward' }],
  });
  it.each<[string, Values, Values]>([
    ['aws_elasticache_replication_group', { user_group_ids: ['open'] }, { user_group_ids: ['locked'] }],
    ['aws_memorydb_cluster', { acl_name: 'open-access' }, { acl_name: 'locked' }],
    ['aws_memorydb_acl', { user_names: ['a', 'b'] }, { user_names: ['a'] }],
    ['aws_mq_broker', { user: [{ username: 'a' }, { username: 'b' }] }, { user: [{ username: 'a' }] }],
    ['aws_msk_scram_secret_association', { secret_arn_list: ['a', 'b'] }, { secret_arn_list: ['a'] }],
    ['aws_launch_template', { key_name: 'a' }, { key_name: '' }],
    [
      'aws_msk_cluster',
      { client_authentication: [{ tls: [{ certificate_authority_arns: ['a', 'b'] }] }] },
      { client_authentication: [{ tls: [{ certificate_authority_arns: ['a'] }] }] },
    ],
    [
      'aws_lambda_code_signing_config',
      { allowed_publishers: [{ signing_profile_version_arns: ['a', 'b'] }] },
      { allowed_publishers: [{ signing_profile_version_arns: ['a'] }] },
    ],
    ['aws_organizations_organization', { aws_service_access_principals: ['a'] }, { aws_service_access_principals: [] }],
    ['aws_storagegateway_smb_file_share', { invalid_user_list: [] }, { invalid_user_list: ['a'] }],
    ['aws_lb_trust_store', { ca_certificates_bundle_s3_key: 'a' }, { ca_certificates_bundle_s3_key: 'b' }],
    [
      'aws_lb_listener',
      { mutual_authentication: [{ mode: 'verify', trust_store_arn: 'a' }] },
      { mutual_authentication: [{ mode: 'verify', trust_store_arn: 'b' }] },
    ],
    ['aws_lb_listener', signIn('https://a.example'), signIn('https://b.example')],
    [
      'aws_opensearch_domain_saml_options',
      { saml_options: [{ enabled: true }] },
      { saml_options: [{ enabled: false }] },
    ],
    ['aws_grafana_workspace', { authentication_providers: ['SAML'] }, { authentication_providers: ['AWS_SSO'] }],
    ['aws_cognito_user_pool', { lambda_config: [{ pre_sign_up: 'a' }] }, { lambda_config: [] }],
    // Switched off by hand, these let in nobody any more.
    ['aws_kms_key', { is_enabled: true }, { is_enabled: false }],
    ['aws_kms_replica_key', { enabled: true }, { enabled: false }],
    ['aws_ecs_service', { enable_execute_command: true }, { enable_execute_command: false }],
    ['aws_rds_cluster', { enable_http_endpoint: true }, { enable_http_endpoint: false }],
    [
      'aws_s3_bucket_ownership_controls',
      { rule: [{ object_ownership: 'ObjectWriter' }] },
      { rule: [{ object_ownership: 'BucketOwnerEnforced' }] },
    ],
    [
      'aws_instance',
      { metadata_options: [{ http_tokens: 'optional' }] },
      { metadata_options: [{ http_tokens: 'required' }] },
    ],
  ])('%s %j', (type, recorded, now) => {
    expect(told(type, recorded, now)).toBe('mending identity');
  });

  it.each<[string, Values, Values]>([
    ['aws_kms_key', { is_enabled: false }, { is_enabled: true }],
    ['aws_ecs_service', { enable_execute_command: false }, { enable_execute_command: true }],
  ])('and %s %j is mended: it takes a right away', (type, recorded, now) => {
    expect(told(type, recorded, now)).toBe('mending');
  });
});

describe('what would be deleted at once is left to people, whatever part says that', () => {
  const LIFE = 'aws_s3_bucket_lifecycle_configuration';
  const rule = (more: object) => ({ rule: [{ id: 'a', status: 'Enabled', expiration: [{ days: 90 }], ...more }] });
  const versions = (newer_noncurrent_versions: number) =>
    rule({ noncurrent_version_expiration: [{ noncurrent_days: 1, newer_noncurrent_versions }] });
  it.each<[string, Values, Values]>([
    [LIFE, rule({}), rule({ status: 'Disabled' })],
    [LIFE, rule({}), rule({ filter: [{ prefix: 'tmp/' }] })],
    [LIFE, rule({ filter: [{ prefix: '' }] }), rule({ filter: [{ prefix: 'tmp/' }] })],
    [LIFE, versions(1), versions(99)],
    [LIFE, rule({ expiration: [{ date: '2020-01-01' }] }), rule({ expiration: [{ date: '2030-01-01' }] })],
    [LIFE, rule({ abort_incomplete_multipart_upload: [{ days_after_initiation: 1 }] }), rule({})],
    [
      LIFE,
      { rule: [...rule({ expiration: [{ date: '2020-01-01' }] }).rule, ...rule({ id: 'b' }).rule] },
      rule({ id: 'b' }),
    ],
    [
      'aws_s3_bucket',
      { lifecycle_rule: [{ enabled: true, id: 'a' }] },
      { lifecycle_rule: [{ enabled: false, id: 'a' }] },
    ],
    [
      'aws_s3_bucket',
      { lifecycle_rule: [{ noncurrent_version_expiration: [{ days: 1 }] }] },
      { lifecycle_rule: [{ noncurrent_version_expiration: [{ days: 100 }] }] },
    ],
    ['aws_dlm_lifecycle_policy', { state: 'ENABLED' }, { state: 'DISABLED' }],
    [
      'aws_dynamodb_table',
      { ttl: [{ enabled: true, attribute_name: 'a' }] },
      { ttl: [{ enabled: true, attribute_name: 'b' }] },
    ],
    [
      'aws_timestreamwrite_table',
      { retention_properties: [{ magnetic_store_retention_period_in_days: 1 }] },
      { retention_properties: [{ magnetic_store_retention_period_in_days: 100 }] },
    ],
    [
      'aws_rds_cluster_instance',
      { performance_insights_retention_period: 7 },
      { performance_insights_retention_period: 731 },
    ],
    ['aws_redshift_cluster', { manual_snapshot_retention_period: 1 }, { manual_snapshot_retention_period: -1 }],
  ])('%s %j', (type, recorded, now) => {
    expect(told(type, recorded, now)).toBe('mending deletion');
  });

  it.each<[string, Values, Values]>([
    [LIFE, rule({}), rule({ expiration: [{ days: 1 }] })],
    [LIFE, rule({ transition: [{ days: 30 }] }), rule({ transition: [{ days: 1 }] })],
    [LIFE, rule({}), { rule: [...rule({}).rule, ...rule({ id: 'b' }).rule] }],
    [LIFE, versions(99), versions(1)],
    ['aws_redshift_cluster', { manual_snapshot_retention_period: -1 }, { manual_snapshot_retention_period: 1 }],
    ['aws_dlm_lifecycle_policy', { tags: { a: 'b' } }, { tags: { a: 'c' } }],
  ])('and %s %j is mended: it keeps for longer', (type, recorded, now) => {
    expect(told(type, recorded, now)).toBe('mending');
  });
});

it('and so are rules that are gone, and only moved to a cheaper place', () => {
  const recorded = { rule: [{ id: 'a', status: 'Enabled', transition: [{ days: 30 }] }] };
  const [verdict] = verdictsOf(plansOf([{ type: 'aws_s3_bucket_lifecycle_configuration', recorded, now: null }]));
  expect(verdict).toMatchObject({ remedy: 'mending', refused: [] });
});

describe('what sends is switched on again by a word, as it is made anew', () => {
  it.each<[string, Values, Values]>([
    ['aws_cloudwatch_event_rule', { state: 'ENABLED' }, { state: 'DISABLED' }],
    ['aws_cloudwatch_event_rule', { is_enabled: true }, { is_enabled: false }],
    ['aws_scheduler_schedule', { state: 'ENABLED' }, { state: 'DISABLED' }],
    ['aws_pipes_pipe', { desired_state: 'RUNNING' }, { desired_state: 'STOPPED' }],
    ['aws_lambda_event_source_mapping', { enabled: true }, { enabled: false }],
    ['aws_iot_topic_rule', { enabled: true }, { enabled: false }],
    ['aws_s3_bucket_replication_configuration', { rule: [{ status: 'Enabled' }] }, { rule: [{ status: 'Disabled' }] }],
  ])('%s %j', (type, recorded, now) => {
    expect(told(type, recorded, now)).toBe('sending');
    expect(told(type, now, recorded)).toBe('mending');
  });
});

import { applyRemediation } from '../lib/apply-remediation.ts';
import { planRemediation } from '../lib/plan-remediation.ts';
import { verdictsOf } from '../lib/verdict.ts';
import { type Given, plansOf } from './support/plans.ts';
import { Memory, World } from './support/world.ts';

const RULE = 'aws_vpc_security_group_ingress_rule';
const rule = { ip_protocol: 'tcp', from_port: 443, to_port: 443, cidr_ipv4: '10.0.0.0/8', security_group_id: 'sg-1' };
const inlined = { protocol: 'tcp', from_port: 443, to_port: 443, cidr_blocks: ['10.0.0.0/8'] };
const opened: Given = { type: RULE, recorded: rule, now: { ...rule, cidr_ipv4: '0.0.0.0/0' } };
const engine: Given = { type: 'aws_rds_cluster', recorded: { engine_version: '1' }, now: { engine_version: '2' } };
const read = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::a/*' };
const policy = (...statements: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });

const refusedOf = (given: Given) => verdictsOf(plansOf([given])).map(({ refused }) => refused);

describe('is left to people', () => {
  it.each<[string, string, Given]>([
    ['what a merged block moves', 'pending', { ...opened, movedFrom: `${RULE}.before` }],
    [
      'a rule that would be opened to nobody knows whom',
      'unknown',
      { ...opened, configured: { ...rule, cidr_ipv4: null }, unknown: { cidr_ipv4: true } },
    ],
    ['what would be deleted of an interrupted replacement', 'deletion', { ...opened, deposed: ['delete'] }],
    ['what would be forgotten of it', 'deletion', { ...opened, deposed: ['forget'] }],
    [
      'a rule of several that would be opened to nobody knows whom',
      'unknown',
      {
        ...opened,
        address: `${RULE}.this["a.b]"]`,
        configured: { ...rule, cidr_ipv4: null },
        unknown: { cidr_ipv4: true },
      },
    ],
    [
      'a dynamic block of which nobody knows anything',
      'unknown',
      {
        type: 'aws_security_group',
        recorded: { description: 'a', ingress: [inlined] },
        now: { description: 'b', ingress: [inlined] },
        configured: { description: 'a' },
        unknown: { ingress: true },
        dynamic: ['ingress'],
      },
    ],
    [
      'a hidden part in which one thing was opened and another one closed',
      'identity',
      {
        type: 'aws_x',
        recorded: { settings: [{ publicly_accessible: true, endpoint_public_access: false }] },
        now: { settings: [{ publicly_accessible: false, endpoint_public_access: true }] },
        sensitive: { settings: true },
      },
    ],
    ...(
      [
        ['aws_sns_topic_subscription', 'endpoint'],
        ['aws_cloudwatch_log_subscription_filter', 'destination_arn'],
        ['aws_route53_record', 'records'],
        ['aws_cloudtrail', 's3_bucket_name'],
      ] as const
    ).map(([type, name]): [string, string, Given] => [
      `where something is sent: ${type}`,
      'network',
      { type, recorded: { [name]: 'a' }, now: { [name]: 'b' } },
    ]),
    [
      'a dynamic block that would let in nobody knows whom',
      'unknown',
      {
        type: 'aws_security_group',
        recorded: { description: 'a', ingress: [inlined] },
        now: { description: 'b', ingress: [inlined] },
        configured: { description: 'a', ingress: [{ ...inlined, cidr_blocks: null }] },
        unknown: { ingress: [{ cidr_blocks: true }] },
        dynamic: ['ingress'],
      },
    ],
    [
      'a policy that nobody knows before the apply',
      'unknown',
      {
        type: 'aws_iam_role_policy',
        recorded: { policy: policy(read) },
        now: { policy: policy(read, { Effect: 'Allow', Action: '*', Resource: '*' }) },
        configured: { policy: null },
        unknown: { policy: true },
      },
    ],
  ])('%s', (_what, refusal, given) => {
    expect(refusedOf(given)).toEqual([expect.arrayContaining([refusal])]);
  });

  it.each([
    'aws_cognito_user_pool',
    'aws_codecommit_repository',
    'aws_fsx_lustre_file_system',
    'aws_instance',
    'aws_keyspaces_table',
    'aws_mq_broker',
    'aws_msk_cluster',
    'aws_qldb_ledger',
    'aws_route53_zone',
    'aws_s3_object',
    'aws_ssm_parameter',
    'aws_timestreamwrite_table',
    'aws_cloudtrail_event_data_store',
    'aws_docdbelastic_cluster',
    'aws_dsql_cluster',
    'aws_ecrpublic_repository',
    'aws_glacier_vault',
    'aws_kms_external_key',
    'aws_lightsail_database',
    'aws_opensearchserverless_collection',
    'aws_s3_directory_bucket',
    'aws_s3tables_table',
    'aws_ami',
    'aws_cloudformation_stack',
    'aws_cloudhsm_v2_cluster',
    'aws_cloudwatch_event_archive',
    'aws_db_snapshot',
    'aws_directory_service_directory',
    'aws_dynamodb_global_table',
    'aws_s3_bucket_object',
    'aws_serverlessapplicationrepository_cloudformation_stack',
    'aws_of_tomorrow',
  ])('%s that is gone, as nobody has said that it holds nothing', (type) => {
    expect(refusedOf({ type, recorded: { name: 'a' }, now: null })).toEqual([['recreation']]);
  });

  it.each([
    'aws_appsync_api_key',
    'aws_cognito_user_pool_client',
    'aws_iot_policy_attachment',
    'aws_key_pair',
    'aws_opensearchserverless_access_policy',
    'aws_organizations_delegated_administrator',
    'aws_s3control_access_grant',
    'aws_servicecatalog_principal_portfolio_association',
    'aws_ssm_activation',
    'aws_cloudfront_public_key',
    'aws_cloudtrail_organization_delegated_admin_account',
    'aws_cognito_user_group',
    'aws_grafana_workspace_service_account_token',
    'aws_guardduty_organization_admin_account',
    'aws_iot_certificate',
    'aws_lambda_layer_version_permission',
    'aws_lightsail_bucket_access_key',
    'aws_organizations_policy_attachment',
    'aws_route53_vpc_association_authorization',
    'aws_secretsmanager_secret_version',
  ])('%s that is gone, as somebody may have taken the right away', (type) => {
    expect(refusedOf({ type, recorded: { name: 'a' }, now: null })).toEqual([['identity']]);
  });

  it.each([
    'aws_apprunner_vpc_ingress_connection',
    'aws_autoscaling_attachment',
    'aws_ec2_instance_connect_endpoint',
    'aws_ec2_local_gateway_route',
    'aws_lightsail_instance_public_ports',
    'aws_load_balancer_listener_policy',
    'aws_main_route_table_association',
    'aws_networkmanager_vpc_attachment',
    'aws_route53_resolver_rule_association',
    'aws_route53_zone_association',
    'aws_s3_access_point',
    'aws_verifiedaccess_endpoint',
  ])('%s that is gone, as somebody may have closed the way', (type) => {
    expect(refusedOf({ type, recorded: { name: 'a' }, now: null })).toEqual([['network']]);
  });

  it.each<[string, string, unknown, unknown, string]>([
    ['aws_ec2_client_vpn_authorization_rule', 'authorize_all_groups', true, false, 'network'],
    ['aws_cloudfront_distribution', 'enabled', true, false, 'network'],
    ['aws_amplify_branch', 'enable_basic_auth', false, true, 'network'],
    ['aws_lakeformation_data_lake_settings', 'allow_external_data_filtering', true, false, 'identity'],
    ['aws_cognito_user_pool_client', 'explicit_auth_flows', ['ALLOW_USER_PASSWORD_AUTH'], [], 'identity'],
    ['aws_elasticache_replication_group', 'auth_token', 'a', 'b', 'identity'],
    ['aws_mq_broker', 'authentication_strategy', 'simple', 'ldap', 'identity'],
  ])('%s with another %s, as no table knows what that lets in', (type, name, recorded, now, refusal) => {
    expect(refusedOf({ type, recorded: { [name]: recorded }, now: { [name]: now } })).toEqual([[refusal]]);
  });

  it.each([
    ['aws_elasticache_serverless_cache', 'major_engine_version'],
    ['aws_elasticsearch_domain', 'elasticsearch_version'],
    ['aws_mq_broker', 'engine_type'],
    ['aws_msk_cluster', 'kafka_version'],
    ['aws_redshift_cluster', 'cluster_version'],
  ])('%s with another %s, as that is its engine', (type, name) => {
    expect(refusedOf({ type, recorded: { [name]: '3.6.0' }, now: { [name]: '3.7.x' } })).toEqual([['engine']]);
  });
});

describe('a saved plan', () => {
  const DAY_MS = 86_400_000;
  const subject = { environment: 'blue', stack: 'application', workspace: 'blue' };
  const closing = { closing: 'auto', mending: 'ask', attempts: 2 } as const;
  const planned = (work: World, memory = new Memory()) =>
    planRemediation({
      work,
      memory,
      subject,
      policy: closing,
      isNoise: () => false,
      at: DAY_MS,
      plannedBy: 'AROAEXAMPLEEXAMPLE0:ada',
    });

  it.each<[string, Given]>([
    ['takes somebody else’s resource into the state', { type: 'aws_x', recorded: { a: 1 }, imported: true }],
  ])('is refused when it %s', async (_what, other) => {
    const world = new World([opened, other]);
    world.alsoPlans = ['aws_x.this'];
    await expect(planned(world)).rejects.toMatchObject({
      reasons: expect.arrayContaining(['aws_x.this would be changed with them']),
    });
  });

  it.each<[string, string]>([
    ['a "moved" block', 'aws_x.before'],
    ['a count that it got', 'module.a.aws_x.this'],
  ])(
    'is not asked for while a resource has yet to move by %s: Terraform makes none of the rest',
    async (_how, movedFrom) => {
      const moved: Given = { type: 'aws_x', recorded: { a: 1 }, movedFrom };
      const plan = await planned(new World([opened, moved, engine]));
      expect(plan.outcome).toBe('refused');
      expect(plan.leaves.map(({ address, refused, brings }) => [address, refused, brings])).toEqual([
        [`${engine.type}.this`, ['engine'], undefined],
        [`${opened.type}.this`, ['pending'], ['aws_x.this']],
      ]);
    },
  );

  it('is refused when it runs an action, which does nobody knows what', async () => {
    const world = new World([opened]);
    world.alsoRuns = ['action.aws_lambda_invoke.notify'];
    await expect(planned(world)).rejects.toMatchObject({
      reasons: expect.arrayContaining(['action.aws_lambda_invoke.notify would be run with them']),
    });
  });

  it('is refused when what it closes was changed once more since the look', async () => {
    const world = new World([opened]);
    world.meanwhile = () => {
      world.given = [{ ...opened, now: { ...rule, cidr_ipv4: '10.0.0.0/8', from_port: 0 } }];
    };
    await expect(planned(world)).rejects.toMatchObject({ code: 'FH_REMEDIATION_REFUSED' });
  });

  it.each([
    ['of today', DAY_MS + 1, 'mended'],
    ['that nobody had to be asked about, once it is a day old', 2 * DAY_MS, 'FH_REMEDIATION_OUTDATED'],
    ['that was made a moment later than now, by a clock that is ahead,', DAY_MS - 1, 'mended'],
    ['that was made an hour later than now', DAY_MS - 3_600_000, 'FH_REMEDIATION_OUTDATED'],
  ])('%s is applied only within a day', async (_what, at, expected) => {
    const [work, memory] = [new World([opened]), new Memory()];
    await planned(work, memory);
    const applied = applyRemediation({
      work,
      memory,
      subject,
      policy: closing,
      known: { people: [], workloads: [] },
      appliedBy: 'AROAEXAMPLEEXAMPLE9:robot',
      at,
      approves: undefined,
    });
    const ended = await applied.then(
      ({ outcome }) => outcome,
      ({ code }: { code: string }) => code,
    );
    expect([ended, work.applied.length]).toEqual([expected, expected === 'mended' ? 1 : 0]);
  });
});

it('judges a secret into which somebody has put thousands of levels of JSON', () => {
  const deep = (name: string) => `{"${name}":${'{"a":'.repeat(3_000)}1${'}'.repeat(3_001)}`;
  const changed = (secret_string: string): Given => ({
    type: 'aws_secretsmanager_secret_version',
    recorded: { secret_string: '{}' },
    now: { secret_string },
    sensitive: { secret_string: true },
  });
  expect(refusedOf(changed(deep('a')))).toEqual([['identity']]);
  expect(refusedOf(changed(deep('Statement')))).toEqual([['identity']]);
});

import { readPlan } from '@flaghoist/plan-reading/plan';
import fc from 'fast-check';
import { reportOf } from './support/recorded.ts';

type Values = Readonly<Record<string, unknown>>;

interface Resource {
  readonly type: string;
  readonly name?: string;
  readonly values: Values;
  /** As recorded, where that is something else. */
  readonly recorded?: Values;
  /** As an apply would make it, where that is something else. */
  readonly planned?: Values;
  /** The arguments that the configuration sets. */
  readonly set?: readonly string[];
  /** Whether the configuration has it. */
  readonly isConfigured?: boolean;
}

const plan = (more: object) =>
  readPlan(JSON.stringify({ format_version: '1.2', terraform_version: '1.11.4', ...more }), 'plan');

/** The report of an environment in which all of this is there. */
const found = (...resources: readonly Resource[]) => {
  const about = ({ type, name = 'this' }: Resource) => ({ address: `${type}.${name}`, type, mode: 'managed' });
  const prior_state = {
    values: { root_module: { resources: resources.map((each) => ({ ...about(each), values: each.values })) } },
  };
  const refresh = plan({
    prior_state,
    resource_drift: resources.flatMap((each) =>
      each.recorded === undefined
        ? []
        : [{ ...about(each), change: { actions: ['update'], before: each.recorded, after: each.values } }],
    ),
  });
  const normal = plan({
    prior_state,
    resource_changes: resources.map((each) => ({
      ...about(each),
      change: {
        actions: [each.planned === undefined ? 'no-op' : 'update'],
        before: each.values,
        after: each.planned ?? each.values,
      },
    })),
    configuration: {
      root_module: {
        resources: resources
          .filter(({ isConfigured = true }) => isConfigured)
          .map((each) => ({
            ...about(each),
            expressions: Object.fromEntries((each.set ?? []).map((name) => [name, {}])),
          })),
      },
    },
  });
  return reportOf({ refresh, normal }).findings;
};

const told = (...resources: readonly Resource[]): readonly string[] =>
  found(...resources).map(
    ({ class: kind, severity, path, takenIntoState }) =>
      `${kind} ${severity} ${path}${takenIntoState ? ' taken in' : ''}`,
  );

const element = (port: number, cidrs: readonly string[], more: object = {}) => ({
  protocol: 'tcp',
  from_port: port,
  to_port: port,
  cidr_blocks: cidrs,
  ipv6_cidr_blocks: [],
  prefix_list_ids: [],
  security_groups: [],
  self: false,
  description: '',
  ...more,
});
const group = (...ingress: readonly Values[]) => ({ id: 'sg-1', ingress, egress: [] });
const rule = (port: number, cidr: string): Resource => ({
  type: 'aws_vpc_security_group_ingress_rule',
  name: `r${port}`,
  values: { security_group_id: 'sg-1', ip_protocol: 'tcp', from_port: port, to_port: port, cidr_ipv4: cidr },
});
const ours = rule(443, '10.0.0.0/8');
const anybody = element(22, ['0.0.0.0/0']);

describe('what nobody asked for, once the state has it', () => {
  it('is told as it is before an apply', () => {
    const now = group(element(443, ['10.0.0.0/8']), anybody);
    const before = found({ type: 'aws_security_group', recorded: group(), values: now }, ours);
    const after = found({ type: 'aws_security_group', values: now }, ours);
    expect(before).toMatchObject([{ severity: 'critical', recorded: 'null', takenIntoState: false }]);
    expect(after).toEqual(before.map((each) => ({ ...each, recorded: each.now, takenIntoState: true })));
  });

  it('is told whatever the record has of it', () => {
    const ports = [1, 2, 3, 4, 5];
    const some = fc.subarray(ports);
    fc.assert(
      fc.property(some, some, some, (present, recorded, explained) => {
        const listOf = (each: readonly number[]) => group(...each.map((port) => element(port, ['0.0.0.0/0'])));
        const findings = found(
          { type: 'aws_security_group', values: listOf(present), recorded: listOf(recorded) },
          ...explained.map((port) => rule(port, '0.0.0.0/0')),
        ).filter(({ type }) => type === 'aws_security_group');
        expect(findings.map(({ now }) => JSON.parse(now).from_port).sort()).toEqual(
          present.filter((port) => !explained.includes(port)),
        );
        expect(findings.every(({ severity }) => severity === 'critical')).toBe(true);
      }),
    );
  });

  it.each([
    ['described otherwise since', element(22, ['0.0.0.0/0'], { description: 'Of last week.' })],
    ['joined by a caller more', element(22, ['0.0.0.0/0', '198.51.100.7/32'])],
    ['joined by a caller who is configured', element(22, ['0.0.0.0/0', '10.0.0.0/8'])],
  ])('is told as a whole: %s', (_case, now) => {
    const changed = { type: 'aws_security_group', recorded: group(anybody), values: group(now) };
    const [worst, ...more] = found(changed, rule(22, '10.0.0.0/8'));
    expect(worst).toMatchObject({ severity: 'critical', path: 'ingress[*]', takenIntoState: true });
    expect(worst?.now).toContain('0.0.0.0/0');
    expect(more).toEqual([]);
  });

  it('is not told where the configuration has it', () => {
    expect(told({ type: 'aws_security_group', values: group(anybody), set: ['ingress'] })).toEqual([]);
  });

  it('is not told twice where an apply takes it away', () => {
    const away = { type: 'aws_security_group', values: group(anybody), planned: group(), set: ['ingress'] };
    expect(told(away)).toHaveLength(1);
    expect(told({ ...away, set: [] })).toEqual(told(away));
  });

  it('is not told of what is no longer configured: nobody knows what it was to have', () => {
    expect(told({ type: 'aws_security_group', values: group(anybody), isConfigured: false })).toEqual([]);
  });

  it('is no drift once it is gone', () => {
    expect(told({ type: 'aws_security_group', recorded: group(anybody), values: group() })).toEqual([]);
  });
});

describe('what AWS itself puts there', () => {
  const account = '111111111111';
  const topic = `arn:aws:sns:eu-west-1:${account}:t`;
  const policyOf = (...statements: readonly object[]) =>
    JSON.stringify({ Version: '2012-10-17', Statement: statements });
  const ofTopic = (owner: string) => ({
    Sid: '__default_statement_ID',
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: 'SNS:Publish',
    Resource: topic,
    Condition: { StringEquals: { 'AWS:SourceOwner': owner } },
  });
  const ofKey = (who: string) => ({ Effect: 'Allow', Principal: { AWS: who }, Action: 'kms:*', Resource: '*' });
  const owner = { id: 'o', permissions: ['FULL_CONTROL'], type: 'CanonicalUser', uri: '' };
  const everybody = {
    id: '',
    permissions: ['READ'],
    type: 'Group',
    uri: 'http://acs.amazonaws.com/groups/global/AllUsers',
  };
  const key = { id: 'k', arn: `arn:aws:kms:eu-west-1:${account}:key/k` };
  const selfOnly = element(0, [], { protocol: '-1', self: true });
  const everywhere = element(0, ['0.0.0.0/0'], { protocol: '-1' });
  const bucket = (more: object) => ({
    id: 'b',
    policy: '',
    grant: [owner],
    versioning: [{ enabled: false, mfa_delete: false }],
    server_side_encryption_configuration: [
      { rule: [{ apply_server_side_encryption_by_default: [{ sse_algorithm: 'AES256', kms_master_key_id: '' }] }] },
    ],
    lifecycle_rule: [],
    logging: [],
    ...more,
  });
  const open = policyOf({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' });

  it.each<readonly [string, Values, Values, string]>([
    [
      'aws_default_security_group',
      { id: 'sg', ingress: [selfOnly], egress: [everywhere] },
      { id: 'sg', ingress: [anybody, selfOnly], egress: [everywhere] },
      'state-only critical ingress[*] taken in',
    ],
    [
      'aws_sns_topic',
      { arn: topic, policy: policyOf(ofTopic(account)) },
      { arn: topic, policy: policyOf(ofTopic(account), { ...ofTopic(account), Sid: 'b', Condition: undefined }) },
      'state-only critical policy.Statement[*] taken in',
    ],
    [
      'aws_sns_topic',
      { arn: topic, policy: '' },
      { arn: topic, policy: policyOf(ofTopic('222222222222')) },
      'state-only critical policy taken in',
    ],
    [
      'aws_kms_key',
      { ...key, policy: policyOf(ofKey(`arn:aws:iam::${account}:root`)) },
      { ...key, policy: policyOf(ofKey(`arn:aws:iam::${account}:root`), ofKey('arn:aws:iam::222222222222:root')) },
      'state-only critical policy.Statement[*] taken in',
    ],
    ['aws_sqs_queue', { id: 'q', policy: '' }, { id: 'q', policy: open }, 'state-only critical policy taken in'],
    [
      'aws_secretsmanager_secret',
      { arn: 'arn:s', policy: '' },
      { arn: 'arn:s', policy: open },
      'state-only critical policy taken in',
    ],
    ['aws_s3_bucket', bucket({}), bucket({ policy: open }), 'state-only critical policy taken in'],
    ['aws_s3_bucket', bucket({}), bucket({ grant: [everybody, owner] }), 'state-only critical grant[*] taken in'],
    [
      'aws_s3_bucket',
      bucket({}),
      bucket({ lifecycle_rule: [{ id: 'x', enabled: true, expiration: [{ days: 1 }] }] }),
      'state-only high lifecycle_rule[*] taken in',
    ],
  ])('is no drift, and what is beside it is: %s', (type, own, more, expected) => {
    expect(told({ type, values: own })).toEqual([]);
    expect(told({ type, values: more })).toEqual([expected]);
    expect(told({ type, recorded: own, values: more })).toEqual([expected.replace(' taken in', '')]);
    expect(told({ type, values: more, set: ['policy', 'grant', 'lifecycle_rule', 'ingress'] })).toEqual([]);
  });

  it.each([0, 1])('may be the grant of either where two users control a bucket, so both are told: %d', (first) => {
    const stranger = { ...owner, id: 's' };
    const grant = first === 0 ? [stranger, owner] : [owner, stranger];
    const findings = found({ type: 'aws_s3_bucket', values: bucket({ grant }) });
    expect(findings.map(({ path, now }) => [path, JSON.parse(now).id])).toEqual(
      expect.arrayContaining([
        ['grant[*]', 's'],
        ['grant[*]', 'o'],
      ]),
    );
  });

  it('is compared in a resource of its own where there is one', () => {
    expect(
      told(
        { type: 'aws_s3_bucket', values: bucket({ policy: open }) },
        { type: 'aws_s3_bucket_policy', values: { bucket: 'b', policy: open } },
      ),
    ).toEqual([]);
  });

  it('is what a policy that was changed twice is held against', () => {
    const twice = { id: 'q', policy: policyOf({ Effect: 'Allow', Principal: '*', Action: 'sqs:*', Resource: '*' }) };
    expect(told({ type: 'aws_sqs_queue', recorded: { id: 'q', policy: open }, values: twice })).toEqual([
      'state-only critical policy',
    ]);
  });
});

describe('what else accounts for an element', () => {
  it.each<readonly [string, Values, Resource]>([
    [
      'aws_security_group',
      group(element(22, [], { security_groups: ['sg-2'] })),
      {
        type: 'aws_security_group_rule',
        values: {
          type: 'ingress',
          security_group_id: 'sg-1',
          source_security_group_id: 'sg-2',
          protocol: 'tcp',
          from_port: 22,
          to_port: 22,
        },
      },
    ],
    [
      'aws_security_group',
      group(element(22, ['10.0.0.0/8', '10.1.0.0/16'], { self: true })),
      {
        type: 'aws_security_group_rule',
        values: {
          type: 'ingress',
          security_group_id: 'sg-1',
          cidr_blocks: ['10.1.0.0/16', '10.0.0.0/8'],
          self: true,
          protocol: 'tcp',
          from_port: 22,
          to_port: 22,
        },
      },
    ],
    [
      'aws_iam_role',
      { name: 'task', managed_policy_arns: ['arn:p'] },
      { type: 'aws_iam_policy_attachment', values: { roles: ['other', 'task'], policy_arn: 'arn:p' } },
    ],
    [
      'aws_lb_target_group',
      { arn: 'arn:tg', load_balancer_arns: ['arn:aws:elasticloadbalancing:r:1:loadbalancer/app/a/1'] },
      {
        type: 'aws_lb_listener_rule',
        values: {
          listener_arn: 'arn:aws:elasticloadbalancing:r:1:listener/app/a/1/2',
          action: [{ target_group_arn: 'arn:tg' }],
        },
      },
    ],
    [
      'aws_default_route_table',
      { id: 'rtb-1', route: [{ cidr_block: '10.0.0.0/8', gateway_id: 'igw-1' }] },
      {
        type: 'aws_route',
        values: { route_table_id: 'rtb-1', destination_cidr_block: '10.0.0.0/8', gateway_id: 'igw-1' },
      },
    ],
    [
      'aws_network_acl',
      { id: 'acl-1', subnet_ids: ['subnet-1'] },
      { type: 'aws_network_acl_association', values: { network_acl_id: 'acl-1', subnet_id: 'subnet-1' } },
    ],
    [
      'aws_rds_cluster',
      { id: 'c', iam_roles: ['arn:r'] },
      { type: 'aws_rds_cluster_role_association', values: { db_cluster_identifier: 'c', role_arn: 'arn:r' } },
    ],
    [
      'aws_route_table',
      { id: 'rtb-1', propagating_vgws: ['vgw-1'] },
      { type: 'aws_vpn_gateway_route_propagation', values: { route_table_id: 'rtb-1', vpn_gateway_id: 'vgw-1' } },
    ],
  ])('of %s %j', (type, values, child) => {
    expect(told({ type, values }, child)).toEqual([]);
    expect(told({ type, values })).toHaveLength(1);
    expect(told({ type, recorded: { ...values }, values }, { ...child, values: {} })).toHaveLength(1);
  });
});

import { verdictsOf } from '../lib/verdict.ts';
import { type Given, plansOf } from './support/plans.ts';

const told = (...given: readonly Given[]): readonly string[] =>
  verdictsOf(plansOf(given)).map(({ address, remedy, refused }) => [address, remedy, ...refused].join(' '));

const rule = (values: object): Given['recorded'] => ({
  ip_protocol: 'tcp',
  from_port: 443,
  to_port: 443,
  cidr_ipv4: '10.0.0.0/8',
  security_group_id: 'sg-1',
  ...values,
});
const RULE = 'aws_vpc_security_group_ingress_rule';

const policy = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const read = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::a/*' };
const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
const deny = { Effect: 'Deny', Action: 's3:DeleteObject', Resource: 'arn:aws:s3:::a/*' };

it('has no verdict of what did not drift, and of drift that the configuration does not mind', () => {
  const unset = { recorded: { a: 1 }, now: { a: 1, b: 2 }, configured: { a: 1, b: 2 } };
  expect(told({ type: 'aws_x', recorded: { a: 1 } }, { type: 'aws_y', ...unset })).toEqual([]);
});

describe('closing', () => {
  it.each<[string, Given]>([
    ['a rule that was opened to everybody', { type: RULE, recorded: rule({}), now: rule({ cidr_ipv4: '0.0.0.0/0' }) }],
    ['a rule that was opened to more ports', { type: RULE, recorded: rule({}), now: rule({ from_port: 0 }) }],
    [
      'a policy that was given everything',
      { type: 'aws_iam_role_policy', recorded: { policy: policy(read) }, now: { policy: policy(read, everything) } },
    ],
    [
      'a policy that lost a denial',
      { type: 'aws_iam_role_policy', recorded: { policy: policy(read, deny) }, now: { policy: policy(read) } },
    ],
    [
      'a database that was made public',
      {
        type: 'aws_rds_cluster_instance',
        recorded: { publicly_accessible: false },
        now: { publicly_accessible: true },
      },
    ],
  ])('takes back %s', (_what, given) => {
    expect(told(given)).toEqual([`${given.type}.this closing`]);
  });

  it('is no longer that when something else goes with it', () => {
    const type = 'aws_rds_cluster_instance';
    const recorded = { publicly_accessible: false, tags: { a: 'b' } };
    expect(told({ type, recorded, now: { publicly_accessible: true, tags: {} } })).toEqual([`${type}.this mending`]);
  });
});

describe('mending', () => {
  it.each<[string, Given]>([
    ['a tag', { type: 'aws_iam_role', recorded: { tags: { a: 'b' } }, now: { tags: { a: 'c' } } }],
    [
      'a retention',
      { type: 'aws_cloudwatch_log_group', recorded: { retention_in_days: 30 }, now: { retention_in_days: 1 } },
    ],
    ['what holds nothing and is gone', { type: 'aws_flow_log', recorded: { traffic_type: 'ALL' }, now: null }],
  ])('puts back %s', (_what, given) => {
    expect(told(given)).toEqual([`${given.type}.this mending`]);
  });
});

describe('refused', () => {
  it.each<[string, string, Given]>([
    [
      'a replacement',
      'replacement',
      { type: 'aws_x', recorded: { a: 1 }, now: { a: 2 }, actions: ['delete', 'create'] },
    ],
    [
      'a replacement that creates first',
      'replacement',
      { type: 'aws_x', recorded: { a: 1 }, now: { a: 2 }, actions: ['create', 'delete'] },
    ],
    [
      'what somebody keeps for longer',
      'deletion',
      {
        type: 'aws_s3_bucket_lifecycle_configuration',
        recorded: { rule: [{ id: 'expire', expiration: [{ days: 90 }] }] },
        now: { rule: [{ id: 'expire', expiration: [{ days: 3650 }] }] },
      },
    ],
    [
      'what is kept for ever since the rule for it is gone',
      'deletion',
      {
        type: 'aws_s3_bucket_lifecycle_configuration',
        recorded: { rule: [{ id: 'expire', expiration: [{ days: 90 }] }] },
        now: null,
      },
    ],
    [
      'a log that somebody keeps for ever',
      'deletion',
      { type: 'aws_cloudwatch_log_group', recorded: { retention_in_days: 30 }, now: { retention_in_days: 0 } },
    ],
    [
      'data that would come back empty',
      'recreation',
      { type: 'aws_dynamodb_table', recorded: { name: 'a' }, now: null },
    ],
    [
      'a rule that would be opened again',
      'network',
      { type: RULE, recorded: rule({ cidr_ipv4: '0.0.0.0/0' }), now: rule({}) },
    ],
    ['a rule that is gone, and lets in', 'network', { type: RULE, recorded: rule({}), now: null }],
    [
      'a route to a firewall, without which its traffic goes to the internet at once',
      'network',
      {
        type: 'aws_route_table',
        recorded: { route: [{ cidr_block: '0.0.0.0/0', gateway_id: 'igw-1' }] },
        now: {
          route: [
            { cidr_block: '0.0.0.0/0', gateway_id: 'igw-1' },
            { cidr_block: '198.51.100.0/24', vpc_endpoint_id: 'vpce-1' },
          ],
        },
      },
    ],
    [
      'a policy that opens a part of what it closes in the words of exceptions',
      'identity',
      {
        type: 'aws_iam_role_policy',
        recorded: { policy: policy({ ...read, Action: 's3:Get*' }) },
        now: { policy: policy({ Effect: 'Allow', NotAction: 's3:*Object', Resource: read.Resource }) },
      },
    ],
    [
      'a policy that would allow again what was taken from it',
      'identity',
      { type: 'aws_iam_role_policy', recorded: { policy: policy(read) }, now: { policy: policy(deny) } },
    ],
    [
      'a policy that closes one thing and opens another',
      'identity',
      { type: 'aws_iam_role_policy', recorded: { policy: policy(read) }, now: { policy: policy(everything, deny) } },
    ],
    [
      'an identity that no opening explains',
      'identity',
      { type: 'aws_iam_role', recorded: { max_session_duration: 3600 }, now: { max_session_duration: 7200 } },
    ],
    [
      'a network that no opening explains',
      'network',
      { type: 'aws_ecs_service', recorded: { subnets: ['a'] }, now: { subnets: ['b'] } },
    ],
    [
      'a switch that would let strangers in again, whatever the tables say of it',
      'identity',
      {
        type: 'aws_opensearch_domain',
        recorded: { advanced_security_options: [{ anonymous_auth_enabled: true }] },
        now: { advanced_security_options: [{ anonymous_auth_enabled: false }] },
      },
    ],
    [
      'an engine',
      'engine',
      { type: 'aws_rds_cluster', recorded: { engine_version: '16.8' }, now: { engine_version: '16.9' } },
    ],
    [
      'what would bring a merged change along',
      'pending',
      {
        type: 'aws_cloudwatch_log_group',
        recorded: { retention_in_days: 30, name: 'a' },
        now: { retention_in_days: 1, name: 'a' },
        configured: { retention_in_days: 30, name: 'b' },
      },
    ],
  ])('is %s', (_what, refusal, given) => {
    const [verdict] = verdictsOf(plansOf([given]));
    expect(verdict?.refused).toContain(refusal);
  });
});

it('shows what is and would be, and no secret', () => {
  const given = {
    type: 'aws_x',
    recorded: { key: 'hunter2-hunter2', note: 'a' },
    now: { key: 'b', note: 'hunter2-hunter2' },
  };
  const [verdict] = verdictsOf(plansOf([{ ...given, sensitive: { key: true } }]));
  expect(verdict?.changes).toEqual([
    { path: 'key', now: '(sensitive)', configured: '(sensitive)' },
    { path: 'note', now: '"(sensitive)"', configured: '"a"' },
  ]);
});

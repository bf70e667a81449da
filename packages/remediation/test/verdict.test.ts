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

const inGroup = (cidr: string) => ({ protocol: 'tcp', from_port: 443, to_port: 443, cidr_blocks: [cidr] });
const acl = (...groups: readonly string[]) => ({
  access_control_policy: [
    {
      owner: [{ id: 'a' }],
      grant: [
        { permission: 'FULL_CONTROL', grantee: [{ id: 'a' }] },
        ...groups.map((each) => ({
          permission: 'WRITE',
          grantee: [{ uri: `http://acs.amazonaws.com/groups/${each}` }],
        })),
      ],
    },
  ],
});
const signIn = (on_unauthenticated_request: string) => ({
  default_action: [
    { type: 'authenticate-oidc', authenticate_oidc: [{ on_unauthenticated_request }] },
    { type: 'forward' },
  ],
});

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
    ['an ACL that lets in everybody', { type: 'aws_s3_bucket_acl', recorded: acl(), now: acl('global/AllUsers') }],
    [
      'a listener that passes on what it sent to where it is encrypted',
      {
        type: 'aws_lb_listener',
        recorded: { default_action: [{ type: 'redirect' }] },
        now: { default_action: [{ type: 'forward' }] },
      },
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
      'what somebody opened, where something else was merged for it',
      'pending',
      {
        type: RULE,
        recorded: rule({}),
        now: rule({ cidr_ipv4: '0.0.0.0/0' }),
        configured: rule({ cidr_ipv4: '192.168.0.0/16' }),
      },
    ],
    [
      'a policy that was opened, where more than before was merged for it',
      'pending',
      {
        type: 'aws_iam_role_policy',
        recorded: { policy: policy(read) },
        now: { policy: policy(everything) },
        configured: { policy: policy({ ...everything, Action: 's3:*' }) },
      },
    ],
    [
      'a rule of a group that was opened, where another one was merged in its place',
      'pending',
      {
        type: 'aws_security_group',
        recorded: { ingress: [inGroup('10.0.0.0/8')] },
        now: { ingress: [inGroup('0.0.0.0/0')] },
        configured: { ingress: [inGroup('192.168.0.0/16')] },
      },
    ],
    [
      'a tag, where another value was merged for it',
      'pending',
      {
        type: 'aws_flow_log',
        recorded: { tags: { a: '1' } },
        now: { tags: { a: '2' } },
        configured: { tags: { a: '3' } },
      },
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
    [
      'a group more of a person, which may be one of those who may do nothing',
      'identity',
      {
        type: 'aws_iam_user_group_membership',
        recorded: { groups: ['developers'] },
        now: { groups: ['developers', 'suspended'] },
      },
    ],
    [
      'a person more of a group',
      'identity',
      { type: 'aws_iam_group_membership', recorded: { users: ['a'] }, now: { users: ['a', 'b'] } },
    ],
    [
      'a range more of a list that a route to a firewall may go by',
      'network',
      {
        type: 'aws_ec2_managed_prefix_list',
        recorded: { entry: [{ cidr: '10.0.0.0/8' }] },
        now: { entry: [{ cidr: '10.0.0.0/8' }, { cidr: '198.51.100.0/24' }] },
      },
    ],
    [
      'a route that goes another way than what a list or a gateway says',
      'network',
      {
        type: 'aws_route_table',
        recorded: { route: [{ destination_prefix_list_id: 'pl-1', gateway_id: 'igw-1' }] },
        now: {
          route: [
            { destination_prefix_list_id: 'pl-1', gateway_id: 'igw-1' },
            { cidr_block: '198.51.100.0/24', vpc_endpoint_id: 'vpce-1' },
          ],
        },
      },
    ],
    [
      'a route that goes another way than a gateway says by itself',
      'network',
      {
        type: 'aws_route_table',
        recorded: { route: [], propagating_vgws: ['vgw-1'] },
        now: { route: [{ cidr_block: '198.51.100.0/24', vpc_endpoint_id: 'vpce-1' }], propagating_vgws: ['vgw-1'] },
      },
    ],
    [
      'an ACL by name that lets in others than the one of now',
      'identity',
      { type: 'aws_s3_bucket_acl', recorded: { acl: 'log-delivery-write' }, now: { acl: 'public-read-write' } },
    ],
    [
      'an ACL that lets in another group',
      'identity',
      { type: 'aws_s3_bucket_acl', recorded: acl('s3/LogDelivery'), now: acl('global/AllUsers') },
    ],
    [
      'an ACL made anew that lets in everybody beside others',
      'identity',
      { type: 'aws_s3_bucket_acl', recorded: acl('global/AllUsers', 's3/LogDelivery'), now: null },
    ],
    [
      'an interface made anew that is public beside one that is not',
      'identity',
      {
        type: 'aws_launch_template',
        recorded: {
          network_interfaces: [true, false].map((associate_public_ip_address) => ({ associate_public_ip_address })),
        },
        now: null,
      },
    ],
    [
      'a listener that sends elsewhere, and would pass on',
      'network',
      {
        type: 'aws_lb_listener',
        recorded: { default_action: [{ type: 'forward' }] },
        now: { default_action: [{ type: 'redirect' }] },
      },
    ],
    [
      'a listener that would let through whom it asks in vain who it is',
      'network',
      { type: 'aws_lb_listener', recorded: signIn('allow'), now: signIn('deny') },
    ],
    [
      'a denial of an ARN that ends too soon, and so holds for all that follows',
      'identity',
      {
        type: 'aws_iam_role_policy',
        recorded: { policy: policy(everything, { Effect: 'Deny', Action: '*', NotResource: 'arn:aws:s3' }) },
        now: { policy: policy(everything, { Effect: 'Deny', Action: '*', Resource: 'arn:aws:s3:::a' }) },
      },
    ],
    [
      'a policy for everybody, where now are all services',
      'identity',
      {
        type: 'aws_s3_bucket_policy',
        recorded: { policy: policy({ ...read, Principal: '*' }, { ...deny, Principal: '*' }) },
        now: { policy: policy({ ...read, Principal: { Service: '*' } }) },
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

import { verdictsOf } from '../lib/verdict.ts';
import { type Given, plansOf } from './support/plans.ts';

/** What a change looks like that a hand has made to close something, or to close and open at once. */
const told = (given: Given): string =>
  verdictsOf(plansOf([given]))
    .map(({ remedy, refused }) => [remedy, ...refused].join(' '))
    .join('; ');

const policy = (...statements: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const read = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b' };
const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';
const quarantine = 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3';
const own = (name: string) => `arn:aws:iam::111111111111:policy/${name}`;
const attached = (...managed_policy_arns: readonly string[]) => ({ managed_policy_arns });
const ROLE = 'aws_iam_role';
const inlined = { protocol: 'tcp', from_port: 443, to_port: 443 };
const numbered = (cidr_block: string, port: number) => ({
  rule_no: 100,
  action: 'allow',
  protocol: 'tcp',
  cidr_block,
  from_port: port,
  to_port: port,
});
const egress = { ip_protocol: 'tcp', from_port: 5432, to_port: 5432, security_group_id: 'sg-1' };
const blocked = (...addresses: readonly string[]) => ({ addresses });
const rule = (...values: readonly string[]) => ({
  action: [{ type: 'fixed-response' }],
  condition: [{ source_ip: [{ values }] }],
});
const blocking = (name: string, ...countries: readonly string[]) => ({
  name,
  action: [{ block: [{}] }],
  statement: [{ geo_match_statement: [{ country_codes: countries }] }],
});

describe('nobody is let in again by what looks like closing', () => {
  it.each<[string, string, Given]>([
    [
      'an address that somebody has blocked',
      'network',
      { type: 'aws_wafv2_ip_set', recorded: blocked('192.0.2.1/32'), now: blocked('192.0.2.1/32', '203.0.113.9/32') },
    ],
    [
      'an address that a listener turns away',
      'network',
      { type: 'aws_lb_listener_rule', recorded: rule('192.0.2.1/32'), now: rule('192.0.2.1/32', '203.0.113.9/32') },
    ],
    [
      'a country that a firewall blocks by now, beside a rule that it lost',
      'network',
      {
        type: 'aws_wafv2_web_acl',
        recorded: { rule: [blocking('a', 'AA'), blocking('b', 'BB')] },
        now: { rule: [blocking('b', 'BB', 'CC')] },
      },
    ],
    [
      'a policy that was taken from a role, where another one came',
      'identity',
      { type: ROLE, recorded: attached(own('a')), now: attached(administrator) },
    ],
    [
      'two policies that were taken from a role, where another one came',
      'identity',
      { type: ROLE, recorded: attached(own('a'), own('b')), now: attached(administrator) },
    ],
    [
      'a role that AWS has put under quarantine',
      'identity',
      { type: ROLE, recorded: attached(own('a')), now: attached(own('a'), quarantine) },
    ],
    [
      'a role that AWS has put under quarantine, and that has become an administrator',
      'identity',
      { type: ROLE, recorded: attached(own('a')), now: attached(own('a'), quarantine, administrator) },
    ],
    [
      'a network within, where an ACL was opened to the internet',
      'network',
      {
        type: 'aws_network_acl',
        recorded: { egress: [numbered('10.1.0.0/16', 5432)] },
        now: { egress: [numbered('0.0.0.0/0', 443)] },
      },
    ],
    [
      'a group, where another one was opened to the internet',
      'network',
      {
        type: 'aws_security_group',
        recorded: { egress: [{ ...inlined, security_groups: ['sg-2'] }] },
        now: { egress: [{ ...inlined, cidr_blocks: ['0.0.0.0/0'] }] },
      },
    ],
    [
      'all objects of a name, where a policy has one of a single letter',
      'identity',
      {
        type: 'aws_iam_role_policy',
        recorded: { policy: policy({ ...read, Resource: 'arn:aws:s3:::a/*' }, { ...read, Effect: 'Deny' }) },
        now: { policy: policy({ ...read, Resource: 'arn:aws:s3:::a/?' }) },
      },
    ],
  ])('%s', (_what, refusal, given) => {
    expect(told(given).split(' ').slice(1)).toContain(refusal);
  });
});

describe('what somebody has taken away is not made anew, as it is a right or a way', () => {
  it.each<[string, string, Given['recorded']]>([
    [
      'aws_iam_role_policy_attachment',
      'identity',
      { role: 'a', policy_arn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess' },
    ],
    ['aws_iam_access_key', 'identity', { user: 'a' }],
    ['aws_iam_user_login_profile', 'identity', { user: 'a' }],
    ['aws_iam_saml_provider', 'identity', { name: 'a' }],
    ['aws_ssoadmin_account_assignment', 'identity', { principal_id: 'a' }],
    ['aws_lambda_permission', 'identity', { principal: 'events.amazonaws.com', action: 'lambda:InvokeFunction' }],
    ['aws_lambda_function_url', 'network', { authorization_type: 'NONE' }],
    ['aws_internet_gateway', 'network', { vpc_id: 'vpc-1' }],
    ['aws_vpc_peering_connection', 'network', { vpc_id: 'vpc-1' }],
    ['aws_lb_listener', 'network', { port: 80 }],
    ['aws_vpc_security_group_egress_rule', 'network', { ...egress, referenced_security_group_id: 'sg-2' }],
    ['aws_rds_cluster_instance', 'identity', { publicly_accessible: true }],
  ])('%s', (type, refusal, recorded) => {
    expect(told({ type, recorded, now: null }).split(' ').slice(1)).toContain(refusal);
  });

  it('what only closes is', () => {
    const recorded = { block_public_acls: true, restrict_public_buckets: true };
    expect(told({ type: 'aws_s3_bucket_public_access_block', recorded, now: null })).toBe('closing');
  });
});

it.each<[string, string, Given]>([
  [
    'a firewall’s tags',
    'mending',
    { type: 'aws_wafv2_ip_set', recorded: { tags: { a: 'b' } }, now: { tags: { a: 'c' } } },
  ],
  [
    'an administrator’s policy',
    'closing',
    { type: ROLE, recorded: attached(own('a')), now: attached(own('a'), administrator) },
  ],
  [
    'a way out to a group',
    'closing',
    {
      type: 'aws_security_group',
      recorded: { egress: [] },
      now: { egress: [{ ...inlined, security_groups: ['sg-2'] }] },
    },
  ],
])('%s is put back: %s', (_what, remedy, given) => {
  expect(told(given)).toBe(remedy);
});

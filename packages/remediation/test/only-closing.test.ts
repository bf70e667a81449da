import { verdictsOf } from '../lib/verdict.ts';
import { type Given, plansOf } from './support/plans.ts';

/** What is applied without asking, as shipped, is what only closes. */
const told = (given: Given): string =>
  verdictsOf(plansOf([given]))
    .map(({ remedy, refused }) => [remedy, ...refused].join(' '))
    .join('; ');

const denial = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::b/*' };
const policy = JSON.stringify({ Version: '2012-10-17', Statement: [denial] });

describe('what is gone is not made anew for what its policy denied', () => {
  it.each([
    ['aws_s3_bucket', 'recreation'],
    ['aws_sqs_queue', 'recreation'],
    ['aws_kms_key', 'recreation'],
    ['aws_secretsmanager_secret', 'recreation'],
    ['aws_opensearch_domain', 'recreation'],
    ['aws_vpc_endpoint', 'network'],
    ['aws_iam_role', 'identity'],
  ])('%s', (type, refusal) => {
    // The policy stands in a resource of its own, and the provider repeats it.
    const given = { recorded: { name: 'a', policy }, now: null, configured: { name: 'a' }, dynamic: ['policy'] };
    expect(told({ type, ...given, unknown: { policy: true } })).toBe(`mending ${refusal}`);
  });

  it.each([
    ['aws_s3_bucket_policy', { policy }],
    ['aws_iam_role_policy', { policy }],
    ['aws_network_acl_rule', { rule_action: 'deny', rule_number: 1, protocol: '-1', cidr_block: '0.0.0.0/0' }],
    ['aws_s3_account_public_access_block', { block_public_acls: true }],
    ['aws_ebs_snapshot_block_public_access', { state: 'block-all-sharing' }],
  ])('but %s, which is nothing else', (type, recorded) => {
    expect(told({ type, recorded, now: null })).toBe('closing');
  });
});

describe('nothing goes along because it stands beside what was opened', () => {
  const cluster = (more: object) => ({ vpc_config: [{ public_access_cidrs: ['10.0.0.0/8'], ...more }] });
  const opened = { public_access_cidrs: ['0.0.0.0/0'] };

  it.each([
    ['networks', { subnet_ids: ['a'] }, { subnet_ids: ['b'] }],
    ['a way in from within', { endpoint_private_access: true }, { endpoint_private_access: false }],
  ])('%s', (_what, recorded, now) => {
    const given = { recorded: cluster(recorded), now: cluster({ ...opened, ...now }) };
    expect(told({ type: 'aws_eks_cluster', ...given })).toBe('mending network');
  });

  it('but the range itself, where it stands among others, and where all of its rule came', () => {
    expect(told({ type: 'aws_eks_cluster', recorded: cluster({}), now: cluster(opened) })).toBe('closing');
    const rules = (...ranges: readonly string[]) => ({ ip_rule: ranges.map((ip_range) => ({ ip_range })) });
    const type = 'aws_workspacesweb_ip_access_settings';
    expect(told({ type, recorded: rules('10.0.0.0/8'), now: rules('10.0.0.0/8', '0.0.0.0/0') })).toBe('closing');
  });
});

it.each<[string, Given]>([
  [
    'addresses that a sign-in turns away',
    {
      type: 'aws_cognito_risk_configuration',
      recorded: { risk_exception_configuration: [{ blocked_ip_range_list: ['192.0.2.1/32'] }] },
      now: { risk_exception_configuration: [{ blocked_ip_range_list: ['192.0.2.1/32', '198.51.100.7/32'] }] },
    },
  ],
  [
    'traffic that is not mirrored',
    {
      type: 'aws_ec2_traffic_mirror_filter_rule',
      recorded: { rule_action: 'reject', source_cidr_block: '10.1.0.0/16' },
      now: { rule_action: 'reject', source_cidr_block: '10.0.0.0/8' },
    },
  ],
  [
    'ranges that an environment denies',
    {
      type: 'aws_finspace_kx_environment',
      recorded: { transit_gateway_configuration: [{ attachment_network_acl_configuration: [] }] },
      now: {
        transit_gateway_configuration: [
          { attachment_network_acl_configuration: [{ rule_action: 'deny', cidr_block: '0.0.0.0/0' }] },
        ],
      },
    },
  ],
])('does not let in again, as if that closed something: %s', (_what, given) => {
  expect(told(given)).toBe('mending network');
});

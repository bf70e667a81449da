import fc from 'fast-check';
import { plansAfter, told, type Values } from './support/changed.ts';
import { reportOf } from './support/recorded.ts';

const PUBLIC = 'critical public access';
const WIDER = 'critical wider access';
const NETWORK = 'medium network';
const IDENTITY = 'high identity';
const WAY_OUT = 'high way out';
const SAFEGUARD = 'high safeguard';

type Row = readonly [name: string, type: string, before: Values, after: Values, expected: string];

const rule = (more: object = {}) => ({
  from_port: 443,
  to_port: 443,
  protocol: 'tcp',
  cidr_blocks: ['0.0.0.0/0'],
  ipv6_cidr_blocks: [],
  prefix_list_ids: [],
  security_groups: [],
  self: false,
  description: '',
  ...more,
});
const within = (more: object = {}) => rule({ cidr_blocks: ['10.0.0.0/16'], ...more });
const ingress = (...rules: readonly object[]) => ({ ingress: rules });
const egress = (...rules: readonly object[]) => ({ egress: rules });
const oneRule = (more: object = {}) => ({
  cidr_ipv4: '0.0.0.0/0',
  from_port: 443,
  to_port: 443,
  ip_protocol: 'tcp',
  security_group_id: 'sg-1',
  ...more,
});

const statement = (more: object = {}) => ({
  Sid: 'One',
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::111111111111:role/a' },
  Action: ['s3:GetObject'],
  Resource: 'arn:aws:s3:::b/*',
  ...more,
});
const policy = (...statements: readonly object[]) => ({
  policy: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
});
const SESSION = 'arn:aws:sts::111111111111:assumed-role/a/ada';
const ORGANISATION = { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } };
const TLS_ONLY = {
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: '*',
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};
const own = (more: object = {}) => ({
  Effect: 'Allow',
  Action: ['s3:GetObject'],
  Resource: 'arn:aws:s3:::b/*',
  ...more,
});

const route = (more: object) => ({ cidr_block: '', gateway_id: '', nat_gateway_id: '', vpc_endpoint_id: '', ...more });

describe('rules of security groups', () => {
  it.each<Row>([
    [
      'all ports instead of one, from the internet',
      'aws_security_group',
      ingress(rule()),
      ingress(rule({ from_port: 0, to_port: 65_535 })),
      PUBLIC,
    ],
    [
      'all protocols instead of one, from the internet',
      'aws_security_group',
      ingress(rule()),
      ingress(rule({ protocol: '-1', from_port: 0, to_port: 0 })),
      PUBLIC,
    ],
    [
      'a rule of its own with all ports',
      'aws_vpc_security_group_ingress_rule',
      oneRule(),
      oneRule({ from_port: 0, to_port: 65_535 }),
      PUBLIC,
    ],
    [
      'a rule of its own with all protocols',
      'aws_vpc_security_group_ingress_rule',
      oneRule(),
      oneRule({ ip_protocol: '-1', from_port: null, to_port: null }),
      PUBLIC,
    ],
    ['udp beside tcp', 'aws_security_group', ingress(rule()), ingress(rule(), rule({ protocol: 'udp' })), PUBLIC],
    [
      'the internet by IPv6',
      'aws_security_group',
      ingress(within()),
      ingress(within({ ipv6_cidr_blocks: ['::/0'] })),
      PUBLIC,
    ],
    [
      'two halves of the internet',
      'aws_security_group',
      ingress(within()),
      ingress(within(), rule({ cidr_blocks: ['0.0.0.0/1', '128.0.0.0/1'] })),
      PUBLIC,
    ],
    [
      'the internet in sixteen pieces',
      'aws_security_group',
      ingress(within()),
      ingress(within(), rule({ cidr_blocks: Array.from({ length: 16 }, (_, index) => `${index * 16 + 1}.0.0.0/8`) })),
      PUBLIC,
    ],
    [
      'one address of the internet',
      'aws_security_group',
      ingress(within()),
      ingress(within(), rule({ cidr_blocks: ['203.0.113.7/32'] })),
      WIDER,
    ],
    [
      'a larger private range',
      'aws_security_group',
      ingress(within()),
      ingress(within({ cidr_blocks: ['10.0.0.0/8'] })),
      WIDER,
    ],
    ['one port more, from within', 'aws_security_group', ingress(within()), ingress(within({ to_port: 444 })), WIDER],
    ['another group', 'aws_security_group', ingress(within()), ingress(within({ security_groups: ['sg-2'] })), WIDER],
    ['the group itself', 'aws_security_group', ingress(within()), ingress(within({ self: true })), WIDER],
    [
      'another group by a rule of its own',
      'aws_vpc_security_group_ingress_rule',
      oneRule({ cidr_ipv4: null, referenced_security_group_id: 'sg-2' }),
      oneRule({ cidr_ipv4: null, referenced_security_group_id: 'sg-3' }),
      WIDER,
    ],
    [
      'a rule of the older type',
      'aws_security_group_rule',
      { ...rule(), type: 'ingress', cidr_blocks: ['10.0.0.0/8'] },
      { ...rule(), type: 'ingress' },
      PUBLIC,
    ],
    [
      'a way out that became a way in',
      'aws_security_group_rule',
      { ...rule(), type: 'egress' },
      { ...rule(), type: 'ingress' },
      PUBLIC,
    ],
    ['the default group', 'aws_default_security_group', ingress(), ingress(rule()), PUBLIC],
    [
      'out to the internet instead of a prefix list',
      'aws_security_group',
      egress(rule({ cidr_blocks: [], prefix_list_ids: ['pl-1'] })),
      egress(rule()),
      WAY_OUT,
    ],
    [
      'out to the internet by a rule of its own',
      'aws_vpc_security_group_egress_rule',
      oneRule({ cidr_ipv4: null, prefix_list_id: 'pl-1' }),
      oneRule(),
      WAY_OUT,
    ],
    ['fewer ports', 'aws_security_group', ingress(rule({ from_port: 0, to_port: 65_535 })), ingress(rule()), NETWORK],
    ['a smaller range', 'aws_security_group', ingress(rule()), ingress(within()), NETWORK],
    [
      'one rule as two that say the same',
      'aws_security_group',
      ingress(rule({ cidr_blocks: ['10.0.0.0/16', '10.1.0.0/16'] })),
      ingress(within(), rule({ cidr_blocks: ['10.1.0.0/16'] })),
      NETWORK,
    ],
    [
      'a range in two halves',
      'aws_security_group',
      ingress(within()),
      ingress(within({ cidr_blocks: ['10.0.0.0/17', '10.0.128.0/17'] })),
      NETWORK,
    ],
    [
      'another description of an open rule',
      'aws_security_group',
      ingress(rule()),
      ingress(rule({ description: 'by hand' })),
      NETWORK,
    ],
    ['a private range out', 'aws_security_group', egress(), egress(within()), NETWORK],
  ])('%s', (_name, type, before, after, expected) => {
    expect(told(type, before, after)).toBe(expected);
  });

  it('judge only the rule that lets in more', () => {
    const before = ingress(rule(), within({ from_port: 22, to_port: 22 }));
    const after = ingress(rule({ description: 'web' }), within({ from_port: 22, to_port: 23 }));
    const { findings } = reportOf(plansAfter([{ type: 'aws_security_group', before, after }]));
    expect(findings.map(({ path, concern }) => `${path} ${concern}`).sort()).toEqual([
      'ingress[0].description network',
      'ingress[1].to_port wider access',
    ]);
  });

  const octet = fc.integer({ min: 0, max: 255 });
  const range = (bits: fc.Arbitrary<number>) =>
    fc.tuple(octet, octet, octet, octet, bits).map(([a, b, c, d, length]) => `${a}.${b}.${c}.${d}/${length}`);
  const added = (cidr: string): string =>
    told('aws_security_group', ingress(within()), ingress(within(), rule({ cidr_blocks: [cidr] })));

  it('take a range up to /7 for the internet', () => {
    fc.assert(
      fc.property(range(fc.integer({ min: 0, max: 6 })), (cidr) => expect(added(cidr)).toBe(PUBLIC)),
      { numRuns: 50 },
    );
    expect(
      ['8.0.0.0/7', '::/0', '0::/1', '0:0:0:0:0:0:0:0/0', '::0.0.0.0/0', '2000::/3', 'FE00::/7'].map((cidr) =>
        told('aws_security_group', ingress(), ingress(rule({ cidr_blocks: [], ipv6_cidr_blocks: [cidr] }))),
      ),
    ).toEqual(Array(7).fill(PUBLIC));
  });

  it('take a longer one for more than before', () => {
    fc.assert(
      fc.property(range(fc.integer({ min: 8, max: 32 })), (cidr) => {
        fc.pre(!cidr.startsWith('10.'));
        expect(added(cidr)).toBe(WIDER);
      }),
      { numRuns: 50 },
    );
    expect(added('fc00::/7')).toBe(WIDER);
  });

  it('count a range once, however many protocols it is for', () => {
    const all = rule({ protocol: '-1', cidr_blocks: ['8.0.0.0/8'] });
    expect(told('aws_security_group', ingress(within()), ingress(within(), all))).toBe(WIDER);
  });

  it('never take less for more', () => {
    const one = fc.record({
      cidr_blocks: fc.array(range(fc.constantFrom(0, 4, 8, 16, 24, 32)), { minLength: 1, maxLength: 2 }),
      from_port: fc.integer({ min: 0, max: 50 }),
      to_port: fc.integer({ min: 50, max: 100 }),
      protocol: fc.constantFrom('tcp', 'udp', '-1'),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(one, { minLength: 2, maxLength: 4, selector: (each) => JSON.stringify(each) }),
        fc.nat(),
        (rules, pick) => {
          const all = rules.map(rule);
          const fewer = all.filter((_, index) => index !== pick % all.length);
          expect(told('aws_security_group', ingress(...all), ingress(...fewer))).toBe(NETWORK);
          expect(told('aws_security_group', ingress(...fewer), ingress(...all))).toMatch(/^(critical|medium)/);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('protocols that have only a number', () => {
  const of = (protocol: string) => ingress(rule({ protocol, from_port: 0, to_port: 0 }));

  it.each([
    ['one of all', '-1', '50', NETWORK],
    ['the same', '50', '50', 'nothing'],
    ['all, after one', '50', '-1', PUBLIC],
    ['another one', '50', '51', PUBLIC],
    ['what an object has by itself', '6', 'constructor', PUBLIC],
  ])('%s', (_name, before, after, expected) => {
    expect(told('aws_security_group', of(before), of(after))).toBe(expected);
  });
});

describe('network ACLs', () => {
  const entry = (rule_no: number, action: string, more: object = {}) => ({
    rule_no,
    action,
    protocol: 'tcp',
    from_port: 443,
    to_port: 443,
    cidr_block: '10.0.0.0/8',
    ...more,
  });
  const denied = [entry(10, 'deny', { cidr_block: '0.0.0.0/0' }), entry(20, 'allow', { cidr_block: '0.0.0.0/0' })];
  const aclRule = (more: object = {}) => ({
    egress: false,
    rule_number: 100,
    rule_action: 'deny',
    protocol: 'tcp',
    from_port: 22,
    to_port: 22,
    cidr_block: '0.0.0.0/0',
    ...more,
  });

  it.each<Row>([
    [
      'a denial that is gone',
      'aws_network_acl',
      ingress(...denied),
      ingress(entry(20, 'allow', { cidr_block: '0.0.0.0/0' })),
      PUBLIC,
    ],
    [
      'a denial that comes too late',
      'aws_network_acl',
      ingress(...denied),
      ingress(entry(30, 'deny', { cidr_block: '0.0.0.0/0' }), entry(20, 'allow', { cidr_block: '0.0.0.0/0' })),
      PUBLIC,
    ],
    ['deny that became allow', 'aws_network_acl_rule', aclRule(), aclRule({ rule_action: 'allow' }), PUBLIC],
    ['a denial of fewer ports', 'aws_network_acl_rule', aclRule({ to_port: 30 }), aclRule(), PUBLIC],
    [
      'an allowance that comes sooner',
      'aws_network_acl_rule',
      aclRule({ rule_action: 'allow' }),
      aclRule({ rule_action: 'allow', rule_number: 1 }),
      PUBLIC,
    ],
    ['a denial that was deleted', 'aws_network_acl_rule', aclRule(), null, PUBLIC],
    [
      'other numbers in the same order',
      'aws_network_acl',
      ingress(...denied),
      ingress(...denied.map((each) => ({ ...each, rule_no: each.rule_no + 1 }))),
      NETWORK,
    ],
    ['allow that became deny', 'aws_network_acl_rule', aclRule({ rule_action: 'allow' }), aclRule(), NETWORK],
  ])('%s', (_name, type, before, after, expected) => {
    expect(told(type, before, after)).toBe(expected);
  });
});

describe('policies', () => {
  const anybody = statement({ Principal: '*', Condition: ORGANISATION });
  const endpoint = statement({
    Principal: '*',
    Action: '*',
    Resource: '*',
    Condition: { StringEquals: { 'aws:PrincipalAccount': '111111111111' } },
  });
  it.each<Row>([
    [
      'on many objects, where it was those of one letter',
      'aws_s3_bucket_policy',
      policy(statement({ Resource: 'arn:aws:s3:::b/?' })),
      policy(statement({ Resource: 'arn:aws:s3:::b/*' })),
      WIDER,
    ],
    [
      'the condition of a policy for anybody removed',
      'aws_s3_bucket_policy',
      policy(anybody),
      policy(statement({ Principal: '*' })),
      PUBLIC,
    ],
    [
      'the condition of an endpoint removed',
      'aws_vpc_endpoint',
      policy(endpoint),
      policy(statement({ Principal: '*', Action: '*', Resource: '*' })),
      PUBLIC,
    ],
    [
      'Deny that became Allow',
      'aws_s3_bucket_policy',
      policy(statement(), { ...TLS_ONLY, Condition: undefined }),
      policy(statement(), { ...TLS_ONLY, Condition: undefined, Effect: 'Allow' }),
      PUBLIC,
    ],
    [
      'a condition that anybody meets',
      'aws_s3_bucket_policy',
      policy(anybody),
      policy({ ...anybody, Condition: { StringLike: { 'aws:PrincipalOrgID': '*' } } }),
      PUBLIC,
    ],
    [
      'a condition on what, not on who',
      'aws_s3_bucket_policy',
      policy(anybody),
      policy({ ...anybody, Condition: { StringEquals: { 's3:x-amz-acl': 'private' } } }),
      PUBLIC,
    ],
    [
      'anybody among the principals',
      'aws_sns_topic_policy',
      policy(statement()),
      policy(statement({ Principal: { AWS: ['arn:aws:iam::111111111111:role/a', '*'] } })),
      PUBLIC,
    ],
    [
      'all but one',
      'aws_sqs_queue_policy',
      policy(statement()),
      policy(statement({ Principal: undefined, NotPrincipal: { AWS: 'arn:aws:iam::111111111111:role/a' } })),
      PUBLIC,
    ],
    [
      'a denial of a session, in place of which one spares its role',
      'aws_s3_bucket_policy',
      policy({ Effect: 'Deny', Principal: { AWS: SESSION }, Action: 's3:*', Resource: '*' }),
      policy({
        Effect: 'Deny',
        NotPrincipal: { AWS: 'arn:aws:iam::111111111111:role/a' },
        Action: 's3:*',
        Resource: '*',
      }),
      WIDER,
    ],
    [
      'a policy that was not there',
      'aws_opensearch_domain',
      { access_policies: null },
      { access_policies: policy(statement({ Principal: { AWS: '*' } })).policy },
      PUBLIC,
    ],
    [
      'another account',
      'aws_kms_key',
      policy(statement()),
      policy(statement({ Principal: { AWS: ['arn:aws:iam::111111111111:role/a', 'arn:aws:iam::999999999999:root'] } })),
      WIDER,
    ],
    [
      'the whole account instead of a role',
      'aws_s3_bucket_policy',
      policy(statement()),
      policy(statement({ Principal: { AWS: '111111111111' } })),
      WIDER,
    ],
    [
      'another service',
      'aws_iam_role',
      { assume_role_policy: policy(statement({ Principal: { Service: 'ecs-tasks.amazonaws.com' } })).policy },
      {
        assume_role_policy: policy(
          statement({ Principal: { Service: ['ecs-tasks.amazonaws.com', 'ec2.amazonaws.com'] } }),
        ).policy,
      },
      WIDER,
    ],
    [
      'the source account no longer asked for',
      'aws_iam_role',
      {
        assume_role_policy: policy(
          statement({
            Principal: { Service: 'ecs-tasks.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': '1' } },
          }),
        ).policy,
      },
      { assume_role_policy: policy(statement({ Principal: { Service: 'ecs-tasks.amazonaws.com' } })).policy },
      WIDER,
    ],
    [
      'any repository instead of one',
      'aws_iam_role',
      { assume_role_policy: policy(statement({ Condition: { StringLike: { 'x:sub': 'repo:a/b:*' } } })).policy },
      { assume_role_policy: policy(statement({ Condition: { StringLike: { 'x:sub': 'repo:a/*' } } })).policy },
      WIDER,
    ],
    [
      'equal that became like',
      'aws_s3_bucket_policy',
      policy(statement({ Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-1' } } })),
      policy(statement({ Condition: { StringLike: { 'aws:SourceVpce': 'vpce-*' } } })),
      WIDER,
    ],
    [
      'a condition only if the key exists',
      'aws_s3_bucket_policy',
      policy(statement({ Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-1' } } })),
      policy(statement({ Condition: { StringEqualsIfExists: { 'aws:SourceVpce': 'vpce-1' } } })),
      WIDER,
    ],
    [
      'a larger range of callers',
      'aws_s3_bucket_policy',
      policy(statement({ Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/28' } } })),
      policy(statement({ Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } })),
      WIDER,
    ],
    [
      'fewer exceptions',
      'aws_s3_bucket_policy',
      policy(statement({ Condition: { StringNotEquals: { 'aws:PrincipalTag/x': ['a', 'b'] } } })),
      policy(statement({ Condition: { StringNotEquals: { 'aws:PrincipalTag/x': ['a'] } } })),
      WIDER,
    ],
    [
      'one action more',
      'aws_s3_bucket_policy',
      policy(statement()),
      policy(statement({ Action: ['s3:GetObject', 's3:PutObject'] })),
      WIDER,
    ],
    [
      'all actions but one',
      'aws_s3_bucket_policy',
      policy(statement()),
      policy(statement({ Action: undefined, NotAction: 's3:DeleteBucket' })),
      WIDER,
    ],
    [
      'one resource more',
      'aws_s3_bucket_policy',
      policy(statement()),
      policy(statement({ Resource: ['arn:aws:s3:::b/*', 'arn:aws:s3:::c/*'] })),
      WIDER,
    ],
    ['a denial that is gone', 'aws_s3_bucket_policy', policy(statement(), TLS_ONLY), policy(statement()), WIDER],
    [
      'a denial under one more condition',
      'aws_s3_bucket_policy',
      policy(statement(), TLS_ONLY),
      policy(statement(), {
        ...TLS_ONLY,
        Condition: { ...TLS_ONLY.Condition, StringNotEquals: { 'aws:PrincipalArn': 'x' } },
      }),
      WIDER,
    ],
    ['a denial that was deleted with its policy', 'aws_s3_bucket_policy', policy(TLS_ONLY), null, WIDER],
    [
      'a statement among others of which one is narrower',
      'aws_s3_bucket_policy',
      policy(statement({ Action: 's3:*' }), statement({ Sid: 'Two' })),
      policy(statement(), statement({ Sid: 'Two', Principal: '*' })),
      PUBLIC,
    ],
    [
      'one right more of a role',
      'aws_iam_role_policy',
      policy(own()),
      policy(own({ Action: ['s3:GetObject', 's3:PutObject'] })),
      IDENTITY,
    ],
    ['all rights of a role', 'aws_iam_role_policy', policy(own()), policy(own({ Action: '*', Resource: '*' })), WIDER],
    [
      'the right to give rights',
      'aws_iam_role_policy',
      policy(own()),
      policy(own(), own({ Action: 'iam:Put*', Resource: '*' })),
      WIDER,
    ],
    [
      'administration by a managed policy',
      'aws_iam_role',
      { managed_policy_arns: [] },
      { managed_policy_arns: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
      WIDER,
    ],
    [
      'another managed policy',
      'aws_iam_role',
      { managed_policy_arns: [] },
      { managed_policy_arns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] },
      IDENTITY,
    ],
    ['a narrower action', 'aws_s3_bucket_policy', policy(statement({ Action: 's3:*' })), policy(statement()), IDENTITY],
    ['one condition more', 'aws_s3_bucket_policy', policy(statement({ Principal: '*' })), policy(anybody), IDENTITY],
    [
      'a role instead of the whole account',
      'aws_s3_bucket_policy',
      policy(statement({ Principal: { AWS: '111111111111' } })),
      policy(statement()),
      IDENTITY,
    ],
    ['one denial more', 'aws_s3_bucket_policy', policy(statement()), policy(statement(), TLS_ONLY), IDENTITY],
    [
      'one statement as two that say the same',
      'aws_s3_bucket_policy',
      policy(statement({ Action: ['s3:GetObject', 's3:PutObject'] })),
      policy(statement(), statement({ Sid: 'Two', Action: 's3:PutObject' })),
      IDENTITY,
    ],
    [
      'another name of a statement',
      'aws_s3_bucket_policy',
      policy(statement({ Principal: '*' })),
      policy(statement({ Principal: '*', Sid: 'Other' })),
      IDENTITY,
    ],
  ])('%s', (_name, type, before, after, expected) => {
    expect(told(type, before, after)).toBe(expected);
  });

  it('judge only the statement that lets in more', () => {
    const { findings } = reportOf(
      plansAfter([
        {
          type: 'aws_s3_bucket_policy',
          before: policy(statement({ Action: 's3:*' }), statement({ Sid: 'Two' })),
          after: policy(
            statement({ Action: 's3:List*' }),
            statement({ Sid: 'Two', Principal: { AWS: '999999999999' } }),
          ),
        },
      ]),
    );
    expect(findings.map(({ path, concern }) => `${path} ${concern}`).sort()).toEqual([
      'policy.Statement[0].Action identity',
      'policy.Statement[1].Principal.AWS wider access',
    ]);
  });
});

describe('a policy of a form that AWS does not know', () => {
  const of = (part: object) => ({ policy: JSON.stringify({ Statement: [{ Effect: 'Allow', ...part }] }) });

  it.each([
    ['actions', { Action: { a: 1 } }, { Action: { a: 2 } }],
    ['principals', { Principal: { AWS: [{ a: 1 }] } }, { Principal: { AWS: [{ a: 2 }] } }],
    ['conditions', { Condition: { Bool: { x: { a: 1 } } } }, { Condition: { Bool: { x: { a: 2 } } } }],
  ])('has changed when its %s have', (_name, before, after) => {
    expect(told('aws_x', of(before), of(after))).not.toBe('nothing');
  });
});

describe('other ways in and out', () => {
  const table = (...routes: readonly object[]) => ({ route: routes });
  const nat = route({ cidr_block: '0.0.0.0/0', nat_gateway_id: 'nat-1' });
  const narrow = route({ cidr_block: '198.51.100.0/24', nat_gateway_id: 'nat-1' });
  const internet = route({ cidr_block: '0.0.0.0/0', gateway_id: 'igw-1' });
  const firewall = route({ cidr_block: '198.51.100.0/24', vpc_endpoint_id: 'vpce-1' });
  const permission = (more: object = {}) => ({
    principal: 's3.amazonaws.com',
    action: 'lambda:InvokeFunction',
    function_name: 'f',
    source_arn: 'arn:aws:s3:::b',
    source_account: '111111111111',
    ...more,
  });
  it.each<Row>([
    [
      'a function for anybody',
      'aws_lambda_permission',
      permission(),
      permission({ principal: '*', source_arn: '', source_account: '' }),
      PUBLIC,
    ],
    [
      'a function for every bucket',
      'aws_lambda_permission',
      permission(),
      permission({ source_arn: '', source_account: '' }),
      WIDER,
    ],
    [
      'a function for another account',
      'aws_lambda_permission',
      permission(),
      permission({ principal: '999999999999' }),
      WIDER,
    ],
    ['a function for less', 'aws_lambda_permission', permission({ source_arn: '' }), permission(), 'medium unlisted'],
    [
      'a function without asking who',
      'aws_lambda_function_url',
      { authorization_type: 'AWS_IAM' },
      { authorization_type: 'NONE' },
      PUBLIC,
    ],
    ['a snapshot for all', 'aws_db_cluster_snapshot', { shared_accounts: [] }, { shared_accounts: ['all'] }, PUBLIC],
    [
      'a snapshot for another account',
      'aws_db_snapshot',
      { shared_accounts: ['1'] },
      { shared_accounts: ['1', '2'] },
      WIDER,
    ],
    ['an image for all', 'aws_ami_launch_permission', null, { group: 'all', image_id: 'ami-1' }, PUBLIC],
    [
      'a key for somebody else',
      'aws_kms_grant',
      { grantee_principal: 'arn:a', operations: ['Encrypt'] },
      { grantee_principal: 'arn:b', operations: ['Encrypt'] },
      WIDER,
    ],
    [
      'a key for one operation more',
      'aws_kms_grant',
      { grantee_principal: 'arn:a', operations: ['Encrypt'] },
      { grantee_principal: 'arn:a', operations: ['Encrypt', 'Decrypt'] },
      WIDER,
    ],
    [
      'an endpoint service for another account',
      'aws_vpc_endpoint_service',
      { allowed_principals: [] },
      { allowed_principals: ['arn:aws:iam::2:root'] },
      WIDER,
    ],
    ['a member of a group more', 'aws_iam_group_membership', { users: ['a'] }, { users: ['a', 'b'] }, WIDER],
    [
      'a route to the internet',
      'aws_route_table',
      table(),
      table(route({ cidr_block: '0.0.0.0/0', gateway_id: 'igw-1' })),
      PUBLIC,
    ],
    [
      'a route to the internet gateway instead of the NAT gateway',
      'aws_route_table',
      table(nat),
      table(route({ cidr_block: '0.0.0.0/0', gateway_id: 'igw-1' })),
      PUBLIC,
    ],
    [
      'a route of its own to the internet',
      'aws_route',
      { destination_cidr_block: '0.0.0.0/0', nat_gateway_id: 'nat-1', gateway_id: '' },
      { destination_cidr_block: '0.0.0.0/0', nat_gateway_id: '', gateway_id: 'igw-1' },
      PUBLIC,
    ],
    ['a route through another gateway', 'aws_route_table', table(), table(nat), WAY_OUT],
    ['a route less', 'aws_route_table', table(nat), table(), NETWORK],
    [
      'a narrow route less, by which traffic came to a firewall and not to the internet',
      'aws_route_table',
      table(internet, firewall),
      table(internet),
      PUBLIC,
    ],
    [
      'the same to a list of ranges',
      'aws_route_table',
      table(internet, { ...firewall, cidr_block: '', destination_prefix_list_id: 'pl-1' }),
      table(internet),
      PUBLIC,
    ],
    [
      'a narrow route less, beside which a wide one leads to the same',
      'aws_route_table',
      table(nat, narrow),
      table(nat),
      NETWORK,
    ],
    [
      'a narrow route to the internet less, in place of which a NAT gateway serves',
      'aws_route_table',
      table(nat, { ...internet, cidr_block: '198.51.100.0/24' }),
      table(nat),
      NETWORK,
    ],
    [
      'a narrow route less, of which the next wider one leads elsewhere',
      'aws_route_table',
      table(internet, { ...narrow, cidr_block: '198.51.0.0/16' }, firewall),
      table(internet, { ...narrow, cidr_block: '198.51.0.0/16' }),
      WAY_OUT,
    ],
    [
      'callers of an API of Kubernetes',
      'aws_eks_cluster',
      { vpc_config: [{ public_access_cidrs: ['203.0.113.0/24'] }] },
      { vpc_config: [{ public_access_cidrs: ['0.0.0.0/0'] }] },
      PUBLIC,
    ],
    [
      'a prefix list',
      'aws_ec2_managed_prefix_list',
      { entry: [{ cidr: '10.0.0.0/8' }] },
      { entry: [{ cidr: '10.0.0.0/8' }, { cidr: '203.0.113.0/24' }] },
      WIDER,
    ],
    [
      'a listener that no longer asks who it is',
      'aws_lb_listener',
      {
        default_action: [
          { type: 'authenticate-oidc', order: 1 },
          { type: 'forward', order: 2 },
        ],
      },
      { default_action: [{ type: 'forward', order: 2 }] },
      WIDER,
    ],
    [
      'a listener that passes on what it refused',
      'aws_lb_listener',
      { default_action: [{ type: 'fixed-response' }] },
      { default_action: [{ type: 'forward' }] },
      WIDER,
    ],
    [
      'a rule of a listener that asks for less',
      'aws_lb_listener_rule',
      { condition: [{ source_ip: [{ values: ['10.0.0.0/8'] }] }, { path_pattern: [{ values: ['/a'] }] }] },
      { condition: [{ path_pattern: [{ values: ['/a'] }] }] },
      WIDER,
    ],
    [
      'a rule of a listener for more callers',
      'aws_lb_listener_rule',
      { condition: [{ source_ip: [{ values: ['10.0.0.0/8'] }] }] },
      { condition: [{ source_ip: [{ values: ['0.0.0.0/0'] }] }] },
      PUBLIC,
    ],
    [
      'no client certificates any more',
      'aws_lb_listener',
      { mutual_authentication: [{ mode: 'verify' }] },
      { mutual_authentication: [{ mode: 'off' }] },
      WIDER,
    ],
    ['a bucket by its ACL', 'aws_s3_bucket_acl', { acl: 'private' }, { acl: 'public-read' }, PUBLIC],
    [
      'a bucket by a grant',
      'aws_s3_bucket',
      { grant: [] },
      { grant: [{ uri: 'http://acs.amazonaws.com/groups/global/AllUsers', type: 'Group', permissions: ['READ'] }] },
      PUBLIC,
    ],
    [
      'nothing forbids a public bucket any more',
      'aws_s3_bucket_public_access_block',
      { block_public_policy: true },
      null,
      PUBLIC,
    ],
    ['an internal load balancer', 'aws_lb', { internal: true }, { internal: false }, PUBLIC],
    ['a database', 'aws_rds_cluster_instance', { publicly_accessible: false }, { publicly_accessible: true }, PUBLIC],
    [
      'a database that is closed',
      'aws_rds_cluster_instance',
      { publicly_accessible: true },
      { publicly_accessible: false },
      NETWORK,
    ],
    [
      'a bucket that forbids more',
      'aws_s3_bucket_public_access_block',
      { block_public_policy: false },
      { block_public_policy: true },
      NETWORK,
    ],
    [
      'commands in a container',
      'aws_ecs_service',
      { enable_execute_command: false },
      { enable_execute_command: true },
      SAFEGUARD,
    ],
    ['another task definition', 'aws_ecs_service', { task_definition: 'a:1' }, { task_definition: 'a:2' }, 'high code'],
    [
      'other code of a function',
      'aws_lambda_function',
      { source_code_hash: 'a' },
      { source_code_hash: 'b' },
      'high code',
    ],
    [
      'statements by the data API',
      'aws_rds_cluster',
      { enable_http_endpoint: false },
      { enable_http_endpoint: true },
      SAFEGUARD,
    ],
    [
      'a key that is not rotated',
      'aws_kms_key',
      { enable_key_rotation: true },
      { enable_key_rotation: false },
      'high encryption',
    ],
    [
      'images that can be replaced',
      'aws_ecr_repository',
      { image_tag_mutability: 'IMMUTABLE' },
      { image_tag_mutability: 'MUTABLE' },
      SAFEGUARD,
    ],
    [
      'images that are not scanned',
      'aws_ecr_repository',
      { image_scanning_configuration: [{ scan_on_push: true }] },
      { image_scanning_configuration: [{ scan_on_push: false }] },
      SAFEGUARD,
    ],
    ['plain HTTP to the tasks', 'aws_lb_target_group', { protocol: 'HTTPS' }, { protocol: 'HTTP' }, 'high encryption'],
    [
      'evidence for a day',
      'aws_s3_bucket_lifecycle_configuration',
      { rule: [{ id: 'a', expiration: [{ days: 2555 }] }] },
      { rule: [{ id: 'a', expiration: [{ days: 1 }] }] },
      'high deletion',
    ],
    [
      'an end where there was none',
      'aws_s3_bucket_lifecycle_configuration',
      { rule: [{ id: 'a' }] },
      { rule: [{ id: 'a' }, { id: 'b', expiration: [{ days: 1 }] }] },
      'high deletion',
    ],
    [
      'logs for a day',
      'aws_cloudwatch_log_group',
      { retention_in_days: 365 },
      { retention_in_days: 1 },
      'high deletion',
    ],
    [
      'backups for a day',
      'aws_rds_cluster',
      { backup_retention_period: 35 },
      { backup_retention_period: 1 },
      'high deletion',
    ],
    [
      'logs for longer',
      'aws_cloudwatch_log_group',
      { retention_in_days: 30 },
      { retention_in_days: 0 },
      'medium audit',
    ],
    [
      'logs for ever in another spelling',
      'aws_cloudwatch_log_group',
      { retention_in_days: 0, name: 'a' },
      { retention_in_days: '', name: 'a' },
      'medium audit',
    ],
    [
      'versions that are no longer kept',
      'aws_s3_bucket_versioning',
      { versioning_configuration: [{ status: 'Enabled' }] },
      { versioning_configuration: [{ status: 'Suspended' }] },
      SAFEGUARD,
    ],
    [
      'an older way to ask for credentials',
      'aws_instance',
      { metadata_options: [{ http_tokens: 'required' }] },
      { metadata_options: [{ http_tokens: 'optional' }] },
      SAFEGUARD,
    ],
    ['a minor version', 'aws_rds_cluster', { engine_version: '16.8' }, { engine_version: '16.9' }, 'medium unlisted'],
    ['a tag', 'aws_rds_cluster', { tags: { owner: 'a' } }, { tags: { owner: 'b' } }, 'low tags'],
  ])('%s', (_name, type, before, after, expected) => {
    expect(told(type, before, after)).toBe(expected);
  });
});

import { normaliseValue } from '@flaghoist/plan-reading/normalise-value';
import fc from 'fast-check';
import { concernRank, concerns, isAtLeast, levels, severityOf, severityRules } from '../lib/severity.ts';

const tree = (value: unknown) => normaliseValue(value, {}, (text) => text);
const concernOf = (type: string, path: string, [before, after]: readonly [unknown, unknown] = [1, 2]): string =>
  severityOf({ type, path }, { before: tree(before), after: tree(after) }).concern;

const policy = (principal: unknown) => JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: principal }] });

it.each([
  ['aws_rds_cluster_instance', 'publicly_accessible', 'public access'],
  ['aws_ecs_service', 'network_configuration[0].assign_public_ip', 'public access'],
  ['aws_lb', 'internal', 'public access'],
  ['aws_s3_bucket_public_access_block', 'block_public_acls', 'public access'],
  ['aws_rds_cluster', 'storage_encrypted', 'encryption'],
  ['aws_sns_topic', 'kms_master_key_id', 'encryption'],
  ['aws_lb_listener', 'ssl_policy', 'encryption'],
  ['aws_rds_cluster_parameter_group', 'parameter[0].value', 'encryption'],
  ['aws_s3_bucket_server_side_encryption_configuration', 'rule[0].bucket_key_enabled', 'encryption'],
  ['aws_lb', 'enable_deletion_protection', 'deletion'],
  ['aws_backup_vault', '#existence', 'deletion'],
  ['aws_rds_cluster', '#replacement', 'deletion'],
  ['aws_iam_role', 'assume_role_policy.Statement[0].Principal.Service', 'identity'],
  ['aws_s3_bucket_policy', 'policy.Statement[1].Effect', 'identity'],
  ['aws_ecs_task_definition', 'task_role_arn', 'identity'],
  ['aws_ssm_parameter', 'value', 'identity'],
  ['aws_security_group', 'egress[*]', 'network'],
  ['aws_route', 'nat_gateway_id', 'network'],
  ['aws_lb', 'subnets[*]', 'network'],
  ['aws_cloudwatch_log_group', 'retention_in_days', 'audit'],
  ['aws_config_configuration_recorder_status', 'is_recording', 'audit'],
  ['aws_rds_cluster', 'backup_retention_period', 'recovery'],
  ['aws_s3_bucket_versioning', 'versioning_configuration[0].status', 'recovery'],
  ['aws_rds_cluster', 'engine_version', 'unlisted'],
  ['aws_unheard_of', 'something_new', 'unlisted'],
  ['output', 'value', 'output'],
  ['aws_ecs_service', 'desired_count', 'size'],
  ['aws_rds_cluster', 'preferred_maintenance_window', 'description'],
  ['aws_kms_key', 'tags.encrypted', 'tags'],
  ['aws_kms_key', 'tags_all.owner', 'tags'],
])('%s %s is about %s', (type, path, concern) => {
  expect(concernOf(type, path)).toBe(concern);
});

it('lets the value decide when it lets the internet in', () => {
  const open = { cidr_blocks: ['0.0.0.0/0'] };
  expect(concernOf('aws_security_group', 'ingress[*]', [null, open])).toBe('public access');
  expect(concernOf('aws_vpc_security_group_ingress_rule', 'cidr_ipv4', ['10.0.0.0/8', '0.0.0.0/0'])).toBe(
    'public access',
  );
  expect(concernOf('aws_vpc_security_group_ingress_rule', 'cidr_ipv6', [null, '::/0'])).toBe('public access');
  expect(concernOf('aws_security_group', 'ingress[*]', [open, null])).toBe('network');
  expect(concernOf('aws_security_group', 'egress[*]', [null, open])).toBe('network');
});

it('lets the value decide when it lets anybody in', () => {
  const path = 'policy';
  expect(concernOf('aws_s3_bucket_policy', path, [null, policy('*')])).toBe('public access');
  expect(concernOf('aws_sns_topic_policy', path, [policy({ AWS: 'arn:x' }), policy({ AWS: '*' })])).toBe(
    'public access',
  );
  expect(concernOf('aws_s3_bucket_policy', path, [policy('*'), policy({ AWS: 'arn:x' })])).toBe('identity');
});

it.each<readonly [string, string, string, unknown]>([
  ['a star among others', 'aws_sqs_queue_policy', 'policy', policy({ AWS: ['arn:x', '*'] })],
  ['a star among others of a statement', 'aws_sqs_queue_policy', 'policy.Statement[0].Principal.AWS[*]', '*'],
  [
    'all but some',
    'aws_sqs_queue_policy',
    'policy',
    JSON.stringify({ Effect: 'Allow', NotPrincipal: { AWS: 'arn:x' } }),
  ],
  ['all but some, in a statement', 'aws_sqs_queue_policy', 'policy.Statement[0].NotPrincipal.AWS', 'arn:x'],
  ['policies', 'aws_opensearch_domain', 'access_policies', policy({ AWS: '*' })],
])('knows anybody as %s', (_case, type, path, after) => {
  expect(concernOf(type, path, [null, after])).toBe('public access');
});

it('lets a policy name some, also next to a star that is no principal', () => {
  const some = { Effect: 'Allow', Principal: { AWS: ['arn:x', 'arn:y'] }, Action: '*', Resource: '*' };
  expect(concernOf('aws_sqs_queue_policy', 'policy.Statement[*]', [null, some])).toBe('identity');
  const denied = { Effect: 'Deny', NotPrincipal: { AWS: 'arn:x' } };
  expect(concernOf('aws_sqs_queue_policy', 'policy.Statement[*]', [null, denied])).toBe('identity');
});

describe('a range', () => {
  const ingress = (range: string) =>
    concernOf('aws_security_group', 'ingress[*]', [null, { cidr_blocks: ['10.0.0.0/16', range] }]);
  const octet = fc.integer({ min: 0, max: 255 });
  const ipv4 = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join('.'));
  const publicIpv6 = fc.constantFrom('::', '0::', '0:0:0:0:0:0:0:0', '0000::0000', '::0.0.0.0', '2000::', 'FE00::');
  const short = fc.integer({ min: 0, max: 7 });

  it('of IPv4 is the internet up to /7', () => {
    fc.assert(fc.property(ipv4, short, (ip, bits) => expect(ingress(`${ip}/${bits}`)).toBe('public access')));
    fc.assert(
      fc.property(ipv4, fc.integer({ min: 8, max: 32 }), (ip, bits) =>
        expect(ingress(`${ip}/${bits}`)).toBe('network'),
      ),
    );
  });

  it('of IPv6 is the internet up to /7, however it is written', () => {
    fc.assert(fc.property(publicIpv6, short, (ip, bits) => expect(ingress(`${ip}/${bits}`)).toBe('public access')));
    fc.assert(
      fc.property(publicIpv6, fc.integer({ min: 8, max: 128 }), (ip, bits) =>
        expect(ingress(`${ip}/${bits}`)).toBe('network'),
      ),
    );
  });

  it('that is all private is not the internet', () => {
    expect(['fc00::/7', 'FD00::/7'].map(ingress)).toEqual(['network', 'network']);
  });
});

it('takes a denial of everybody for no invitation', () => {
  const deny = { Effect: 'Deny', Principal: '*', Action: 's3:*' };
  expect(concernOf('aws_s3_bucket_policy', 'policy.Statement[*]', [null, deny])).toBe('identity');
  expect(concernOf('aws_s3_bucket_policy', 'policy.Statement[*]', [null, { ...deny, Effect: 'Allow' }])).toBe(
    'public access',
  );
});

it('lets each part of a policy decide on its own, too', () => {
  expect(concernOf('aws_s3_bucket_policy', 'policy.Statement[0].Principal', [{ AWS: 'arn:x' }, '*'])).toBe(
    'public access',
  );
  expect(concernOf('aws_s3_bucket_policy', 'policy.Statement[0].Principal.AWS', ['arn:x', '*'])).toBe('public access');
});

it('ranks public access before encryption, deletion, identity and, at the end, tags', () => {
  const ranks = (['public access', 'encryption', 'deletion', 'identity', 'unlisted', 'tags'] as const).map(concernRank);
  expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
  expect(concernRank('tags')).toBe(Object.keys(concerns).length - 1);
  const order = Object.values(concerns).map((level) => levels.indexOf(level));
  expect(order).toEqual([...order].sort((a, b) => a - b));
});

it('knows which level is worse', () => {
  expect(isAtLeast('critical', 'high')).toBe(true);
  expect(isAtLeast('high', 'high')).toBe(true);
  expect(isAtLeast('low', 'medium')).toBe(false);
});

it('has no rule that another hides altogether', () => {
  const sources = severityRules.map(({ type, path }) => `${type?.source ?? ''} ${path.source}`);
  expect(new Set(sources).size).toBe(sources.length);
});

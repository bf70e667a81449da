import { isDeepStrictEqual } from 'node:util';
import { originalOf, type Tree } from '@flaghoist/plan-reading/tree';
import type { Concern } from '../severity.ts';

interface Switch {
  readonly concern: Concern;
  readonly type?: RegExp;
  /** The attribute's path, places in lists left out: `rule.expiration.days`. */
  readonly path: RegExp;
  /** Whether this value, or none, leaves open what another one closes. */
  readonly open: (value: unknown) => boolean;
}

const on = (value: unknown): boolean =>
  value === true || value === 'true' || value === 'Enabled' || value === 'enabled';
const off = (value: unknown): boolean => !on(value) && value !== 'ENABLED';
const is =
  (...values: readonly unknown[]) =>
  (value: unknown): boolean =>
    values.includes(value);
const isNot =
  (...values: readonly unknown[]) =>
  (value: unknown): boolean =>
    !values.includes(value);

/** Reviewed: settings of which one value lets in, shows or gives up what another one does not. */
const switches: readonly Switch[] = [
  {
    concern: 'public access',
    path: /(^|\.)(publicly_accessible|assign_public_ip|map_public_ip_on_launch|associate_public_ip_address|endpoint_public_access|direct_internet_access|assign_ipv6_address_on_creation|allow_unauthenticated_identities|is_publicly_accessible|unauthenticated|anonymous_auth_enabled)$/,
    open: on,
  },
  { concern: 'public access', type: /^aws_(lb|alb|elb)$/, path: /^internal$/, open: is(false) },
  {
    concern: 'public access',
    path: /(^|\.)(block_public_acls|block_public_policy|ignore_public_acls|restrict_public_buckets)$/,
    open: off,
  },
  {
    concern: 'public access',
    path: /(^|\.)acl$/,
    open: (value) => /^(public-|authenticated-read)/.test(String(value)),
  },
  {
    concern: 'public access',
    path: /(^|\.)uri$/,
    open: (value) => /\/groups\/global\/(AllUsers|AuthenticatedUsers)$/.test(String(value)),
  },
  {
    concern: 'public access',
    type: /^aws_(lambda_function_url|api_gateway_method|apigatewayv2_route|vpclattice_service|vpclattice_service_network)$/,
    path: /^(authorization_type|authorization|auth_type)$/,
    open: is('NONE'),
  },
  {
    concern: 'public access',
    type: /^aws_(ebs_snapshot|ec2_image)_block_public_access$/,
    path: /^state$/,
    open: (value) => value === undefined || value === 'unblocked',
  },
  {
    // What is shared already stays so.
    concern: 'public access',
    type: /^aws_ebs_snapshot_block_public_access$/,
    path: /^state$/,
    open: isNot('block-all-sharing'),
  },
  {
    concern: 'public access',
    type: /^aws_vpc_block_public_access_options$/,
    path: /^internet_gateway_block_mode$/,
    open: isNot('block-ingress', 'block-bidirectional'),
  },
  {
    concern: 'way out',
    type: /^aws_vpc_block_public_access_options$/,
    path: /^internet_gateway_block_mode$/,
    open: isNot('block-bidirectional'),
  },
  {
    concern: 'public access',
    type: /^aws_emr_block_public_access/,
    path: /^block_public_security_group_rules$/,
    open: off,
  },
  { concern: 'public access', type: /^aws_transfer_server$/, path: /^endpoint_type$/, open: is('PUBLIC') },
  { concern: 'public access', path: /(^|\.)public_access\.type$/, open: isNot('DISABLED', undefined) },
  {
    concern: 'public access',
    type: /^aws_mwaa_environment$/,
    path: /^webserver_access_mode$/,
    open: is('PUBLIC_ONLY'),
  },
  { concern: 'public access', type: /^aws_codebuild_project$/, path: /^project_visibility$/, open: is('PUBLIC_READ') },
  {
    concern: 'public access',
    type: /^aws_api_gateway_(rest_api|domain_name)$/,
    path: /^endpoint_configuration\.types$/,
    open: isNot('PRIVATE'),
  },
  { concern: 'wider access', path: /(^|\.)allow_admin_create_user_only$/, open: off },
  // Other people's web pages, with the rights of whoever looks at them.
  { concern: 'wider access', path: /(^|\.)allow(ed)?_origins$/, open: is('*') },
  { concern: 'wider access', path: /(^|\.)advanced_security_options\.enabled$/, open: off },
  { concern: 'wider access', type: /^aws_appsync_/, path: /(^|\.)authentication_type$/, open: is('API_KEY') },
  { concern: 'wider access', path: /^disable_execute_api_endpoint$/, open: off },
  { concern: 'wider access', path: /^auto_accept_shared_attachments$/, open: is('enable') },
  { concern: 'wider access', type: /^aws_vpc_endpoint_service$/, path: /^acceptance_required$/, open: is(false) },
  { concern: 'wider access', type: /^aws_ram_resource_share$/, path: /^allow_external_principals$/, open: on },
  { concern: 'wider access', type: /^aws_api_gateway_method$/, path: /^api_key_required$/, open: is(false) },
  { concern: 'wider access', path: /(^|\.)mutual_authentication\.mode$/, open: isNot('verify') },
  {
    concern: 'wider access',
    type: /^aws_(lb|alb)_listener(_rule)?$/,
    path: /\.on_unauthenticated_request$/,
    open: is('allow'),
  },
  { concern: 'wider access', type: /^aws_elasticache_user$/, path: /^no_password_required$/, open: on },

  {
    concern: 'encryption',
    type: /^aws_(lb|alb)_(target_group|listener)$/,
    path: /^protocol$/,
    open: is('HTTP', 'TCP'),
  },
  { concern: 'encryption', path: /(^|\.)viewer_protocol_policy$/, open: is('allow-all') },
  { concern: 'encryption', path: /(^|\.)origin_protocol_policy$/, open: is('http-only') },
  {
    concern: 'encryption',
    path: /(^|\.)(enforce_https|require_ssl|require_tls|transit_encryption_enabled)$/,
    open: off,
  },

  { concern: 'safeguard', path: /(^|\.)(enable_key_rotation|rotation_enabled)$/, open: off },
  { concern: 'safeguard', path: /(^|\.)image_tag_mutability$/, open: is('MUTABLE') },
  { concern: 'safeguard', path: /(^|\.)scan_on_push$/, open: off },
  { concern: 'safeguard', path: /(^|\.)http_tokens$/, open: isNot('required') },
  {
    concern: 'safeguard',
    path: /(^|\.)(enable_execute_command|enable_http_endpoint|http_endpoint_enabled)$/,
    open: on,
  },
  { concern: 'safeguard', path: /(^|\.)(privileged|allow_privilege_escalation)$/i, open: on },
  { concern: 'safeguard', path: /(^|\.)(readonlyRootFilesystem|read_only_root_filesystem)$/, open: off },
  {
    concern: 'safeguard',
    path: /(^|\.)(drop_invalid_header_fields|enable_log_file_validation|is_multi_region_trail|enable_logging|is_recording)$/,
    open: off,
  },
  {
    concern: 'safeguard',
    type: /_versioning$|^aws_s3_bucket$/,
    path: /(^|\.)(status|versioning\.enabled|mfa_delete)$/,
    open: (value) => value === 'Suspended' || value === 'Disabled' || value === false,
  },
  { concern: 'safeguard', path: /(^|\.)point_in_time_recovery\.enabled$/, open: off },
  { concern: 'safeguard', type: /^aws_guardduty_detector$|^aws_securityhub/, path: /^enable/, open: off },
  { concern: 'safeguard', path: /(^|\.)iam_database_authentication_enabled$/, open: off },
  { concern: 'safeguard', path: /(^|\.)mfa_configuration$/, open: isNot('ON') },
  { concern: 'safeguard', path: /(^|\.)web_acl_(id|arn)$/, open: is('', undefined) },
  { concern: 'safeguard', path: /(^|\.)object_ownership$/, open: isNot('BucketOwnerEnforced') },
  { concern: 'safeguard', path: /(^|\.)desync_mitigation_mode$/, open: is('monitor') },
  { concern: 'safeguard', path: /(^|\.)default_retention\.mode$/, open: isNot('COMPLIANCE') },
  { concern: 'safeguard', type: /^aws_cloudtrail/, path: /(^|\.)include_management_events$/, open: off },
  { concern: 'safeguard', type: /^aws_cloudtrail/, path: /(^|\.)read_write_type$/, open: isNot('All') },
  { concern: 'safeguard', type: /^aws_flow_log$/, path: /^traffic_type$/, open: isNot('ALL') },
  {
    concern: 'safeguard',
    type: /^aws_(cloudwatch_event_rule|scheduler_schedule)$/,
    path: /^state$/,
    open: is('DISABLED'),
  },
  { concern: 'safeguard', type: /^aws_lambda_event_source_mapping$/, path: /^enabled$/, open: is(false) },
  { concern: 'safeguard', type: /^aws_lambda_function$/, path: /^reserved_concurrent_executions$/, open: is(0) },
  { concern: 'safeguard', type: /^aws_dynamodb_table$/, path: /^stream_enabled$/, open: off },
  { concern: 'safeguard', type: /^aws_ec2_serial_console_access$/, path: /^enabled$/, open: on },
  { concern: 'safeguard', type: /^aws_sagemaker_/, path: /(^|\.)root_access$/, open: is('Enabled') },
  { concern: 'safeguard', path: /(^|\.)enforce_workgroup_configuration$/, open: is(false) },
  { concern: 'safeguard', path: /(^|\.)untrusted_artifact_on_deployment$/, open: is('Warn') },
  { concern: 'deletion', type: /^aws_dynamodb_table$/, path: /^ttl\.enabled$/, open: on },
];

/** Days that something is kept; in all but backups, nothing and 0 mean for ever. */
const RETENTION =
  /(^|[._])(retention_in_(days|hours)|retention_days|retention_period(_in_(days|hours))?|backup_retention_period|snapshot_retention_limit|automated_snapshot_retention_period|automatic_backup_retention_days|delete_after|noncurrent_days|newer_noncurrent_versions|min_retention_days|message_retention_seconds|expiration\.days|rule\.default_retention\.days)$/;
const KEPT_IF_ANY = /backup|snapshot|newer_noncurrent/;

const kept = (path: string, value: unknown): number => {
  const days = Number(value ?? 0);
  // A snapshot that is kept for ever has a negative number.
  if (days < 0 || (days === 0 && !KEPT_IF_ANY.test(path))) return Number.POSITIVE_INFINITY;
  return days;
};

/** By path without places in lists, so that each path may have several. */
export type Scalars = ReadonlyMap<string, readonly unknown[]>;

/** All single values of a part. */
export const scalarsIn = (tree: Tree, path: string): Scalars => {
  const found = new Map<string, unknown[]>();
  const look = (each: Tree, at: string): void => {
    if (each.kind === 'map') for (const [name, below] of each.entries) look(below, at === '' ? name : `${at}.${name}`);
    else if (each.kind === 'list') for (const below of each.items) look(below, at);
    else if (each.kind === 'sensitive' || each.kind === 'json') look(each.content, at);
    else if (each.kind === 'scalar' && each.raw !== null) found.set(at, [...(found.get(at) ?? []), originalOf(each)]);
  };
  look(tree, path);
  return found;
};

export interface Switched {
  /** What is open by now and was not before. */
  readonly opened: readonly Concern[];
  /** Whether all that is known here was open before and is not any more. */
  readonly closed: boolean;
}

const sameOfAll = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  isDeepStrictEqual(one.map(String).toSorted(), other.map(String).toSorted());

/** Whether any of the shortest times is shorter, the second shortest, and so on. */
const isKeptForLess = (path: string, before: readonly unknown[], after: readonly unknown[]): boolean => {
  const [old, recent] = [before, after].map((all) =>
    all.map((value) => kept(path, value)).toSorted((a, b) => Number(a > b) - Number(a < b)),
  );
  return recent?.some((each, index) => each < (old?.[index] ?? each)) === true;
};

/** What a change of single values opens or closes. */
export const switched = (type: string, before: Scalars, after: Scalars): Switched => {
  const opened: Concern[] = [];
  let closed = 0;
  let other = 0;
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    const all = [before.get(path) ?? [], after.get(path) ?? []] as const;
    if (sameOfAll(...all)) continue;
    // What there is not may be open as well.
    const length = Math.max(all[0].length, all[1].length);
    const [old, recent] = all.map((values) => Array.from({ length }, (_, index) => values[index])) as [
      unknown[],
      unknown[],
    ];
    const known = switches.filter((each) => (each.type?.test(type) ?? true) && each.path.test(path));
    for (const { open, concern } of known) {
      const [was, is] = [old.filter(open).length, recent.filter(open).length];
      if (is > was) opened.push(concern);
      if (was > 0 && is === 0) closed += 1;
    }
    if (RETENTION.test(path) && isKeptForLess(path, old, recent)) opened.push('deletion');
    if (known.length === 0) other += 1;
  }
  return { opened, closed: opened.length === 0 && closed > 0 && other === 0 };
};

import { isObject, type JsonObject } from '@flaghoist/core/json';
import { identity, originalOf, type Tree } from '@flaghoist/plan-reading/tree';
import { memberTree, type Step } from '../leaves.ts';
import type { Concern } from '../severity.ts';
import { type Change, elementsAt, isThere, type Opening, valuesOf } from './opening.ts';
import { isForAnybody, type Statement, statementsOf, uncovered } from './policy.ts';
import { rangeOf } from './ranges.ts';
import { isInternet, remaining, type Traffic } from './traffic.ts';

/** Attributes that list who something is shared with; `whole` where the resource itself is the permission. */
const lists: readonly {
  readonly type: RegExp;
  readonly attributes: readonly string[];
  /** What is shared stands elsewhere, and may also be denials: a group of those who may do nothing. */
  readonly isNameOnly?: true;
}[] = [
  { type: /^aws_(db|db_cluster|neptune_cluster|docdb_cluster)_snapshot$/, attributes: ['shared_accounts'] },
  { type: /^aws_(db|db_cluster)_snapshot_copy$/, attributes: ['shared_accounts'] },
  { type: /^aws_snapshot_create_volume_permission$/, attributes: ['account_id'] },
  {
    type: /^aws_ami_launch_permission$/,
    attributes: ['account_id', 'group', 'organization_arn', 'organizational_unit_arn'],
  },
  { type: /^aws_ssm_document$/, attributes: ['permissions'] },
  { type: /^aws_kms_grant$/, attributes: ['grantee_principal', 'operations'] },
  { type: /^aws_vpc_endpoint_service$/, attributes: ['allowed_principals'] },
  { type: /^aws_vpc_endpoint_service_allowed_principal$/, attributes: ['principal_arn'] },
  { type: /^aws_ram_principal_association$/, attributes: ['principal'] },
  { type: /^aws_ram_resource_association$/, attributes: ['resource_arn'] },
  { type: /^aws_redshift_endpoint_authorization$/, attributes: ['account'] },
  { type: /^aws_iam_user_group_membership$/, attributes: ['groups'], isNameOnly: true },
  { type: /^aws_iam_group_membership$/, attributes: ['users'], isNameOnly: true },
  { type: /^aws_(lambda_layer_version|cloudwatch_event)_permission$/, attributes: ['principal', 'organization_id'] },
  { type: /^aws_elasticache_user_group$/, attributes: ['user_ids'] },
  { type: /^aws_iam_openid_connect_provider$/, attributes: ['client_id_list', 'thumbprint_list', 'url'] },
  { type: /^aws_ecr_pull_through_cache_rule$/, attributes: ['custom_role_arn'] },
  {
    type: /^aws_eks_access_(entry|policy_association)$/,
    attributes: ['principal_arn', 'policy_arn', 'kubernetes_groups'],
  },
];

const textsIn = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (isObject(value)) return Object.values(value).flatMap(textsIn);
  if (typeof value !== 'string' || value === '') return [];
  // Documents of Systems Manager tell their accounts in one text.
  return value.split(',').map((each) => each.trim());
};

const sharedWith = ({ type, before, after }: Change): readonly Opening[] =>
  lists
    .filter((list) => list.type.test(type))
    .flatMap(({ attributes, isNameOnly }) => attributes.map((name) => ({ name, isNameOnly })))
    .flatMap(({ name, isNameOnly }): readonly Opening[] => {
      const [old, recent] = [before, after].map((tree) => textsIn(valuesOf(tree)[name]));
      const added = (recent ?? []).filter((each) => old?.includes(each) !== true);
      if (added.length === 0) return [];
      const concern = added.some((each) => /^(all|\*)$/i.test(each)) ? 'public access' : 'wider access';
      return [{ concern, paths: [[{ name }]], ...(isNameOnly ? { isNameOnly } : {}) }];
    });

/** With these attached, an identity may do anything, or give itself the right to. */
const ADMINISTRATION = /:aws:policy\/(AdministratorAccess|IAMFullAccess|PowerUserAccess|.*\/AdministratorAccess.*)$/;

const attached = ({ type, before, after }: Change): readonly Opening[] => {
  if (!type.startsWith('aws_iam_') && type !== 'aws_ssoadmin_managed_policy_attachment') return [];
  return ['managed_policy_arns', 'policy_arn', 'policy_arns', 'managed_policy_arn'].flatMap((name) => {
    const old = textsIn(valuesOf(before)[name]);
    const list = elementsAt(after, name);
    const [bare] = textsIn(valuesOf(after)[name]);
    const recent =
      list.length > 0 || bare === undefined
        ? list.map(({ values, paths }) => ({ arn: String(values['value']), paths }))
        : [{ arn: bare, paths: [[{ name }]] }];
    return recent
      .filter(({ arn }) => !old.includes(arn))
      .map(
        ({ arn, paths }): Opening =>
          ADMINISTRATION.test(arn)
            ? { concern: 'wider access', paths }
            : { concern: 'identity', paths, isNameOnly: true },
      );
  });
};

/** Without it, an identity may do whatever its policies say. */
const unbound = ({ type, before, after }: Change): readonly Opening[] => {
  const name = 'permissions_boundary';
  if (!type.startsWith('aws_iam_') || !isThere(before) || !isThere(after)) return [];
  const [old, recent] = [before, after].map((tree) => textsIn(valuesOf(tree)[name]));
  return old?.length === 1 && recent?.length === 0 ? [{ concern: 'wider access', paths: [[{ name }]] }] : [];
};

const GROUPS = /^(vpc_)?security_group(s|_ids)$/;

/** Security groups that something is in, and where that stands. */
const groupsIn = (tree: Tree, path: readonly Step[]): readonly (readonly [path: readonly Step[], group: string])[] => {
  const [last] = path.slice(-1);
  if (last !== undefined && 'name' in last && GROUPS.test(last.name))
    return textsIn(originalOf(tree)).map((group) => [path, group]);
  if (tree.kind === 'map') return [...tree.entries].flatMap(([name, each]) => groupsIn(each, [...path, { name }]));
  return tree.kind === 'list' ? tree.items.flatMap((each, index) => groupsIn(each, [...path, { index }])) : [];
};

/** In one group more: whoever that lets in comes in. */
const joined = ({ type, before, after }: Change): readonly Opening[] => {
  if (/security_group|network_acl/.test(type) || !isThere(before) || !isThere(after)) return [];
  const former = new Set(groupsIn(before, []).map(([, group]) => group));
  const added = groupsIn(after, []).filter(([, group]) => !former.has(group));
  return added.length === 0 ? [] : [{ concern: 'wider access', paths: added.map(([path]) => path) }];
};

/** A permission to invoke a function, as the statement that it becomes in the function's policy. */
const permission = (tree: Tree): readonly Statement[] => {
  if (!isThere(tree)) return [];
  const {
    principal,
    action,
    source_arn: source,
    source_account: account,
    principal_org_id: organisation,
    function_name: name,
  } = valuesOf(tree);
  const condition = (operator: string, key: string, value: unknown) =>
    typeof value === 'string' && value !== '' ? [[operator, { [key]: value }] as const] : [];
  const conditions = [
    ...condition('ArnLike', 'aws:SourceArn', source),
    ...condition('StringEquals', 'aws:SourceAccount', account),
    ...condition('StringEqualsIgnoreCase', 'aws:PrincipalOrgID', organisation),
  ];
  const who = typeof principal === 'string' && /\./.test(principal) ? { Service: principal } : { AWS: principal };
  return statementsOf({
    Statement: {
      Effect: 'Allow',
      Principal: principal === '*' ? '*' : who,
      Action: action,
      Resource: String(name),
      Condition: Object.fromEntries(conditions),
    },
  }).filter((each) => each !== undefined);
};

const invoked = ({ type, before, after }: Change): readonly Opening[] => {
  if (type !== 'aws_lambda_permission') return [];
  const atoms = permission(after).flatMap((statement) => uncovered(statement, permission(before)));
  if (atoms.length === 0) return [];
  const paths = ['principal', 'action', 'source_arn', 'source_account', 'principal_org_id', 'function_name'].map(
    (name) => [{ name }],
  );
  return [{ concern: atoms.some(isForAnybody) ? 'public access' : 'wider access', paths }];
};

/** Attributes that hold the ranges of networks themselves, or of where something goes, and not of who comes in. */
const NO_WAY_IN =
  /^aws_(vpc|subnet|route|default_route|customer_gateway|vpn|network_acl|default_network_acl|ec2_client_vpn_route|vpc_ipam)|security_group/;
const RANGES = /cidr|ip_range|source_ip|allow_?list|allowed_ip|^addresses$/;

interface Called {
  readonly paths: Opening['paths'];
  readonly traffic: readonly Traffic[];
}

/**
 * Ranges of addresses of any type of resource: lists of allowed callers, prefix lists, conditions on who asks. What stands beside one, in
 * the same block, is not about it.
 *
 * @param paths the way there by places in lists, and to each element on that way, which may have come as a whole
 * @param within the attribute that holds them, once it is found
 */
const rangesIn = (tree: Tree, paths: Opening['paths'], within: Opening['paths'] | undefined): readonly Called[] => {
  switch (tree.kind) {
    case 'sensitive':
      return rangesIn(tree.content, paths, within);
    case 'map':
      return [...tree.entries].flatMap(([name, each]) => {
        const [way = [], ...whole] = paths;
        const below = [[...way, { name }], ...whole];
        return rangesIn(each, below, within ?? (RANGES.test(name) ? below : undefined));
      });
    case 'list':
      return tree.items.flatMap((item, index) => {
        const [way = [], ...whole] = paths;
        return rangesIn(item, [[...way, { index }], ...whole, [...way, { element: identity(item) }]], within);
      });
    default: {
      const range = within === undefined ? undefined : rangeOf(originalOf(tree));
      if (within === undefined || range === undefined) return [];
      return [{ paths: within, traffic: [{ protocol: 'other', from: 0, to: 0, peer: range }] }];
    }
  }
};

const called = ({ type, before, after }: Change): readonly Opening[] => {
  if (NO_WAY_IN.test(type) || !isThere(after) || after.kind !== 'map') return [];
  return [...after.entries].flatMap(([name, tree]): readonly Opening[] => {
    if (/egress/.test(name)) return [];
    const read = (each: Tree) => {
      const paths = [[{ name }]];
      return rangesIn(each, paths, RANGES.test(name) ? paths : undefined);
    };
    const former = read(memberTree(before, name)).flatMap(({ traffic }) => traffic);
    // All of one attribute at once: a firewall's list has thousands.
    const added = [...Map.groupBy(read(tree), ({ paths }) => paths)].map(([paths, all]) => ({
      paths,
      more: remaining(
        all.flatMap(({ traffic }) => traffic),
        former,
      ),
    }));
    const more = added.flatMap((each) => each.more);
    if (more.length === 0) return [];
    const concern: Concern = isInternet(more) ? 'public access' : 'wider access';
    return [{ concern, paths: added.filter((each) => each.more.length > 0).flatMap(({ paths }) => paths) }];
  });
};

const ACTIONS = ['default_action', 'action'] as const;
const kindsOf = (tree: Tree, name: string): readonly string[] => {
  const actions = originalOf(memberTree(tree, name));
  return Array.isArray(actions) ? actions.map((each) => (isObject(each) ? String(each['type']) : '')) : [];
};

/** Listeners that answered, sent elsewhere or asked who it is, and now pass on; rules that ask for less. */
const listened = ({ type, before, after }: Change): readonly Opening[] => {
  if (!/^aws_(lb|alb)_listener(_rule)?$/.test(type) || !isThere(before) || !isThere(after)) return [];
  const passesOn = ACTIONS.flatMap((name): readonly Opening[] => {
    const [old, recent] = [kindsOf(before, name), kindsOf(after, name)];
    const asks = (kinds: readonly string[]): number => kinds.filter((kind) => kind.startsWith('authenticate')).length;
    if (!recent.includes('forward')) return [];
    const asksLess = asks(recent) < asks(old);
    if (old.includes('forward') && !asksLess) return [];
    // Sent elsewhere, mostly to where it is encrypted.
    const concern: Concern = old.includes('redirect') && !asksLess ? 'encryption' : 'wider access';
    return [{ concern, paths: [[{ name }]] }];
  });
  const conditions = (tree: Tree): number => {
    const list = originalOf(memberTree(tree, 'condition'));
    return Array.isArray(list) ? list.length : 0;
  };
  const asksLess = conditions(after) < conditions(before);
  return [...passesOn, ...(asksLess ? [{ concern: 'wider access' as const, paths: [[{ name: 'condition' }]] }] : [])];
};

const READ = ['READ'];
const WRITE = ['WRITE'];
const ANYBODY = 'http://acs.amazonaws.com/groups/global/AllUsers';
const ANY_ACCOUNT = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers';

/**
 * What AWS makes of an ACL that has a name; what the owner has anyhow is left out.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
 */
const named: Readonly<Record<string, readonly (readonly [who: string, rights: readonly string[]])[]>> = {
  private: [],
  'public-read': [[ANYBODY, READ]],
  'public-read-write': [[ANYBODY, [...READ, ...WRITE]]],
  'authenticated-read': [[ANY_ACCOUNT, READ]],
  'aws-exec-read': [['Amazon EC2', READ]],
  'bucket-owner-read': [['the owner of the bucket', READ]],
  'bucket-owner-full-control': [['the owner of the bucket', ['FULL_CONTROL']]],
  'log-delivery-write': [['http://acs.amazonaws.com/groups/s3/LogDelivery', [...WRITE, 'READ_ACP']]],
};

const ALL_RIGHTS = ['READ', 'WRITE', 'READ_ACP', 'WRITE_ACP'];

/** Each right that an ACL of S3 gives to somebody, and where it stands. */
const grantsIn = (tree: Tree): readonly (readonly [grant: string, name: string])[] => {
  const told = (name: string, who: unknown, rights: readonly string[]) =>
    rights
      .flatMap((right) => (right === 'FULL_CONTROL' ? ALL_RIGHTS : [right]))
      .map((right) => [`${right} ${String(who)}`, name] as const);
  const acl = valuesOf(tree)['acl'];
  const ofName = typeof acl === 'string' ? (named[acl] ?? [[acl, ['FULL_CONTROL']] as const]) : [];
  const [policy] = elementsAt(tree, 'access_control_policy').map(({ values }) => values);
  const [owner] = objectsIn(policy?.['owner']).map(({ id }) => id);
  const ofPolicy = objectsIn(policy?.['grant']).flatMap(({ permission, grantee }) =>
    objectsIn(grantee).flatMap(({ id, uri, email_address: email }) => {
      const who = [id, uri, email].find((each) => typeof each === 'string' && each !== '');
      return who === owner ? [] : told('access_control_policy', who, [String(permission)]);
    }),
  );
  const ofBucket = elementsAt(tree, 'grant').flatMap(({ values: { id, uri, permissions } }) =>
    told(
      'grant',
      [id, uri].find((each) => typeof each === 'string' && each !== ''),
      textsIn(permissions),
    ),
  );
  return [...ofName.flatMap(([who, rights]) => told('acl', who, rights)), ...ofPolicy, ...ofBucket];
};

const objectsIn = (value: unknown): readonly JsonObject[] => (Array.isArray(value) ? value : []).filter(isObject);

/** ACLs of S3 that give somebody a right more. */
const granted = ({ type, before, after }: Change): readonly Opening[] => {
  if (!/^aws_s3_(bucket|bucket_acl|object|object_copy|bucket_object)$/.test(type)) return [];
  const former = new Set(grantsIn(before).map(([grant]) => grant));
  return grantsIn(after)
    .filter(([grant]) => !former.has(grant))
    .map(([grant, name]) => ({
      concern: /\/groups\/global\//.test(grant) ? 'public access' : 'wider access',
      paths: [[{ name }]],
    }));
};

/** Where something is shared with, open to or passed on to more than before. */
export const sharingOpenings = (change: Change): readonly Opening[] =>
  [sharedWith, attached, unbound, joined, invoked, called, listened, granted].flatMap((of) => of(change));

import { isObject } from '@flaghoist/core/json';
import type { StateResource } from '@flaghoist/plan-reading/plan-schema';
import { identity, isNothing, originalOf, type Tree } from '@flaghoist/plan-reading/tree';
import { driftTree } from './drift-tree.ts';
import { memberTree } from './leaves.ts';
import {
  aclParts,
  inlinePolicyParts,
  managedPolicyParts,
  type Parts,
  routeParts,
  securityGroupParts,
} from './rule-parts.ts';

/** An argument of a child, or whether the child is of the container with this name. */
type Key = string | ((values: StateResource['values'], name: string) => boolean);

/** A list of a container that the provider fills with what resources of their own have created. */
interface Echo {
  readonly container: string;
  readonly attribute: string;
  readonly children: readonly { readonly type: string; readonly key: Key; readonly parts: Parts }[];
  /** What of the container its children name in their `key`. */
  readonly named: 'id' | 'name' | 'arn';
  /** Elements of the list as the parts that children have. */
  readonly parts: Parts;
}

const securityGroup = (attribute: 'ingress' | 'egress'): Echo => ({
  container: 'aws_security_group',
  attribute,
  named: 'id',
  parts: securityGroupParts.ofElement,
  children: [
    { type: `aws_vpc_security_group_${attribute}_rule`, key: 'security_group_id', parts: securityGroupParts.ofRule },
  ],
});

const acl = (attribute: 'ingress' | 'egress'): Echo => ({
  container: 'aws_network_acl',
  attribute,
  named: 'id',
  parts: aclParts.ofElement,
  children: [
    {
      type: 'aws_network_acl_rule',
      key: 'network_acl_id',
      parts: (rule) => (rule['egress'] === (attribute === 'egress') ? aclParts.ofRule(rule) : []),
    },
  ],
});

const echoes: readonly Echo[] = [
  securityGroup('ingress'),
  securityGroup('egress'),
  acl('ingress'),
  acl('egress'),
  {
    container: 'aws_route_table',
    attribute: 'route',
    named: 'id',
    parts: routeParts.ofElement,
    children: [{ type: 'aws_route', key: 'route_table_id', parts: routeParts.ofRule }],
  },
  {
    container: 'aws_iam_role',
    attribute: 'inline_policy',
    named: 'name',
    parts: inlinePolicyParts,
    children: [{ type: 'aws_iam_role_policy', key: 'role', parts: inlinePolicyParts }],
  },
  {
    container: 'aws_iam_role',
    attribute: 'managed_policy_arns',
    named: 'name',
    parts: managedPolicyParts.ofElement,
    children: [{ type: 'aws_iam_role_policy_attachment', key: 'role', parts: managedPolicyParts.ofRule }],
  },
  {
    container: 'aws_rds_cluster',
    attribute: 'cluster_members',
    named: 'id',
    parts: ({ value }) => [value],
    children: [
      { type: 'aws_rds_cluster_instance', key: 'cluster_identifier', parts: ({ identifier }) => [identifier] },
    ],
  },
  {
    container: 'aws_lb_target_group',
    attribute: 'load_balancer_arns',
    named: 'arn',
    parts: ({ value }) => [value],
    children: [
      {
        type: 'aws_lb_listener',
        key: ({ default_action: action }, arn) => JSON.stringify(action ?? null).includes(`"${arn}"`),
        parts: ({ load_balancer_arn: arn }) => [arn],
      },
    ],
  },
];

/** An argument that a resource of its own has: where that exists, it is read there, and compared there. */
const wholes: readonly (readonly [
  container: string,
  attribute: string,
  child: string,
  key: string,
  named: 'id' | 'arn',
])[] = [
  ['aws_s3_bucket', 'acl', 'aws_s3_bucket_acl', 'bucket', 'id'],
  ['aws_s3_bucket', 'grant', 'aws_s3_bucket_acl', 'bucket', 'id'],
  ['aws_s3_bucket', 'lifecycle_rule', 'aws_s3_bucket_lifecycle_configuration', 'bucket', 'id'],
  ['aws_s3_bucket', 'logging', 'aws_s3_bucket_logging', 'bucket', 'id'],
  ['aws_s3_bucket', 'policy', 'aws_s3_bucket_policy', 'bucket', 'id'],
  ['aws_s3_bucket', 'replication_configuration', 'aws_s3_bucket_replication_configuration', 'bucket', 'id'],
  [
    'aws_s3_bucket',
    'server_side_encryption_configuration',
    'aws_s3_bucket_server_side_encryption_configuration',
    'bucket',
    'id',
  ],
  ['aws_s3_bucket', 'versioning', 'aws_s3_bucket_versioning', 'bucket', 'id'],
  ['aws_sns_topic', 'policy', 'aws_sns_topic_policy', 'arn', 'arn'],
  ['aws_sqs_queue', 'policy', 'aws_sqs_queue_policy', 'queue_url', 'id'],
];

interface Explained {
  /** Attributes that a resource of their own reports. */
  readonly whole: readonly string[];
  /** All attributes of which something was explained. */
  readonly names: readonly string[];
  /** Takes explained elements out of a version of the container. */
  readonly strip: (tree: Tree) => Tree;
}

export type Explanations = (type: string, versions: { readonly recorded: Tree; readonly now: Tree }) => Explained;

const textOf = (tree: Tree): string | undefined =>
  tree.kind === 'scalar' && typeof tree.raw === 'string' ? tree.raw : undefined;

/**
 * A container's lists also name what resources of their own made in it, from the first refresh after their apply on. That
 * is no outside change; what somebody else put beside it is. So exactly those elements are taken out that a resource of the
 * state accounts for.
 *
 * @param resources all that is known of the state's resources, as recorded and as read
 */
export const createExplanations = (resources: readonly StateResource[]): Explanations => {
  const byType = Map.groupBy(resources, ({ type }) => type);
  return (type, { recorded, now }) => {
    const own = (attribute: string): string | undefined =>
      textOf(memberTree(now, attribute)) ?? textOf(memberTree(recorded, attribute));
    const childrenOf = (child: string, key: Key, named: string | undefined) =>
      named === undefined
        ? []
        : (byType.get(child) ?? []).filter(({ values }) =>
            typeof key === 'string' ? values[key] === named : key(values, named),
          );

    const whole = wholes
      .filter(([container, , child, key, named]) => container === type && childrenOf(child, key, own(named)).length > 0)
      .map(([, attribute]) => attribute);
    const lists = echoes
      .filter(({ container }) => container === type)
      .map(({ attribute, children, named, parts }) => ({
        attribute,
        parts,
        explained: new Set(
          children.flatMap((child) =>
            childrenOf(child.type, child.key, own(named)).flatMap(({ values }) => child.parts(values).map(identityOf)),
          ),
        ),
      }))
      .filter(({ explained }) => explained.size > 0);
    const changed = (attribute: string): boolean =>
      identity(memberTree(recorded, attribute)) !== identity(memberTree(now, attribute));
    return {
      whole,
      names: [...whole, ...lists.map(({ attribute }) => attribute)].filter(changed),
      strip: (tree) => lists.reduce(stripped, tree),
    };
  };
};

const identityOf = (part: unknown): string => identity(driftTree(part));

const stripped = (
  tree: Tree,
  { attribute, parts, explained }: { attribute: string; parts: Parts; explained: ReadonlySet<string> },
): Tree => {
  if (tree.kind !== 'map') return tree;
  const list = memberTree(tree, attribute);
  if (list.kind !== 'list' || isNothing(list)) return tree;
  const left = list.items.flatMap((item) => {
    const element = originalOf(item);
    const all = isObject(element) ? parts(element) : parts({ value: element });
    const unexplained = all.filter((part) => !explained.has(identityOf(part)));
    return unexplained.length === all.length ? [item] : unexplained.map((part) => driftTree(part));
  });
  return { kind: 'map', entries: new Map([...tree.entries, [attribute, { kind: 'list', items: left }]]) };
};

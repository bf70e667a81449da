import type { StateResource } from '@flaghoist/plan-reading/plan-schema';
import {
  encryptionByAws,
  grantByAws,
  keyPolicyByAws,
  topicPolicyByAws,
  type Values,
  versioningByAws,
} from './made-by-aws.ts';
import { aclParts, inlinePolicyParts, type Parts, routeParts, securityGroupParts } from './rule-parts.ts';

/** An argument of a child, or whether the child is of the container with this name. */
export type Key = string | ((values: StateResource['values'], name: string) => boolean);

/** A list of a container that the provider fills with what resources of their own have created. */
export interface Echo {
  readonly container: string;
  readonly attribute: string;
  readonly children: readonly { readonly type: string; readonly key: Key; readonly parts: Parts }[];
  /** What of the container its children name in their `key`. */
  readonly named: 'id' | 'name' | 'arn';
  /** Elements of the list as the parts that children have. */
  readonly parts: Parts;
  /** Parts that AWS puts there by itself. */
  readonly byAws?: readonly unknown[];
}

const securityGroup = (
  attribute: 'ingress' | 'egress',
  { container, byAws = [] }: { readonly container: string; readonly byAws?: Echo['byAws'] },
): Echo => ({
  container,
  attribute,
  named: 'id',
  parts: securityGroupParts.ofElement,
  byAws,
  children: [
    { type: `aws_vpc_security_group_${attribute}_rule`, key: 'security_group_id', parts: securityGroupParts.ofRule },
    {
      type: 'aws_security_group_rule',
      key: ({ security_group_id: group, type }, id) => group === id && type === attribute,
      parts: securityGroupParts.ofOlderRule,
    },
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

const routes = (container: string): Echo => ({
  container,
  attribute: 'route',
  named: 'id',
  parts: routeParts.ofElement,
  children: [{ type: 'aws_route', key: 'route_table_id', parts: routeParts.ofRule }],
});

/** A listener's ARN begins as its load balancer's does, but for one word, and has an id more. */
const balancerOf = (listener: string): string =>
  listener.replace(':listener/', ':loadbalancer/').replace(/\/[^/]*$/, '');

const attachedPolicy: Parts = ({ policy_arn: arn }) => [arn];

const itself: Parts = ({ value }) => [value];

export const echoes: readonly Echo[] = [
  securityGroup('ingress', { container: 'aws_security_group' }),
  securityGroup('egress', { container: 'aws_security_group' }),
  securityGroup('ingress', { container: 'aws_default_security_group', byAws: [{ protocol: '-1', self: true }] }),
  securityGroup('egress', {
    container: 'aws_default_security_group',
    byAws: ['0.0.0.0/0', '::/0'].map((cidr) => ({ protocol: '-1', cidr })),
  }),
  acl('ingress'),
  acl('egress'),
  routes('aws_route_table'),
  routes('aws_default_route_table'),
  {
    container: 'aws_route_table',
    attribute: 'propagating_vgws',
    named: 'id',
    parts: itself,
    children: [
      {
        type: 'aws_vpn_gateway_route_propagation',
        key: 'route_table_id',
        parts: ({ vpn_gateway_id: gateway }) => [gateway],
      },
    ],
  },
  {
    container: 'aws_network_acl',
    attribute: 'subnet_ids',
    named: 'id',
    parts: itself,
    children: [
      { type: 'aws_network_acl_association', key: 'network_acl_id', parts: ({ subnet_id: subnet }) => [subnet] },
    ],
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
    parts: itself,
    children: [
      { type: 'aws_iam_role_policy_attachment', key: 'role', parts: attachedPolicy },
      {
        type: 'aws_iam_policy_attachment',
        key: ({ roles }, name) => Array.isArray(roles) && roles.includes(name),
        parts: attachedPolicy,
      },
    ],
  },
  {
    container: 'aws_rds_cluster',
    attribute: 'cluster_members',
    named: 'id',
    parts: itself,
    children: [
      { type: 'aws_rds_cluster_instance', key: 'cluster_identifier', parts: ({ identifier }) => [identifier] },
    ],
  },
  {
    container: 'aws_rds_cluster',
    attribute: 'iam_roles',
    named: 'id',
    parts: itself,
    children: [
      {
        type: 'aws_rds_cluster_role_association',
        key: 'db_cluster_identifier',
        parts: ({ role_arn: role }) => [role],
      },
    ],
  },
  {
    container: 'aws_lb_target_group',
    attribute: 'load_balancer_arns',
    named: 'arn',
    parts: itself,
    children: [
      {
        type: 'aws_lb_listener',
        key: ({ default_action: action }, arn) => JSON.stringify(action ?? null).includes(`"${arn}"`),
        parts: ({ load_balancer_arn: arn }) => [arn],
      },
      {
        type: 'aws_lb_listener_rule',
        key: ({ action }, arn) => JSON.stringify(action ?? null).includes(`"${arn}"`),
        parts: ({ listener_arn: listener }) => [balancerOf(String(listener))],
      },
    ],
  },
];

/** An argument that may have a resource of its own: where that exists, it is read there, and compared there. */
export interface Whole {
  readonly container: string;
  readonly attribute: string;
  readonly child: string;
  readonly key: Key;
  /** What of the container the child names in its `key`. */
  readonly named: 'id' | 'arn';
  /** How much of a value AWS puts there by itself, where neither the configuration nor a child says anything; none when left out. */
  readonly byAws?: (value: unknown, container: Values) => unknown;
}

const ofBucket = (attribute: string, child: string, byAws?: Whole['byAws']): Whole => ({
  container: 'aws_s3_bucket',
  attribute,
  child,
  key: 'bucket',
  named: 'id',
  ...(byAws === undefined ? {} : { byAws }),
});

const ofKey = (container: string): Whole => ({
  container,
  attribute: 'policy',
  child: 'aws_kms_key_policy',
  key: ({ key_id: key }, id) => typeof key === 'string' && key.split('/').at(-1) === id,
  named: 'id',
  byAws: keyPolicyByAws,
});

export const wholes: readonly Whole[] = [
  ofBucket('acl', 'aws_s3_bucket_acl'),
  ofBucket('grant', 'aws_s3_bucket_acl', grantByAws),
  ofBucket('cors_rule', 'aws_s3_bucket_cors_configuration'),
  ofBucket('lifecycle_rule', 'aws_s3_bucket_lifecycle_configuration'),
  ofBucket('logging', 'aws_s3_bucket_logging'),
  ofBucket('policy', 'aws_s3_bucket_policy'),
  ofBucket('replication_configuration', 'aws_s3_bucket_replication_configuration'),
  ofBucket(
    'server_side_encryption_configuration',
    'aws_s3_bucket_server_side_encryption_configuration',
    encryptionByAws,
  ),
  ofBucket('versioning', 'aws_s3_bucket_versioning', versioningByAws),
  ofBucket('website', 'aws_s3_bucket_website_configuration'),
  {
    container: 'aws_sns_topic',
    attribute: 'policy',
    child: 'aws_sns_topic_policy',
    key: 'arn',
    named: 'arn',
    byAws: topicPolicyByAws,
  },
  {
    container: 'aws_sqs_queue',
    attribute: 'policy',
    child: 'aws_sqs_queue_policy',
    key: 'queue_url',
    named: 'id',
  },
  {
    container: 'aws_sqs_queue',
    attribute: 'redrive_policy',
    child: 'aws_sqs_queue_redrive_policy',
    key: 'queue_url',
    named: 'id',
  },
  {
    container: 'aws_sqs_queue',
    attribute: 'redrive_allow_policy',
    child: 'aws_sqs_queue_redrive_allow_policy',
    key: 'queue_url',
    named: 'id',
  },
  {
    container: 'aws_secretsmanager_secret',
    attribute: 'policy',
    child: 'aws_secretsmanager_secret_policy',
    key: 'secret_arn',
    named: 'arn',
  },
  {
    container: 'aws_opensearch_domain',
    attribute: 'access_policies',
    child: 'aws_opensearch_domain_policy',
    key: ({ domain_name: name }, arn) => arn.endsWith(`:domain/${name}`),
    named: 'arn',
  },
  ofKey('aws_kms_key'),
  ofKey('aws_kms_replica_key'),
];

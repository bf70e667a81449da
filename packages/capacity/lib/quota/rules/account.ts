import { memberOf } from '@flaghoist/core/json';
import {
  blockOf,
  isUnknown,
  listOf,
  numberOf,
  ofType,
  type Planned,
  placeOf,
  textOf,
  valueIn,
} from '../../plans/planned.ts';
import { counted, countedIf, fullest, highest, policySize, type Reading, type Rule } from '../reading.ts';

/** IAM knows no regions: what all plans make counts together. */
const inAccount =
  (quota: string, type: string): Rule =>
  ({ resources }) => {
    const used = ofType(resources, type).length;
    return used === 0 ? [] : [{ quota, region: undefined, used }];
  };

const sizes = (quota: string, type: string, name: string): Rule => {
  const rule = fullest(quota, type, (resource) => ({
    used: policySize(textOf(resource, name) ?? ''),
    atLeast: isUnknown(resource, name) ? 'the text' : undefined,
  }));
  return (input) => highest(rule(input)).map((reading) => ({ ...reading, region: undefined }));
};

/** Policies of one role: by its name, or by the module of a role whose name is not known yet. */
const roleOf = (policy: Planned): string => textOf(policy, 'role') ?? policy.address;

const keyOf = ({ address }: Planned): string => /\.(\w+(?:\[[^\]]*\])?)$/.exec(address)?.[1] ?? '';

const inline: Rule = ({ resources }) =>
  highest(
    [...Map.groupBy(ofType(resources, 'aws_iam_role_policy'), (each) => JSON.stringify([each.plan, roleOf(each)]))].map(
      ([, policies]): Reading => {
        const unknown = policies.filter((each) => isUnknown(each, 'policy'));
        return {
          quota: 'iam.inline',
          region: undefined,
          of: roleOf(policies[0] as Planned),
          used: policies.reduce((sum, each) => sum + policySize(textOf(each, 'policy') ?? ''), 0),
          atLeast: unknown.length === 0 ? undefined : 'the text',
        };
      },
    ),
  );

const attached: Rule = ({ resources }) =>
  highest(
    [
      ...Map.groupBy(ofType(resources, 'aws_iam_role_policy_attachment'), (each) =>
        JSON.stringify([each.plan, roleOf(each)]),
      ),
    ].map(
      ([, here]): Reading => ({
        quota: 'iam.policies-per-role',
        region: undefined,
        of: here[0]?.address,
        used: here.length,
      }),
    ),
  );

const buckets = inAccount('s3.buckets', 'aws_s3_bucket');

const widgets = (dashboard: Planned): { used: number; atLeast?: string | undefined } => {
  try {
    const body: unknown = JSON.parse(textOf(dashboard, 'dashboard_body') ?? '{}');
    const all = memberOf(body, 'widgets');
    return {
      used: Array.isArray(all) ? all.length : 0,
      atLeast: isUnknown(dashboard, 'dashboard_body') ? 'the body' : undefined,
    };
  } catch {
    return { used: 0, atLeast: 'the body, which is no JSON,' };
  }
};

/** Rules of one group and direction. A prefix list of our own counts with as many rules as it may have entries. */
const securityRules: Rule = ({ resources }) => {
  const lists = new Map(
    ofType(resources, 'aws_ec2_managed_prefix_list').map((list) => [placeOf(list), numberOf(list, 'max_entries') ?? 1]),
  );
  const largest = Math.max(1, ...lists.values());
  const rules = ofType(
    resources,
    'aws_vpc_security_group_ingress_rule',
    'aws_vpc_security_group_egress_rule',
    'aws_security_group_rule',
  );
  const groupOf = (rule: Planned): string =>
    textOf(rule, 'security_group_id') ?? `${placeOf(rule)}${keyOf(rule).replace(/\[.*/, '')}`;
  return [...Map.groupBy(rules, ({ region }) => region)].flatMap(([region, here]) =>
    highest(
      [...Map.groupBy(here, (rule) => `${rule.type} ${groupOf(rule)}`)].map(([, members]): Reading => {
        const weights = members.map((rule) => (isUnknown(rule, 'prefix_list_id') ? largest : 1));
        return {
          quota: 'vpc.rules',
          region,
          of: members[0]?.address,
          used: weights.reduce((sum, each) => sum + each, 0),
        };
      }),
    ),
  );
};

const perOwner =
  (quota: string, type: string, owner: string): Rule =>
  ({ resources }) =>
    [...Map.groupBy(ofType(resources, type), ({ region }) => region)].flatMap(([region, here]) =>
      highest(
        [
          ...Map.groupBy(here, (each) => `${textOf(each, owner) ?? placeOf(each)} ${valueIn(each, 'egress') ?? ''}`),
        ].map(([, members]): Reading => {
          const guessed = members.filter((each) => isUnknown(each, owner)).length;
          return {
            quota,
            region,
            of: members[0]?.address,
            used: members.length,
            atMost: guessed === 0 ? undefined : `which of ${guessed} belong together: counted as if all did`,
          };
        }),
      ),
    );

const isKind = (kind: string) => (endpoint: Planned) => (textOf(endpoint, 'vpc_endpoint_type') ?? 'Gateway') === kind;

/** Interfaces that AWS makes for what is planned: endpoints and gateways, nodes of caches and of domains, tasks and balancers not among them. */
const interfaces: Rule = ({ resources }) => {
  const made = (each: Planned): number => {
    if (each.type === 'aws_nat_gateway') return 1;
    if (each.type === 'aws_vpc_endpoint') return isKind('Interface')(each) ? endpointZones(each, resources).zones : 0;
    if (each.type === 'aws_elasticache_replication_group') return numberOf(each, 'num_cache_clusters') ?? 1;
    if (each.type === 'aws_opensearch_domain')
      return Number(memberOf(blockOf(each.values, 'cluster_config'), 'instance_count') ?? 1);
    return 0;
  };
  return [...Map.groupBy(resources, ({ region }) => region)].flatMap(([region, here]): readonly Reading[] => {
    const used = here.reduce((sum, each) => sum + made(each), 0);
    return used === 0 ? [] : [{ quota: 'vpc.network-interfaces', region, used }];
  });
};

/** The input of a stack that says in how many zones its interface endpoints are. */
const ENDPOINT_ZONES = 'endpoint_zone_count';

/**
 * In how many zones an endpoint has an interface: as many as it has subnets. Before the first apply no plan knows them: then as many as
 * the input of its stack says, or else as its module has private subnets.
 */
export const endpointZones = (
  endpoint: Planned,
  resources: readonly Planned[],
): { zones: number; unknown?: string } => {
  const known = listOf(endpoint, 'subnet_ids');
  if (known.length > 0) return { zones: known.length };
  const said = memberOf(endpoint.inputs, ENDPOINT_ZONES);
  if (typeof said === 'number') return { zones: said };
  const beside = ofType(resources, 'aws_subnet').filter(
    (subnet) => placeOf(subnet) === placeOf(endpoint) && /\["private-/.test(subnet.address),
  );
  if (beside.length > 0) return { zones: beside.length };
  return { zones: 3, unknown: `${endpoint.address}: its subnets; three are taken` };
};

export const accountRules: readonly Rule[] = [
  inAccount('iam.roles', 'aws_iam_role'),
  inAccount('iam.policies', 'aws_iam_policy'),
  attached,
  inline,
  sizes('iam.managed', 'aws_iam_policy', 'policy'),
  sizes('iam.trust', 'aws_iam_role', 'assume_role_policy'),
  counted('vpc.networks', 'aws_vpc'),
  counted('vpc.subnets', 'aws_subnet'),
  counted('vpc.security-groups', 'aws_security_group', 'aws_default_security_group'),
  securityRules,
  countedIf('vpc.interface-endpoints', isKind('Interface'), 'aws_vpc_endpoint'),
  countedIf('vpc.gateway-endpoints', isKind('Gateway'), 'aws_vpc_endpoint'),
  counted('vpc.nat-gateways', 'aws_nat_gateway'),
  counted('vpc.addresses', 'aws_eip'),
  counted('vpc.internet-gateways', 'aws_internet_gateway'),
  counted('vpc.route-tables', 'aws_route_table', 'aws_default_route_table'),
  perOwner('vpc.routes', 'aws_route', 'route_table_id'),
  counted('vpc.acls', 'aws_network_acl', 'aws_default_network_acl'),
  perOwner('vpc.acl-rules', 'aws_network_acl_rule', 'network_acl_id'),
  interfaces,
  counted('logs.groups', 'aws_cloudwatch_log_group'),
  counted('logs.resource-policies', 'aws_cloudwatch_log_resource_policy'),
  perOwner('logs.subscription-filters', 'aws_cloudwatch_log_subscription_filter', 'log_group_name'),
  fullest('monitoring.actions', 'aws_cloudwatch_metric_alarm', (alarm) => ({
    used: Math.max(
      ...['alarm_actions', 'ok_actions', 'insufficient_data_actions'].map((name) => listOf(alarm, name).length),
    ),
  })),
  fullest('monitoring.widgets', 'aws_cloudwatch_dashboard', widgets),
  buckets,
  fullest('s3.policy', 'aws_s3_bucket_policy', (policy) => ({
    used: policySize(textOf(policy, 'policy') ?? ''),
    atLeast: isUnknown(policy, 'policy') ? 'the text' : undefined,
  })),
];

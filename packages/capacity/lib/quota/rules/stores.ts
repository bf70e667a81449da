import { memberOf } from '@flaghoist/core/json';
import { readsStream } from '../../load/deployment.ts';
import { tableUnits } from '../../load/table-units.ts';
import { blockOf, isUnknown, listOf, numberOf, ofType, type Planned, textOf } from '../../plans/planned.ts';
import { counted, fullest, highest, policySize, type Reading, type Rule } from '../reading.ts';

/** A global table counts in each of its regions. */
const tables: Rule = ({ resources }) => {
  const regions = ofType(resources, 'aws_dynamodb_table').flatMap((table) => [
    table.region,
    ...replicaRegionsOf(table),
  ]);
  return [...Map.groupBy(regions, (region) => region)].map(([region, here]) => ({
    quota: 'dynamodb.tables',
    region,
    used: here.length,
  }));
};

const replicaRegionsOf = (table: Planned): readonly (string | undefined)[] =>
  listOf(table, 'replica').map((replica) => {
    const region = memberOf(replica, 'region_name');
    return typeof region === 'string' ? region : undefined;
  });

/** Which table a stream is of, by the ARN in it; by the place of the event source where no plan knows it. */
const streamOf = (source: Planned): string =>
  /:table\/([^/]+)\/stream\//.exec(textOf(source, 'event_source_arn') ?? '')?.[1] ??
  source.address.replace(/^.*\.stream\b/, 'stream');

const readers: Rule = ({ resources }) => {
  const global = new Set(
    ofType(resources, 'aws_dynamodb_table')
      .filter((table) => listOf(table, 'replica').length > 0)
      .map((table) => textOf(table, 'name') ?? ''),
  );
  const sources = ofType(resources, 'aws_lambda_event_source_mapping').filter(readsStream);
  const readings = [...Map.groupBy(sources, (source) => JSON.stringify([source.region, streamOf(source)]))].map(
    ([, here]): Reading => {
      const [first] = here as [Planned, ...Planned[]];
      const of = streamOf(first);
      return {
        quota: global.has(of) ? 'dynamodb.readers-global' : 'dynamodb.readers',
        region: first.region,
        of,
        used: here.length,
      };
    },
  );
  return [...Map.groupBy(readings, ({ quota, region }) => `${quota} ${region}`).values()].flatMap(highest);
};

/** Units that the busiest table of a region is asked for in a second. */
const throughput: Rule = ({ deployment, loads }) =>
  [...loads.values()].flatMap((load): readonly Reading[] => {
    const units = [...tableUnits(load, deployment)].map(([of, { reads, writes }]) => ({ of, reads, writes }));
    return [
      ...highest(units.map(({ of, reads }) => ({ quota: 'dynamodb.reads', region: load.region, of, used: reads }))),
      ...highest(units.map(({ of, writes }) => ({ quota: 'dynamodb.writes', region: load.region, of, used: writes }))),
    ];
  });

const nodesOf = (group: Planned): { shards: number; perShard: number; atLeast?: string | undefined } => {
  const shards = numberOf(group, 'num_node_groups') ?? 1;
  const replicas = numberOf(group, 'replicas_per_node_group');
  const clusters = numberOf(group, 'num_cache_clusters');
  const atLeast =
    clusters === undefined && replicas === undefined ? 'the number of its nodes: counted as one' : undefined;
  return { shards, perShard: replicas === undefined ? (clusters ?? 1) : replicas + 1, atLeast };
};

export const cacheNodesOf = (group: Planned): number => {
  const { shards, perShard } = nodesOf(group);
  return shards * perShard;
};

const cacheNodes: Rule = ({ resources }) =>
  [...Map.groupBy(ofType(resources, 'aws_elasticache_replication_group'), ({ region }) => region)].map(
    ([region, groups]) => ({
      quota: 'elasticache.nodes',
      region,
      used: groups.reduce((sum, group) => sum + cacheNodesOf(group), 0),
      atLeast: groups.map(nodesOf).find(({ atLeast }) => atLeast !== undefined)?.atLeast,
    }),
  );

const members = (group: Planned) => ({
  used: listOf(group, 'user_ids').length,
  atLeast: isUnknown(group, 'user_ids') ? 'some of its members' : undefined,
});

export const instancesOf = (domain: Planned): { data: number; masters: number } => {
  const config = blockOf(domain.values, 'cluster_config');
  const count = memberOf(config, 'instance_count');
  const dedicated =
    memberOf(config, 'dedicated_master_enabled') === true ? memberOf(config, 'dedicated_master_count') : 0;
  return { data: typeof count === 'number' ? count : 1, masters: typeof dedicated === 'number' ? dedicated : 0 };
};

/** A grant for each thing that is encrypted with a key of ours: AWS's services hold one each. */
const grants: Rule = ({ resources }) => {
  const holders = resources.filter(
    (each) =>
      ENCRYPTED.includes(each.type) &&
      (['kms_key_arn', 'kms_key_id', 'kms_master_key_id'].some(
        (name) => textOf(each, name) !== undefined || isUnknown(each, name),
      ) ||
        blockOf(each.values, 'server_side_encryption') !== undefined ||
        blockOf(each.values, 'encrypt_at_rest') !== undefined),
  );
  return [...Map.groupBy(holders, ({ region }) => region)].map(([region, here]) => ({
    quota: 'kms.grants',
    region,
    used: here.length,
  }));
};

const ENCRYPTED = [
  'aws_dynamodb_table',
  'aws_elasticache_replication_group',
  'aws_lambda_function',
  'aws_opensearch_domain',
  'aws_rds_cluster',
  'aws_ebs_volume',
];

/** Each start of an environment decrypts its variables, each message to an encrypted topic asks for a key or uses a cached one. */
const keyRequests: Rule = ({ loads }) =>
  [...loads.values()].map((load) => ({
    quota: 'kms.requests',
    region: load.region,
    used: 2 * load.changesPerSecond + [...load.invocations.values()].reduce((sum, each) => sum + each, 0) * COLD_SHARE,
  }));

/** "Under 1 %" of invocations are cold starts, says AWS. */
const COLD_SHARE = 0.01;

const policyOf = (resource: Planned) => ({
  used: policySize(textOf(resource, 'policy') ?? ''),
  atLeast: isUnknown(resource, 'policy') ? 'the text' : undefined,
});

export const storeRules: readonly Rule[] = [
  tables,
  readers,
  throughput,
  fullest('dynamodb.indexes', 'aws_dynamodb_table', (table) => ({
    used: listOf(table, 'global_secondary_index').length,
  })),
  fullest('dynamodb.policy', 'aws_dynamodb_resource_policy', policyOf),
  cacheNodes,
  fullest('elasticache.group-nodes', 'aws_elasticache_replication_group', (group) => ({
    used: cacheNodesOf(group),
    atLeast: nodesOf(group).atLeast,
  })),
  fullest('elasticache.shard-nodes', 'aws_elasticache_replication_group', (group) => ({
    used: nodesOf(group).perShard,
    atLeast: nodesOf(group).atLeast,
  })),
  fullest('elasticache.members', 'aws_elasticache_user_group', members),
  counted('elasticache.user-groups', 'aws_elasticache_user_group'),
  counted('elasticache.users', 'aws_elasticache_user'),
  counted('elasticache.parameter-groups', 'aws_elasticache_parameter_group'),
  counted('elasticache.subnet-groups', 'aws_elasticache_subnet_group'),
  counted('es.domains', 'aws_opensearch_domain'),
  fullest('es.instances', 'aws_opensearch_domain', (domain) => {
    const { data, masters } = instancesOf(domain);
    return { used: data + masters };
  }),
  counted('kms.keys', 'aws_kms_key', 'aws_kms_replica_key'),
  fullest('kms.policy', 'aws_kms_key', policyOf),
  fullest('kms.policy', 'aws_kms_replica_key', policyOf),
  grants,
  keyRequests,
];

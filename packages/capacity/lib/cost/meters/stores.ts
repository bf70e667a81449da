import { memberOf } from '@flaghoist/core/json';
import { plannedMetrics } from '@flaghoist/wiring/limits';
import { assumptions } from '../../load/assumptions.ts';
import { tableUnits } from '../../load/table-units.ts';
import { blockOf, isUnknown, listOf, type Planned, textOf } from '../../plans/planned.ts';
import { endpointZones } from '../../quota/rules/account.ts';
import { cacheNodesOf, instancesOf } from '../../quota/rules/stores.ts';
import type { Meter, Metered, MeterInput, MeterOf } from '../meter.ts';

const { hours } = assumptions.month;
const SECONDS = hours * 3600;
const KILOBYTES_OF_GIGABYTE = 1e6;

/** Which of our tables it is: the word of the plan stands in its name. */
const wordOf = (table: Planned): string | undefined =>
  ['verification', 'proposals', 'changes', 'flags'].find((word) =>
    new RegExp(`table-${word}(?:-|$)`).test(textOf(table, 'name') ?? ''),
  );

/** Gigabytes that a table holds: its flags for as long as they live, and what a month has written. */
const gigabytesOf = (word: string, input: MeterInput): number => {
  const { value: kilobytes } = assumptions.envelopeKilobytes;
  const flags = (input.load?.flags ?? assumptions.flags.value) * 2 * kilobytes;
  const changes = (input.load?.changesPerSecond ?? 0) * assumptions.history.days * 86_400;
  const perChange: Readonly<Record<string, number>> = {
    flags: kilobytes,
    changes: 4,
    proposals: kilobytes,
    verification: 0.5,
  };
  return ((word === 'flags' ? flags : 0) + changes * (perChange[word] ?? 0)) / KILOBYTES_OF_GIGABYTE;
};

/** Reads and writes of a table in one region, and what lies in it. Replicas are billed where they are. */
export const tableMeters = (table: Planned, region: string, input: MeterInput): readonly Meter[] => {
  const word = wordOf(table);
  if (word === undefined || input.load === undefined) return [];
  const { reads = 0, writes = 0 } = tableUnits(input.load, input.deployment, input.options.readUnits).get(word) ?? {};
  const isReplica = region !== table.region;
  const stored = gigabytesOf(word, input);
  const recovers = memberOf(blockOf(table.values, 'point_in_time_recovery'), 'enabled') === true;
  return [
    { price: 'dynamodb.reads', quantity: reads * SECONDS },
    { price: isReplica ? 'dynamodb.replicated' : 'dynamodb.writes', quantity: writes * SECONDS },
    { price: 'dynamodb.storage', quantity: stored },
    ...(recovers ? [{ price: 'dynamodb.recovery', quantity: stored }] : []),
    ...(isReplica ? [{ price: 'transfer.regions', quantity: (writes * SECONDS) / KILOBYTES_OF_GIGABYTE }] : []),
  ];
};

export const tableMeter: MeterOf = (table, input) => {
  if (wordOf(table) === undefined || input.load === undefined)
    return { meters: [], unpriced: [`${table.address}: how often it is read and written`] };
  if (textOf(table, 'billing_mode') !== 'PAY_PER_REQUEST')
    return { meters: [], unpriced: [`${table.address}: capacity that is bought ahead`] };
  return { meters: tableMeters(table, table.region ?? '', input) };
};

export const cacheMeter: MeterOf = (group) => {
  const type = textOf(group, 'node_type');
  if (type === undefined)
    return {
      meters: [],
      unpriced: [`${group.address}: its node_type${isUnknown(group, 'node_type') ? ' is known after apply' : ''}`],
    };
  const engine = textOf(group, 'engine') === 'valkey' ? 'valkey' : 'redis';
  return {
    meters: [{ price: `cache.${engine}.${type}`, quantity: cacheNodesOf(group) * hours }],
    unpriced: ['caches: traffic between zones, from functions and to replicas'],
  };
};

export const domainMeter: MeterOf = (domain): Metered => {
  const config = blockOf(domain.values, 'cluster_config');
  const { data, masters } = instancesOf(domain);
  const type = memberOf(config, 'instance_type');
  const master = memberOf(config, 'dedicated_master_type');
  const storage = blockOf(domain.values, 'ebs_options');
  const size = memberOf(storage, 'volume_size');
  const kind = memberOf(storage, 'volume_type') ?? 'gp3';
  const unpriced = [
    ...(typeof type === 'string' ? [] : [`${domain.address}: its instance_type`]),
    ...(typeof size === 'number' || memberOf(storage, 'ebs_enabled') !== true
      ? []
      : [`${domain.address}: its volume_size`]),
  ];
  return {
    meters: [
      ...(typeof type === 'string' ? [{ price: `es.${type}`, quantity: data * hours }] : []),
      ...(typeof master === 'string' && masters > 0 ? [{ price: `es.${master}`, quantity: masters * hours }] : []),
      ...(typeof size === 'number' ? [{ price: `es.${String(kind)}`, quantity: size * data }] : []),
    ],
    ...(unpriced.length > 0 && { unpriced }),
  };
};

const TRAFFIC = 'interface endpoints and NAT gateways: gigabytes that pass them';

/** A gateway's hours. */
export const gatewayMeter: MeterOf = () => ({ meters: [{ price: 'vpc.nat', quantity: hours }], unpriced: [TRAFFIC] });

/** A key, whose requests come from everything that is encrypted with it. */
export const keyMeter: MeterOf = () => ({
  meters: [{ price: 'kms.key', quantity: 1 }],
  unpriced: ['keys: requests to them'],
});

export const endpointMeter: MeterOf = (endpoint, { resources }) => {
  if ((textOf(endpoint, 'vpc_endpoint_type') ?? 'Gateway') !== 'Interface') return { meters: [] };
  const { zones, unknown } = endpointZones(endpoint, resources);
  return {
    meters: [{ price: 'vpc.endpoint', quantity: zones * hours }],
    unpriced: [TRAFFIC, ...(unknown === undefined ? [] : [`${unknown}, their number is not known`])],
  };
};

/** So many of a thing, all the month. */
export const flat =
  (price: string, quantity = 1): MeterOf =>
  () => ({ meters: [{ price, quantity }] });

/** What is billed by a size that no plan says. */
export const unknownSize =
  (what: string): MeterOf =>
  () => ({ meters: [], unpriced: [what] });

export const hourly = (price: string): MeterOf => flat(price, hours);

/** Metrics that our functions make in a region. That of lines of level ERROR is its filter's. */
export const metricsOf = ({ load, deployment }: MeterInput): readonly Meter[] => {
  const region = deployment.regions.find((each) => each.region === load?.region);
  const names = new Set<string>(region?.functions.map(({ name }) => name));
  const { limits, counts } = plannedMetrics;
  const made = [
    ...Object.values(limits).map((limit) => [limit.function]),
    ...Object.values(counts).map((each): readonly string[] => each.functions),
  ];
  const quantity = made.filter((functions) => functions.some((name) => names.has(name))).length;
  return quantity === 0 ? [] : [{ price: 'cloudwatch.metric', quantity }];
};

export const replicaRegions = (table: Planned): readonly string[] =>
  listOf(table, 'replica').flatMap((replica) => {
    const region = memberOf(replica, 'region_name');
    return typeof region === 'string' ? [region] : [];
  });

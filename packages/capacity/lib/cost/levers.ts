import { assumptions, type LoadOptions } from '../load/assumptions.ts';
import { deploymentOf } from '../load/deployment.ts';
import { ofType, type Planned, type PlannedWorld, placeOf, textOf } from '../plans/planned.ts';
import { endpointZones } from '../quota/rules/account.ts';
import { billOf } from './bill.ts';
import { shippedPrices } from './prices.ts';

/** Something that would make it cheaper. */
interface Lever {
  readonly id: string;
  readonly what: string;
  /** The promise that it would cost; nothing where it costs none. */
  readonly costs?: string;
  readonly pulled: (
    world: PlannedWorld,
    options: LoadOptions,
  ) => { readonly world: PlannedWorld; readonly options: LoadOptions };
}

export interface PulledLever {
  readonly id: string;
  readonly what: string;
  readonly costs: string | null;
  /** A month. */
  readonly idleUsd: number;
  readonly usd: number;
}

const without = (world: PlannedWorld, drops: (resource: Planned) => boolean): PlannedWorld => ({
  ...world,
  resources: world.resources.filter((resource) => !drops(resource)),
});

const changed = (
  world: PlannedWorld,
  type: string,
  values: (resource: Planned) => Planned['values'],
): PlannedWorld => ({
  ...world,
  resources: world.resources.map((resource) =>
    resource.type === type ? { ...resource, values: { ...resource.values, ...values(resource) } } : resource,
  ),
});

/** Memory of nodes in GB, of which a quarter is AWS's to keep; the smallest first. Those that are called t4g live on credits. */
const NODES: readonly (readonly [type: string, gigabytes: number])[] = [
  ['cache.t4g.micro', 0.5],
  ['cache.t4g.small', 1.37],
  ['cache.t4g.medium', 3.09],
  ['cache.m7g.large', 6.38],
  ['cache.r7g.large', 13.07],
  ['cache.r7g.xlarge', 26.32],
];
const USABLE = 0.75;
/** What a stored flag takes beside its bytes: keys, digests, the server's own bookkeeping. */
const OVERHEAD = 1.5;

const onCredits = (type: string): boolean => type.startsWith('cache.t');

/** The smallest node that holds all flags of all services of a region; nothing where none does. */
const smallestNode = (services: number, flags: number, may: (type: string) => boolean): string | undefined => {
  const gigabytes = (services * flags * assumptions.envelopeKilobytes.value * OVERHEAD) / 1e6;
  return NODES.find(([type, memory]) => may(type) && memory * USABLE >= gigabytes)?.[0];
};

/** In the base region. */
const priceOf = (node: string | undefined): number | undefined => shippedPrices.prices[`cache.valkey.${node}`]?.usd;

/** Caches on other nodes, where those cost less. */
const onNodes =
  (may: (type: string) => boolean): Lever['pulled'] =>
  (world, options) => {
    const services = new Map(deploymentOf(world.resources).regions.map((each) => [each.region, each.subscriptions]));
    const flags = options.flags ?? assumptions.flags.value;
    return {
      world: changed(world, 'aws_elasticache_replication_group', (group) => {
        const node = smallestNode(services.get(group.region ?? '') ?? 0, flags, may);
        const [now, then] = [priceOf(textOf(group, 'node_type')), priceOf(node)];
        return node !== undefined && now !== undefined && then !== undefined && then < now ? { node_type: node } : {};
      }),
      options,
    };
  };
const SMALL_INSTANCE = 't3.small.search';

export const levers: readonly Lever[] = [
  {
    id: 'endpoint-zones',
    what: 'interface endpoints in two zones instead of three',
    pulled: (world, options) => ({
      world: changed(world, 'aws_vpc_endpoint', (each) =>
        textOf(each, 'vpc_endpoint_type') === 'Interface' && endpointZones(each, world.resources).zones > 2
          ? { subnet_ids: ['first', 'second'] }
          : {},
      ),
      options,
    }),
  },
  {
    id: 'nat',
    what: 'NAT gateways only in home and its standby: elsewhere nothing calls the internet',
    pulled: (world, options) => {
      const homes = new Set(
        deploymentOf(world.resources)
          .regions.filter(({ isHome }) => isHome)
          .map(({ region }) => region),
      );
      const goes = (each: Planned): boolean => each.region !== undefined && homes.size > 0 && !homes.has(each.region);
      const gateways = new Set(ofType(world.resources, 'aws_nat_gateway').filter(goes).map(placeOf));
      return {
        world: without(
          world,
          (each) =>
            goes(each) && (each.type === 'aws_nat_gateway' || (each.type === 'aws_eip' && gateways.has(placeOf(each)))),
        ),
        options,
      };
    },
  },
  {
    id: 'nodes',
    what: 'caches on the smallest nodes with a processor of their own that hold the flags of all services',
    pulled: onNodes((type) => !onCredits(type)),
  },
  {
    id: 'credit-nodes',
    what: 'caches on the smallest nodes of all',
    costs: 'they live on credits of processor and network: nobody has shown that a change is in them within 3 s',
    pulled: onNodes(() => true),
  },
  {
    id: 'one-node',
    what: 'one node for each cache, without replicas',
    costs: 'a lost node is filled again by the reconciler in minutes, where a failover takes seconds',
    pulled: (world, options) => ({
      world: changed(world, 'aws_elasticache_replication_group', () => ({ num_cache_clusters: 1 })),
      options,
    }),
  },
  {
    id: 'standby',
    what: `the trail's index of the standby, which is idle, on one ${SMALL_INSTANCE}`,
    costs: 'once home moves there, the trail is written to it until it has been enlarged',
    pulled: (world, options) => {
      const { home } = deploymentOf(world.resources);
      return {
        world: changed(world, 'aws_opensearch_domain', (each) =>
          home === undefined || each.region === home
            ? {}
            : { cluster_config: [{ instance_type: SMALL_INSTANCE, instance_count: 1 }] },
        ),
        options,
      };
    },
  },
  {
    id: 'pollers',
    what: 'two pollers for each queue instead of five',
    costs: 'nothing, and nobody can pull it: Lambda goes down to two by itself where no maximum concurrency is set',
    pulled: (world, options) => ({ world, options: { ...options, pollers: 2 } }),
  },
  {
    id: 'reads',
    what: 'the reconciler reads flags without asking for consistency',
    costs: 'a pass may compare with a replica that is a moment older',
    pulled: (world, options) => ({ world, options: { ...options, readUnits: 0.5 } }),
  },
  {
    id: 'traces',
    what: 'no traces of functions',
    costs: 'a slow change is found by its lines alone',
    pulled: (world, options) => ({
      world: changed(world, 'aws_lambda_function', () => ({ tracing_config: [{ mode: 'PassThrough' }] })),
      options,
    }),
  },
];

/** What each lever would save by itself, the most first; those that save nothing are left out. */
export const pullEach = (world: PlannedWorld, options: LoadOptions): readonly PulledLever[] => {
  const idle: LoadOptions = { ...options, changesPerDay: 0 };
  const before = { idle: billOf(world, idle).usd, busy: billOf(world, options).usd };
  return levers
    .map(({ id, what, costs = null, pulled }) => {
      const quiet = pulled(world, idle);
      const busy = pulled(world, options);
      return {
        id,
        what,
        costs,
        idleUsd: before.idle - billOf(quiet.world, quiet.options).usd,
        usd: before.busy - billOf(busy.world, busy.options).usd,
      };
    })
    .filter(({ idleUsd, usd }) => idleUsd > 0.005 || usd > 0.005)
    .toSorted((a, b) => b.usd - a.usd || a.id.localeCompare(b.id));
};

/** What is left when all levers are pulled that cost no promise. */
export const withAllPulled = (
  world: PlannedWorld,
  options: LoadOptions,
): { readonly idleUsd: number; readonly usd: number } => {
  const all = (start: LoadOptions): number => {
    let now = { world, options: start };
    for (const { costs, pulled } of levers) if (costs === undefined) now = pulled(now.world, now.options);
    return billOf(now.world, now.options).usd;
  };
  return { idleUsd: all({ ...options, changesPerDay: 0 }), usd: all(options) };
};

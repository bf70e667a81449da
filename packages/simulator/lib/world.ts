import type { AuditIndex } from '@flaghoist/core/ports/audit-index';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { Random } from '@flaghoist/core/ports/random';
import type { TopologyStore } from '@flaghoist/core/ports/topology-source';
import type { UpstreamFlags } from '@flaghoist/core/ports/upstream-flags';
import { homeWrite, topologyWrite } from '@flaghoist/core/storage/flag-items';
import { HOME } from '@flaghoist/core/storage/keys';
import { parseTopology, regionNames, type Service, type Topology } from '@flaghoist/core/topology';
import { type LatencyModel, noLatency } from '@flaghoist/in-memory/latency';
import { allLimits, type Limits } from '@flaghoist/in-memory/limits';
import { silent } from '@flaghoist/in-memory/logger';
import { Network } from '@flaghoist/in-memory/network';
import { SeededRandom } from '@flaghoist/in-memory/random';
import { Replication } from '@flaghoist/in-memory/replication';
import type { Scheduler } from '@flaghoist/in-memory/scheduler';
import { authorise, type Caller } from '@flaghoist/operations/authorise';
import { joinRegion, joinService } from '@flaghoist/operations/members';
import type { MembershipPorts } from '@flaghoist/operations/ports';
import type { PromotePorts } from '@flaghoist/operations/promote';
import { type Directory, EMPTY_DIRECTORY } from '@flaghoist/rules/directory';
import { DEFAULT_POLICY, type Policy } from '@flaghoist/rules/policy';
import type { Waiver } from '@flaghoist/rules/waivers';
import type { Wiring } from '@flaghoist/wiring/shape';
import { shippedWiring } from '@flaghoist/wiring/wiring';
import { createHome, type Home } from './home.ts';
import type { Keeping } from './keeping.ts';
import { membershipPorts, promotePorts } from './operator.ts';
import type { Disorder, Platform, Watcher } from './platform.ts';
import { createRegion, type Region } from './region.ts';
import { takeUp } from './take-up.ts';
import { refuseUnmodelled } from './unmodelled.ts';

export interface WorldOptions {
  readonly topology: Topology;
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** Instead of the plan of this release. */
  readonly wiring?: Wiring;
  readonly environment?: string;
  /** Parameters of the rules; the defaults unless told otherwise. */
  readonly policy?: Policy;
  /** Who makes and approves changes; nobody is in it unless told otherwise. */
  readonly directory?: Directory;
  /** The reviewed exceptions from rules; none unless told otherwise. */
  readonly waivers?: readonly Waiver[];
  /** The environment before this one, such as another world's home; none unless told otherwise. */
  readonly upstream?: UpstreamFlags;
  readonly latency?: LatencyModel;
  readonly disorder?: Disorder;
  /** All of them unless told otherwise. */
  readonly limits?: Limits;
  readonly yields?: NonNullable<Platform['yields']>;
  readonly log?: Logger;
  /** Where it keeps what outlives it; nowhere unless told otherwise. */
  readonly keeping?: Keeping | undefined;
  readonly instrument?: Platform['instrument'];
  readonly portsOf?: Platform['portsOf'];
}

/** All regions and services of a topology, with the real handlers between ports in memory. */
export interface World {
  readonly wiring: Wiring;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly network: Network;
  /** The home that decides now; after a move, another one. */
  readonly home: Home;
  /** By region, the idle one too. */
  readonly homes: ReadonlyMap<string, Home>;
  /** As home knows it. */
  readonly topology: TopologyStore;
  readonly audit: AuditIndex;
  /** Whether times in this world went through the latency model and must be called modelled. */
  readonly modelled: boolean;
  /** @throws RangeError for a region that is not in the world */
  region(name: string): Region;
  readonly regions: ReadonlyMap<string, Region>;
  watch(watcher: Watcher): () => void;
  /**
   * Full loads of all caches, until each has its manifest: what a first deployment does. Then what an ended world has left
   * unfinished is taken up.
   */
  load(): Promise<void>;
  /** Starts what runs by the clock: reconcilers and the audit sweep. */
  startSchedules(): void;
  /** For the use cases of operators, from the region that is home now. */
  membership(): MembershipPorts;
  /** For who makes this region home. */
  promotion(region: string): PromotePorts;
  /** Gives a service its queues, and lets it join (rule 8). */
  join(service: Omit<Service, 'state'>, by?: Caller): Promise<void>;
  /** Gives a region its replica, queues, caches and schedules, and lets it join. */
  joinRegion(name: string, by?: Caller): Promise<void>;
  stop(): void;
}

const POLL_MS = 100;
/** Who made the first region home: whoever built the world. */
const BUILDER = 'local:deployment';
const OPERATOR: Caller = { principal: BUILDER };
const NO_DISORDER: Disorder = { duplicates: 0, shuffledQueues: false };

/**
 * Builds a world. Nothing moves before its scheduler does; call `load` first.
 *
 * @throws RangeError for a plan of the wiring that does not fit the functions and the machines of this world
 */
export const createWorld = (options: WorldOptions): World => {
  const { topology: first, scheduler, random, environment = 'embedded', latency = noLatency, log = silent } = options;
  const network = new Network();
  const watchers = new Set<Watcher>();
  const platform: Platform = {
    wiring: options.wiring ?? shippedWiring(),
    environment,
    policy: options.policy ?? DEFAULT_POLICY,
    directory: options.directory ?? EMPTY_DIRECTORY,
    waivers: options.waivers ?? [],
    upstream: options.upstream ?? null,
    scheduler,
    random,
    latency,
    disorder: options.disorder ?? NO_DISORDER,
    limits: options.limits ?? allLimits,
    yields: options.yields,
    chance: new SeededRandom(Math.floor(random.next() * 2 ** 31)),
    network,
    log,
    topics: new Map(),
    flags: new Replication({ scheduler, latency, network }),
    keeping: options.keeping,
    watchers,
    instrument: options.instrument ?? ((_name, handler) => handler),
    portsOf: options.portsOf ?? ((_seat, ports) => ports),
  };

  refuseUnmodelled(platform.wiring);

  const regions = new Map<string, Region>();
  const addRegion = (name: string, services: readonly Service[]): Region => {
    const region = createRegion(platform, name);
    for (const service of services) region.addService(service);
    regions.set(name, region);
    return region;
  };
  const firstHome = addRegion(first.home, first.services);
  const built = { actor: BUILDER, at: scheduler.now() };
  const founded = Promise.all([
    firstHome.flags.commit(topologyWrite(parseTopology(JSON.stringify(first)), { ...built, follows: 0 })),
    firstHome.flags.commit(homeWrite({ region: first.home, epoch: 1, ...built }, null)),
  ]);
  // Whoever loads the world hears of it.
  founded.catch(() => {});
  for (const name of regionNames(first)) if (name !== first.home) addRegion(name, first.services);
  const regionOf = (name: string): Region => {
    const region = regions.get(name);
    if (region === undefined) throw new RangeError(`there is no region ${name} in this world`);
    return region;
  };
  const homeRegions =
    options.keeping?.homes ?? (first.standby === undefined ? [first.home] : [first.home, first.standby]);
  const homes = homeRegions.map((name) => createHome(platform, regionOf(name)));
  for (const home of homes) for (const region of regions.values()) home.connect(region);
  /** The newest of those that take themselves for home: a former one may not know it yet. */
  const homeNow = (): Home => {
    const epochOf = ({ region }: Home): number => {
      const item = regionOf(region).flags.get(HOME.pk, HOME.sk);
      return item === undefined || item['region'] !== region ? 0 : Number(item['epoch']);
    };
    return homes.reduce((newest, other) => (epochOf(other) > epochOf(newest) ? other : newest));
  };
  const membership = (): MembershipPorts =>
    membershipPorts({
      home: regionOf(homeNow().region),
      approvals: homeNow().judging.approvals,
      regionOf,
      network,
      scheduler,
      directory: platform.directory,
      log,
    });
  let isScheduled = false;

  const loaded = async (region: Region, service: string): Promise<void> => {
    await region.load(service);
    for (;;) {
      const contents = await region.caches.contents(service);
      if (contents.reachable && contents.manifest !== null) return;
      await scheduler.sleep(POLL_MS);
    }
  };
  const known = async (region: Region): Promise<void> => {
    while ((await region.topology.newest()) === undefined || (await region.home.lastMove()) === undefined) {
      await scheduler.sleep(POLL_MS);
    }
    // Until home has heard which rules a region has, it accepts under the first of all.
    const { store } = regionOf(homeNow().region);
    while ((await store.rulesVersion(region.name)) === null) await scheduler.sleep(POLL_MS);
  };

  return {
    wiring: platform.wiring,
    scheduler,
    random,
    network,
    get home() {
      return homeNow();
    },
    get topology() {
      return membership().topology;
    },
    get audit() {
      return homeNow().audit;
    },
    homes: new Map(homes.map((home) => [home.region, home])),
    modelled: latency.modelled,
    regions,
    region: regionOf,
    watch: (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    load: async () => {
      await founded;
      await Promise.all(
        [...regions.values()].map(async (region) => {
          await known(region);
          const { services } = await region.topology.latest();
          await Promise.all(services.map(({ name }) => loaded(region, name)));
        }),
      );
      if (options.keeping?.remains !== undefined)
        takeUp(options.keeping.remains, platform.flags, [...regions.values()]);
    },
    startSchedules: () => {
      isScheduled = true;
      for (const home of homes) home.startSchedules();
      for (const region of regions.values()) region.startSchedules();
    },
    membership,
    promotion: (name) => promotePorts(regionOf(name), { scheduler, directory: platform.directory, log }),
    join: async (service, by = OPERATOR) => {
      authorise(by, 'publish-topology', platform);
      const { services } = await membership().topology.latest();
      // Asked again, or after it has drained, it has its queues already.
      if (!services.some(({ name }) => name === service.name))
        for (const region of regions.values()) region.addService({ ...service, state: 'joining' });
      await joinService(service, by, membership());
    },
    joinRegion: async (name, by = OPERATOR) => {
      authorise(by, 'publish-topology', platform);
      const { services } = await membership().topology.latest();
      if (!regions.has(name)) {
        const region = addRegion(name, services);
        for (const home of homes) home.connect(region);
        if (isScheduled) region.startSchedules();
      }
      await joinRegion(name, by, membership());
    },
    stop: () => {
      for (const home of homes) home.stop();
      for (const region of regions.values()) region.stop();
    },
  };
};

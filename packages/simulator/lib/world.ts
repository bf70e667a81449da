import type { AuditIndex } from '@flaghoist/core/ports/audit-index';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { Random } from '@flaghoist/core/ports/random';
import type { UpstreamFlags } from '@flaghoist/core/ports/upstream-flags';
import { homeWrite } from '@flaghoist/core/storage/flag-items';
import { regionNames, type Service, type Topology } from '@flaghoist/core/topology';
import { type LatencyModel, noLatency } from '@flaghoist/in-memory/latency';
import { silent } from '@flaghoist/in-memory/logger';
import { Network } from '@flaghoist/in-memory/network';
import { Replication } from '@flaghoist/in-memory/replication';
import type { Scheduler } from '@flaghoist/in-memory/scheduler';
import { InMemoryTopologySource } from '@flaghoist/in-memory/topology-source';
import { type Directory, EMPTY_DIRECTORY } from '@flaghoist/rules/directory';
import { DEFAULT_POLICY, type Policy } from '@flaghoist/rules/policy';
import type { Wiring } from '@flaghoist/wiring/shape';
import { shippedWiring } from '@flaghoist/wiring/wiring';
import { createHome, type Home } from './home.ts';
import type { Disorder, Platform, Watcher } from './platform.ts';
import { createRegion, type Region } from './region.ts';
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
  /** The environment before this one, such as another world's home; none unless told otherwise. */
  readonly upstream?: UpstreamFlags;
  readonly latency?: LatencyModel;
  readonly disorder?: Disorder;
  readonly log?: Logger;
  readonly instrument?: Platform['instrument'];
  readonly portsOf?: Platform['portsOf'];
}

/** All regions and services of a topology, with the real handlers between ports in memory. */
export interface World {
  readonly wiring: Wiring;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly network: Network;
  readonly home: Home;
  readonly topology: InMemoryTopologySource;
  readonly audit: AuditIndex;
  /** Whether times in this world went through the latency model and must be called modelled. */
  readonly modelled: boolean;
  /** @throws RangeError for a region that is not in the world */
  region(name: string): Region;
  readonly regions: ReadonlyMap<string, Region>;
  watch(watcher: Watcher): () => void;
  /** Full loads of all caches, until each has its manifest: what a first deployment does. */
  load(): Promise<void>;
  /** Starts what runs by the clock: reconcilers and the audit sweep. */
  startSchedules(): void;
  /** Brings a service in (rule 8): subscribed and loaded first; `serving` once a reconciler pass finds no difference anywhere. */
  join(service: Omit<Service, 'state'>): Promise<void>;
  /** Brings a region in: replica, queues, caches, loads; `serving` once a reconciler pass finds no difference. */
  joinRegion(name: string): Promise<void>;
  stop(): void;
}

const POLL_MS = 100;
/** Who made the first region home: whoever built the world. */
const BUILDER = 'flaghoist/deployment';
const NO_DISORDER: Disorder = { duplicates: 0, shuffledQueues: false };

/**
 * Builds a world. Nothing moves before its scheduler does; call `load` first.
 *
 * @throws RangeError for a plan of the wiring that does not fit the functions and the machines of this world
 */
export const createWorld = (options: WorldOptions): World => {
  const { topology: first, scheduler, random, environment = 'embedded', latency = noLatency, log = silent } = options;
  const network = new Network();
  const topology = new InMemoryTopologySource(first);
  const watchers = new Set<Watcher>();
  const platform: Platform = {
    wiring: options.wiring ?? shippedWiring(),
    environment,
    policy: options.policy ?? DEFAULT_POLICY,
    directory: options.directory ?? EMPTY_DIRECTORY,
    upstream: options.upstream ?? null,
    scheduler,
    random,
    latency,
    disorder: options.disorder ?? NO_DISORDER,
    network,
    log,
    topology,
    topics: new Map(),
    flags: new Replication({ scheduler, latency, network }),
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
  firstHome.flags.write(homeWrite({ region: first.home, epoch: 1, actor: BUILDER, at: scheduler.now() }, null));
  const home = createHome(platform, firstHome);
  for (const name of regionNames(first)) if (name !== first.home) home.connect(addRegion(name, first.services));

  const loaded = async (region: Region, service: string): Promise<void> => {
    await region.load(service);
    for (;;) {
      const contents = await region.caches.contents(service);
      if (contents.reachable && contents.manifest !== null) return;
      await scheduler.sleep(POLL_MS);
    }
  };
  /** A new replica is loaded from only when it has what home had: an empty one would look clean. */
  const replicated = async (region: Region): Promise<void> => {
    for await (const { flagKey } of (regions.get(first.home) ?? region).store.currents()) {
      while ((await region.store.current(flagKey)) === undefined) await scheduler.sleep(POLL_MS);
    }
  };
  const cleanIn = async (region: Region, services: readonly string[]): Promise<void> => {
    for (;;) {
      const clean = new Set(await region.reconcile());
      if (services.every((service) => clean.has(service))) return;
      await scheduler.sleep(POLL_MS);
    }
  };
  const edit = async (change: (latest: Topology) => Omit<Topology, 'version'>): Promise<void> => {
    const latest = await topology.latest();
    topology.publish({ ...change(latest), version: latest.version + 1 });
  };

  return {
    wiring: platform.wiring,
    scheduler,
    random,
    network,
    home,
    topology,
    audit: home.audit,
    modelled: latency.modelled,
    regions,
    region: (name) => {
      const region = regions.get(name);
      if (region === undefined) throw new RangeError(`there is no region ${name} in this world`);
      return region;
    },
    watch: (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    load: async () => {
      const { services } = await topology.latest();
      await Promise.all([...regions.values()].flatMap((region) => services.map(({ name }) => loaded(region, name))));
    },
    startSchedules: () => {
      home.startSchedules();
      for (const region of regions.values()) region.startSchedules();
    },
    join: async (service) => {
      const joining: Service = { ...service, state: 'joining' };
      for (const region of regions.values()) region.addService(joining);
      await edit((latest) => ({ ...latest, services: [...latest.services, joining] }));
      await Promise.all(
        [...regions.values()].map(async (region) => {
          await loaded(region, service.name);
          await cleanIn(region, [service.name]);
        }),
      );
      await edit((latest) => ({
        ...latest,
        services: latest.services.map((each) => (each.name === service.name ? { ...each, state: 'serving' } : each)),
      }));
    },
    joinRegion: async (name) => {
      const { services } = await topology.latest();
      const region = addRegion(name, services);
      home.connect(region);
      await edit((latest) => ({ ...latest, regions: [...latest.regions, { name, state: 'joining' }] }));
      const names = services.map((service) => service.name);
      await replicated(region);
      await Promise.all(names.map((service) => loaded(region, service)));
      await cleanIn(region, names);
      await edit((latest) => ({
        ...latest,
        regions: latest.regions.map((each) => (each.name === name ? { ...each, state: 'serving' } : each)),
      }));
    },
    stop: () => {
      home.stop();
      for (const region of regions.values()) region.stop();
    },
  };
};

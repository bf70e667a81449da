import type { Evaluator } from '@flaghoist/core/evaluator';
import type { AcknowledgementLog } from '@flaghoist/core/ports/acknowledgement-log';
import type { Service } from '@flaghoist/core/topology';
import { InMemoryAcknowledgementLog } from '@flaghoist/in-memory/acknowledgement-log';
import { InMemoryChangeStore } from '@flaghoist/in-memory/change-store';
import { InMemoryChangeTopic } from '@flaghoist/in-memory/change-topic';
import { InMemoryEventBus } from '@flaghoist/in-memory/event-bus';
import { InMemoryFlagStore } from '@flaghoist/in-memory/flag-store';
import { InMemoryHomeStore } from '@flaghoist/in-memory/home-store';
import { loadRequestsThrough } from '@flaghoist/in-memory/load-requests';
import { unmeasured } from '@flaghoist/in-memory/metrics';
import type { Queue } from '@flaghoist/in-memory/queue';
import type { ScheduledTask } from '@flaghoist/in-memory/scheduler';
import { InMemoryServiceCache } from '@flaghoist/in-memory/service-cache';
import { InMemoryServiceQueues } from '@flaghoist/in-memory/service-queues';
import type { StreamEventSource } from '@flaghoist/in-memory/stream-event-source';
import type { Table } from '@flaghoist/in-memory/table';
import { Topic } from '@flaghoist/in-memory/topic';
import { InMemoryTopologyStore } from '@flaghoist/in-memory/topology-store';
import { InMemoryVerificationStore } from '@flaghoist/in-memory/verification-store';
import { WakeUps } from '@flaghoist/in-memory/wake-ups';
import type { Lacking } from '@flaghoist/operations/ports';
import { contentionOf, type Platform } from './platform.ts';
import { givingUpInto, named, queuesOf, serviceQueuesOf } from './queues.ts';
import { regionTables } from './region-tables.ts';
import { cellsOf, publishing, startSchedules } from './schedules.ts';
import { cellSeats, regionSeats } from './seats.ts';
import { createServiceWiring } from './service-wiring.ts';
import { wire } from './wire.ts';

/** For who looks at a region's log. Few: thousands are written in a second, and what is kept has to be copied by the collector. */
const LINES_KEPT = 50;

/** One region: its replica, its queues and caches, its functions. */
export interface Region {
  readonly name: string;
  readonly flags: Table;
  readonly store: InMemoryFlagStore;
  /** Of home and standby; nobody reads or writes one elsewhere. */
  readonly changes: InMemoryChangeStore;
  readonly changesTable: Table;
  /** What this region knows of home. */
  readonly home: InMemoryHomeStore;
  /** The versions that this region knows. */
  readonly topology: InMemoryTopologyStore;
  readonly verification: InMemoryVerificationStore;
  readonly caches: InMemoryServiceCache;
  readonly queues: InMemoryServiceQueues;
  /** The queues that the region has once, dead letters included, by the plan's names. */
  readonly ownQueues: ReadonlyMap<string, Queue>;
  readonly log: InMemoryAcknowledgementLog;
  readonly bus: InMemoryEventBus;
  readonly wakeUps: WakeUps;
  readonly distribute: StreamEventSource;
  /** Subscribes a service and feeds its queue to its cell's updater. */
  addService(service: Service): void;
  /** Asks for a full load, as the updater does when it meets a cache without a manifest. */
  load(service: string): Promise<void>;
  /** One pass over a cell. @returns the services whose caches showed no difference */
  reconcileCell(cell: string): Promise<readonly string[]>;
  /** One pass over a cell. @returns who of its instances does not carry an evaluator */
  lacking(cell: string, evaluator: Evaluator): Promise<Lacking>;
  /** One pass over all cells. @returns the services whose caches showed no difference */
  reconcile(): Promise<readonly string[]>;
  startSchedules(): void;
  stop(): void;
}

/** Builds a region on the platform and wires the real handlers to it. Services are added afterwards. */
export const createRegion = (platform: Platform, name: string): Region => {
  const { scheduler, random, latency, network, log: logger, disorder, limits, keeping } = platform;
  const contention = contentionOf(platform);
  const { flags, changesTable, settledRow } = regionTables(platform, name);
  const store = new InMemoryFlagStore(flags, contention);
  const home = new InMemoryHomeStore(flags);
  const topology = new InMemoryTopologyStore(flags);
  const changes = new InMemoryChangeStore({ changes: changesTable, flags, contention });
  const verification = new InMemoryVerificationStore({ clock: scheduler, contention, limits, log: logger, settledRow });
  const roundTrip = latency.modelled
    ? { roundTrip: { clock: scheduler, latencyMs: () => latency.sample('cache') } }
    : {};
  const caches = new InMemoryServiceCache({ region: name, ...roundTrip });
  const queues = new InMemoryServiceQueues({
    region: name,
    scheduler,
    services: [],
    ...serviceQueuesOf(platform),
    ...(keeping === undefined ? {} : { lettersOf: keeping.letters }),
    ...(disorder.shuffledQueues ? { shuffle: random } : {}),
  });
  const log = new InMemoryAcknowledgementLog({ region: name, clock: scheduler, latency, keepLines: LINES_KEPT });
  const twice = disorder.duplicates > 0 ? { duplicates: { random, probability: disorder.duplicates } } : {};
  const bus = new InMemoryEventBus({
    region: name,
    scheduler,
    network,
    latency,
    log: logger,
    keepEvents: 0,
    limits,
    ...twice,
  });
  const topic = new Topic({ region: name, scheduler, latency, limits, ...twice });
  platform.topics.set(name, topic);
  const wakeUps = new WakeUps(scheduler);
  const ownQueues = queuesOf(platform, { region: name, scope: 'region' });
  const loads = loadRequestsThrough(named(ownQueues, 'cache-loads'));
  const ports = {
    region: name,
    cache: caches,
    flags: store,
    changes,
    verification,
    topology,
    acknowledgements: watched(log, platform),
    query: log,
    topic: new InMemoryChangeTopic({ region: name, topics: platform.topics, clock: scheduler, network, latency }),
    home,
    repair: store,
    clock: scheduler,
    random,
    log: logger,
    metrics: unmeasured,
    queues,
    loads,
    bus,
    serviceOf: (arn: string): string => queues.serviceOf(arn),
  };

  const { functions, streams, schedules } = wire(
    platform,
    { region: name, scope: 'region', tables: new Map([['flags', flags]]), queues: ownQueues, bus, wakeUps },
    regionSeats({ ...ports, deadLettersOf: givingUpInto(platform, ownQueues) }),
  );
  const addService = createServiceWiring(platform, { region: name, queues, topic, wakeUps }, cellSeats(ports));

  const reconcileCell = async (cell: string): Promise<readonly string[]> =>
    (await functions['cache-updater.reconcile'].onInput({ cell })).clean;

  let started: readonly ScheduledTask[] = [];
  return {
    name,
    flags,
    store,
    changes,
    changesTable,
    home,
    topology,
    verification,
    caches,
    queues,
    ownQueues,
    log,
    bus,
    wakeUps,
    distribute: named(streams, 'validator.distribute flags'),
    addService,
    load: (service) => loads.request(service),
    reconcileCell,
    lacking: async (cell, evaluator) => {
      const { lacking } = await functions['cache-updater.reconcile'].onInput({ cell, evaluator });
      return lacking ?? { instances: [], silent: [] };
    },
    reconcile: async () => {
      const clean = [];
      for (const cell of await cellsOf(topology)) clean.push(...(await reconcileCell(cell)));
      return clean;
    },
    startSchedules: () => {
      started = startSchedules(platform, [...schedules, ...publishing(platform, { scope: 'region', topic })], {
        queues: ownQueues,
        topology,
      });
    },
    stop: () => {
      for (const task of started) task.cancel();
    },
  };
};

/** Lets watchers see each line that the updaters write. */
const watched = (log: AcknowledgementLog, { watchers }: Platform): AcknowledgementLog => ({
  write: (line) => {
    log.write(line);
    for (const watcher of watchers) watcher.acknowledged?.(line);
  },
});

import { createApplyHandler, createLoadHandler, createReconcileHandler } from '@flaghoist/cache-updater/handler';
import { createMessageReader } from '@flaghoist/cache-updater/message-reader';
import { createCompareHandler, createScanHandler } from '@flaghoist/consistency-checker/handler';
import verifyWindow from '@flaghoist/consistency-checker/verify-window.asl.json' with { type: 'json' };
import type { AcknowledgementLog } from '@flaghoist/core/ports/acknowledgement-log';
import type { Service } from '@flaghoist/core/topology';
import { InMemoryAcknowledgementLog } from '@flaghoist/in-memory/acknowledgement-log';
import { audienceFilter, InMemoryChangeTopic } from '@flaghoist/in-memory/change-topic';
import { InMemoryEventBus } from '@flaghoist/in-memory/event-bus';
import { InMemoryFlagStore } from '@flaghoist/in-memory/flag-store';
import { loadRequestsThrough } from '@flaghoist/in-memory/load-requests';
import { Queue } from '@flaghoist/in-memory/queue';
import { QueueEventSource, type QueueHandler } from '@flaghoist/in-memory/queue-event-source';
import type { ScheduledTask } from '@flaghoist/in-memory/scheduler';
import { InMemoryServiceCache } from '@flaghoist/in-memory/service-cache';
import { InMemoryServiceQueues } from '@flaghoist/in-memory/service-queues';
import { StreamEventSource } from '@flaghoist/in-memory/stream-event-source';
import { Table } from '@flaghoist/in-memory/table';
import { Topic } from '@flaghoist/in-memory/topic';
import { InMemoryVerificationStore } from '@flaghoist/in-memory/verification-store';
import { WakeUps } from '@flaghoist/in-memory/wake-ups';
import { createDistributeHandler } from '@flaghoist/validator/handler';
import { functionsIn, type Platform, redeliveries } from './platform.ts';
import { repeatEvery } from './repeat.ts';
import { createWorkflow } from './workflow.ts';

const RECONCILE_EVERY_MS = 60_000;
/** Six times the updater's 5 s timeout, as AWS asks for. */
const VISIBILITY_MS = 30_000;
/** For who looks at a region's log. Few: thousands are written in a second, and what is kept has to be copied by the collector. */
const LINES_KEPT = 50;
/** So many that the waits between them, from 100 ms doubling, outlast the 10 s that a region waits for newer rules. */
const DISTRIBUTE_RETRIES = 8;
/** CURRENTs that a full load and the reconciler know again by their bytes, as in AWS. */
const CURRENTS_REMEMBERED = 8_000;

/** One region: its replica, its queues and caches, its functions. */
export interface Region {
  readonly name: string;
  readonly flags: Table;
  readonly store: InMemoryFlagStore;
  readonly verification: InMemoryVerificationStore;
  readonly caches: InMemoryServiceCache;
  readonly queues: InMemoryServiceQueues;
  readonly log: InMemoryAcknowledgementLog;
  readonly bus: InMemoryEventBus;
  readonly distribute: StreamEventSource;
  /** Subscribes a service and feeds its queue to its cell's updater. */
  addService(service: Service): void;
  /** Asks for a full load, as the updater does when it meets a cache without a manifest. */
  load(service: string): Promise<void>;
  /** One pass over all cells. @returns the services whose caches showed no difference */
  reconcile(): Promise<readonly string[]>;
  /** Reconciles every minute, beginning at a random moment of the first. */
  startReconciling(): void;
  stop(): void;
}

/** Builds a region on the platform and wires the real handlers to it. Services are added afterwards. */
export const createRegion = (platform: Platform, name: string): Region => {
  const { scheduler, random, latency, network, log: logger, disorder } = platform;
  const flags = new Table({ name: 'flags', region: name, clock: scheduler });
  platform.flags.add(flags);
  const store = new InMemoryFlagStore(flags);
  const verification = new InMemoryVerificationStore();
  const roundTrip = latency.modelled
    ? { roundTrip: { clock: scheduler, latencyMs: () => latency.sample('cache') } }
    : {};
  const caches = new InMemoryServiceCache({ region: name, ...roundTrip });
  const queues = new InMemoryServiceQueues({
    region: name,
    scheduler,
    services: [],
    visibilityTimeoutMs: VISIBILITY_MS,
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
    ...twice,
  });
  const topic = new Topic({ region: name, scheduler, latency, ...twice });
  platform.topics.set(name, topic);
  const wakeUps = new WakeUps(scheduler);
  const acknowledgements = watched(log, platform);

  const loadQueue = new Queue({
    name: 'cache-loads',
    region: name,
    scheduler,
    visibilityTimeoutMs: VISIBILITY_MS,
    redrive: { deadLetterQueue: new Queue({ name: 'cache-loads-dlq', region: name, scheduler }), maxReceiveCount: 5 },
  });
  const loads = loadRequestsThrough(loadQueue);
  const shared = {
    region: name,
    cache: caches,
    flags: store,
    verification,
    topology: platform.topology,
    acknowledgements,
    clock: scheduler,
    random,
    log: logger,
    queues,
    loads,
    bus,
  };

  const put = functionsIn(platform, name);
  const load = put('cache-updater.load', createLoadHandler, {
    ...shared,
    read: createMessageReader({ maxTexts: CURRENTS_REMEMBERED }),
  });
  new QueueEventSource({ queue: loadQueue, handler: load, scheduler, wakeUps, log: logger, latency });

  const reconcileCell = put('cache-updater.reconcile', createReconcileHandler, {
    ...shared,
    read: createMessageReader({ maxTexts: CURRENTS_REMEMBERED }),
  });
  const reconcile = async (): Promise<readonly string[]> => {
    const { services } = await platform.topology.latest();
    const results = [];
    for (const cell of new Set(services.map((service) => service.cell))) results.push(await reconcileCell({ cell }));
    return results.flatMap(({ clean }) => clean);
  };

  const distribute = new StreamEventSource({
    table: flags,
    handler: put('validator.distribute', createDistributeHandler, {
      ...shared,
      topic: new InMemoryChangeTopic({ region: name, topics: platform.topics, clock: scheduler, network, latency }),
      repair: name === platform.home ? store : null,
    }),
    scheduler,
    random,
    log: logger,
    latency,
    filter: ({ sk }) => sk !== 'KNOWN_GOOD',
    maximumRetryAttempts: DISTRIBUTE_RETRIES,
    redelivers: redeliveries(platform),
  });

  const workflow = createWorkflow(platform, {
    name: 'verify-window',
    region: name,
    definition: verifyWindow,
    functions: {
      ScanFunctionArn: put('consistency-checker.scan', createScanHandler, { ...shared, query: log }),
      CompareFunctionArn: put('consistency-checker.compare', createCompareHandler, shared),
    },
  });
  bus.addRule(
    { 'detail-type': ['VerifyRequested'], detail: { detail: { region: [name] } } },
    (message) => workflow.start(message),
    'workflowStart',
  );

  /** One updater per cell: its warm memory serves 39 queues. */
  const updaters = new Map<string, QueueHandler>();
  const updaterOf = (cell: string): QueueHandler => {
    const known = updaters.get(cell);
    if (known !== undefined) return known;
    const serviceOf = (arn: string): string => queues.serviceOf(arn);
    const handler = put('cache-updater.apply', createApplyHandler, {
      ...shared,
      read: createMessageReader(),
      serviceOf,
    });
    updaters.set(cell, handler);
    return handler;
  };

  let reconciling: ScheduledTask | undefined;
  return {
    name,
    flags,
    store,
    verification,
    caches,
    queues,
    log,
    bus,
    distribute,
    addService: (service) => {
      const queue = queues.add(service.name);
      topic.subscribe(queue, audienceFilter(service.name));
      new QueueEventSource({ queue, handler: updaterOf(service.cell), scheduler, wakeUps, log: logger, latency });
    },
    load: (service) => loads.request(service),
    reconcile,
    startReconciling: () => {
      const firstMs = random.next() * RECONCILE_EVERY_MS;
      const every = { name: 'cache-updater.reconcile', everyMs: RECONCILE_EVERY_MS, firstMs, log: logger };
      reconciling = repeatEvery(scheduler, every, reconcile);
    },
    stop: () => reconciling?.cancel(),
  };
};

/** Lets watchers see each line that the updaters write. */
const watched = (log: AcknowledgementLog, { watchers }: Platform): AcknowledgementLog => ({
  write: (line) => {
    log.write(line);
    for (const watcher of watchers) watcher.acknowledged?.(line);
  },
});

import { createSweepHandler, createWriteHandler } from '@flaghoist/audit-writer/handler';
import { eventTypes, parseBridgeMessage } from '@flaghoist/core/events';
import { InMemoryAuditIndex } from '@flaghoist/in-memory/audit-index';
import { InMemoryChangeStore } from '@flaghoist/in-memory/change-store';
import { InMemoryChangeTopic } from '@flaghoist/in-memory/change-topic';
import { Queue } from '@flaghoist/in-memory/queue';
import { QueueEventSource, type QueueHandler } from '@flaghoist/in-memory/queue-event-source';
import type { ScheduledTask } from '@flaghoist/in-memory/scheduler';
import { StreamEventSource } from '@flaghoist/in-memory/stream-event-source';
import { Table } from '@flaghoist/in-memory/table';
import { WakeUps } from '@flaghoist/in-memory/wake-ups';
import concludeChange from '@flaghoist/rollback/conclude-change.asl.json' with { type: 'json' };
import { createConcludeHandler, createJudgeHandler } from '@flaghoist/rollback/handler';
import { createAcceptHandler } from '@flaghoist/validator/handler';
import { functionsIn, type Platform, redeliveries } from './platform.ts';
import type { Region } from './region.ts';
import { repeatEvery } from './repeat.ts';
import { createWorkflow } from './workflow.ts';

const SWEEP_EVERY_MS = 15 * 60_000;
const VISIBILITY_MS = 60_000;

/** What only the home region has: proposals, decisions, the audit trail. */
export interface Home {
  readonly changes: InMemoryChangeStore;
  readonly changesTable: Table;
  readonly audit: InMemoryAuditIndex;
  readonly verdicts: Queue;
  readonly auditQueue: Queue;
  readonly accept: StreamEventSource;
  /** Ties a region's bus to the home bus, both ways. */
  connect(region: Region): void;
  sweep(): ReturnType<ReturnType<typeof createSweepHandler>>;
  startSweeping(): void;
  stop(): void;
}

/** Adds what home has to the region that is home. */
export const createHome = (platform: Platform, region: Region): Home => {
  const { scheduler, random, latency, network, log, epoch } = platform;
  const changesTable = new Table({ name: 'changes', region: region.name, clock: scheduler });
  const changes = new InMemoryChangeStore({ changes: changesTable, flags: region.flags });
  const audit = new InMemoryAuditIndex();
  const topic = new InMemoryChangeTopic({
    region: region.name,
    topics: platform.topics,
    clock: scheduler,
    network,
    latency,
  });
  const wakeUps = new WakeUps(scheduler);
  const shared = {
    region: region.name,
    environment: platform.environment,
    epoch,
    policy: platform.policy,
    directory: platform.directory,
    upstream: platform.upstream,
    flags: region.store,
    changes,
    topology: platform.topology,
    topic,
    bus: region.bus,
    audit,
    clock: scheduler,
    random,
    log,
  };

  const put = functionsIn(platform, region.name);
  const accept = new StreamEventSource({
    table: changesTable,
    handler: put('validator.accept', createAcceptHandler, shared),
    scheduler,
    random,
    log,
    latency,
    filter: ({ sk }) => !sk.startsWith('PROOF#') && !sk.startsWith('MINUTE#'),
    redelivers: redeliveries(platform),
  });

  const queueWith = (name: string, handler: QueueHandler): Queue => {
    const deadLetterQueue = new Queue({ name: `${name}-dlq`, region: region.name, scheduler });
    const queue = new Queue({
      name,
      region: region.name,
      scheduler,
      visibilityTimeoutMs: VISIBILITY_MS,
      redrive: { deadLetterQueue, maxReceiveCount: 10 },
    });
    new QueueEventSource({ queue, handler, scheduler, wakeUps, log, latency });
    return queue;
  };
  const verdicts = queueWith('region-verdicts', put('rollback.judge', createJudgeHandler, shared));
  const auditQueue = queueWith('audit', put('audit-writer.write', createWriteHandler, shared));
  const sweep = createSweepHandler(shared);

  const workflow = createWorkflow(platform, {
    name: 'conclude-change',
    region: region.name,
    definition: concludeChange,
    functions: { ConcludeFunctionArn: put('rollback.conclude', createConcludeHandler, shared) },
  });
  const { bus } = region;
  bus.addRule({ 'detail-type': ['RegionVerdict'] }, (message) => verdicts.send(message));
  bus.addRule({ 'detail-type': ['ChangeAccepted'] }, workflow.start);
  bus.addRule({ 'detail-type': eventTypes }, (message) => auditQueue.send(message));
  bus.addRule({ 'detail-type': eventTypes }, (message) => {
    if (platform.watchers.size === 0) return;
    const event = parseBridgeMessage(message);
    for (const watcher of platform.watchers) watcher.happened?.(event);
  });

  let sweeping: ScheduledTask | undefined;
  return {
    changes,
    changesTable,
    audit,
    verdicts,
    auditQueue,
    accept,
    connect: (other) => {
      if (other.name === region.name) return;
      other.bus.forward({ 'detail-type': eventTypes }, bus);
      bus.forward({ 'detail-type': ['VerifyRequested'], detail: { detail: { region: [other.name] } } }, other.bus);
    },
    sweep,
    startSweeping: () => {
      const every = { name: 'audit-writer.sweep', everyMs: SWEEP_EVERY_MS, firstMs: SWEEP_EVERY_MS, log };
      sweeping = repeatEvery(scheduler, every, sweep);
    },
    stop: () => sweeping?.cancel(),
  };
};

import type { EventTarget, InMemoryEventBus } from '@flaghoist/in-memory/event-bus';
import type { Leg } from '@flaghoist/in-memory/latency';
import type { Queue } from '@flaghoist/in-memory/queue';
import { QueueEventSource } from '@flaghoist/in-memory/queue-event-source';
import { StreamEventSource } from '@flaghoist/in-memory/stream-event-source';
import type { Table } from '@flaghoist/in-memory/table';
import type { WakeUps } from '@flaghoist/in-memory/wake-ups';
import type { WorkflowRunner } from '@flaghoist/in-memory/workflow-runner';
import { compileFilter } from '@flaghoist/wiring/filter';
import { fillPlaceholders } from '@flaghoist/wiring/placeholders';
import type { Trigger } from '@flaghoist/wiring/shape';
import { type Platform, type Put, putOn, redeliveries } from './platform.ts';
import { named } from './queues.ts';
import type { Scheduled } from './schedules.ts';
import { definitions, type Seat, type Seated, type Seats } from './seats.ts';
import { createWorkflow } from './workflow.ts';

type Scope = 'home' | 'region';
type TriggerOf<K extends Trigger['kind']> = Extract<Trigger, { kind: K }>;

/** The machines of one region, by the plan's names. */
interface Site {
  readonly region: string;
  readonly scope: Scope;
  readonly tables: ReadonlyMap<string, Table>;
  /** Dead letters too. */
  readonly queues: ReadonlyMap<string, Queue>;
  readonly bus: InMemoryEventBus;
  readonly wakeUps: WakeUps;
}

/** What came of a site's part of the plan. */
interface Wired<S extends Seats> {
  readonly functions: { readonly [K in keyof S]: S[K] extends (put: Put) => infer R ? R : never };
  readonly streams: ReadonlyMap<string, StreamEventSource>;
  readonly schedules: readonly Scheduled[];
}

/** @throws RangeError when a function is wired to what it does not take */
export const takenBy = <K extends keyof Seated>(name: string, seated: Seated, kind: K): NonNullable<Seated[K]> => {
  const handler = seated[kind];
  if (handler === undefined) {
    throw new RangeError(`wiring.json wires ${name} as ${kind}; its seat takes ${Object.keys(seated).join(', ')}`);
  }
  return handler;
};

/** @throws RangeError always */
export const unseated = (name: string, scope: string): never => {
  throw new RangeError(
    `wiring.json has ${name} of scope ${scope}, and no seat of that scope is its own; give it one in packages/simulator/lib/seats.ts`,
  );
};

/** @throws RangeError for a function of the plan that nobody seats, and for a seat whose function is of another scope */
const seatsOf = (platform: Platform, { region, scope }: Site, seats: Seats): ReadonlyMap<string, Seated> => {
  const planned = platform.wiring.functions;
  for (const [name, entry] of Object.entries(planned)) {
    // What only an operator calls does nothing here by itself.
    if (entry.triggers.length === 0) continue;
    // The canary of a world on one machine stands beside it, and breaks the cache itself.
    if (entry.withService !== undefined) continue;
    if (Object.hasOwn(seats, name) !== (entry.scope === scope)) unseated(name, entry.scope);
  }
  return new Map(Object.entries<Seat>(seats).map(([name, seat]) => [name, seat(putOn(platform, { name, region }))]));
};

const streamSource = (
  platform: Platform,
  { tables, queues }: Site,
  trigger: TriggerOf<'stream'>,
  handler: NonNullable<Seated['onStream']>,
): StreamEventSource => {
  const { scheduler, random, log, latency, limits } = platform;
  return new StreamEventSource({
    streamTrim: limits.streamTrim,
    table: named(tables, trigger.table),
    handler,
    scheduler,
    random,
    log,
    latency,
    batchSize: trigger.batchSize,
    filter: compileFilter(trigger.filter),
    maximumRetryAttempts: trigger.retryAttempts,
    maximumRecordAgeMs: trigger.recordAgeSeconds * 1000,
    bisectOnError: trigger.bisect,
    failureDestination: named(queues, trigger.failureDestination),
    redelivers: redeliveries(platform),
  });
};

/** Feeds a queue to a function, as its trigger says. */
export const queueSource = (
  { scheduler, log, latency }: Platform,
  { queue, wakeUps }: { readonly queue: Queue; readonly wakeUps: WakeUps },
  { batchSize, maximumConcurrency }: TriggerOf<'queue'>,
  handler: NonNullable<Seated['onQueue']>,
): void => {
  const limit = maximumConcurrency === undefined ? {} : { maxConcurrency: maximumConcurrency };
  new QueueEventSource({ queue, handler, scheduler, wakeUps, log, latency, batchSize, ...limit });
};

/**
 * Seats the functions of a scope in one region and gives each its triggers; then the workflows that call them, and the rules
 * of the bus.
 *
 * @throws RangeError when plan, seats and machines do not fit together
 */
export const wire = <S extends Seats>(platform: Platform, site: Site, seats: S): Wired<S> => {
  const { wiring } = platform;
  const { region, scope, queues, bus } = site;
  const seated = seatsOf(platform, site, seats);
  const streams = new Map<string, StreamEventSource>();
  const schedules: Scheduled[] = [];
  const tasks = new Map<string, Record<string, (input: unknown) => Promise<unknown>>>();
  const addRule = (name: string, target: EventTarget, leg: Leg = 'eventBridgeToTarget'): void => {
    const { pattern, deadLetter } = named(new Map(Object.entries(wiring.rules)), name);
    bus.addRule(fillPlaceholders(pattern, { region }), target, { leg, deadLetters: named(queues, deadLetter) });
  };

  for (const [name, taking] of seated) {
    for (const trigger of wiring.functions[name]?.triggers ?? []) {
      switch (trigger.kind) {
        case 'stream':
          streams.set(
            `${name} ${trigger.table}`,
            streamSource(platform, site, trigger, takenBy(name, taking, 'onStream')),
          );
          break;
        case 'queue': {
          const queue = named(queues, trigger.queue);
          queueSource(platform, { queue, wakeUps: site.wakeUps }, trigger, takenBy(name, taking, 'onQueue'));
          break;
        }
        case 'schedule':
          schedules.push({ schedule: trigger.schedule, call: takenBy(name, taking, 'onInput') });
          break;
        case 'workflow': {
          const filled = { ...tasks.get(trigger.workflow), [trigger.placeholder]: takenBy(name, taking, 'onInput') };
          tasks.set(trigger.workflow, filled);
          break;
        }
        case 'rule': {
          const call = takenBy(name, taking, 'onInput');
          addRule(trigger.rule, async (message) => void (await call(JSON.parse(message))));
        }
      }
    }
  }

  const workflows = new Map<string, WorkflowRunner>();
  for (const [name, { definition, scope: own }] of Object.entries(wiring.workflows)) {
    if (own !== scope) continue;
    const text = named(new Map(Object.entries(definitions)), definition);
    workflows.set(name, createWorkflow(platform, { name, region, definition: text, functions: tasks.get(name) ?? {} }));
  }
  for (const [name, { target, scope: own }] of Object.entries(wiring.rules)) {
    if (own !== scope || target === undefined) continue;
    if ('workflow' in target) addRule(name, named(workflows, target.workflow).start, 'workflowStart');
    else {
      const queue = named(queues, target.queue);
      addRule(name, (message) => queue.send(message));
    }
  }
  return { functions: Object.fromEntries(seated) as Wired<S>['functions'], streams, schedules };
};

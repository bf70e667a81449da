import type { DeadLetters } from '@flaghoist/core/ports/dead-letters';
import { deadLettersThrough } from '@flaghoist/in-memory/dead-letters';
import { Queue } from '@flaghoist/in-memory/queue';
import type { ServiceQueuesOptions } from '@flaghoist/in-memory/service-queues';
import type { Wiring } from '@flaghoist/wiring/shape';
import { deadLettersOf } from '@flaghoist/wiring/triggers';
import type { FunctionName } from '@flaghoist/wiring/wiring';
import type { Platform } from './platform.ts';

type Scope = Wiring['queues'][string]['scope'];

const entriesOf = <T extends { scope: Scope }>(entries: Readonly<Record<string, T>>, scope: Scope): [string, T][] =>
  Object.entries(entries).filter(([, entry]) => entry.scope === scope);

/** @throws RangeError for a name that the plan does not have */
export const named = <T>(entries: ReadonlyMap<string, T>, name: string): T => {
  const entry = entries.get(name);
  if (entry === undefined) throw new RangeError(`this world has no ${name}; it has ${[...entries.keys()].join(', ')}`);
  return entry;
};

/** The plan's queues of a scope in one region, dead letters included, by their names. */
export const queuesOf = (
  { wiring, scheduler, limits, keeping }: Platform,
  { region, scope }: { readonly region: string; readonly scope: Scope },
): ReadonlyMap<string, Queue> => {
  const deadLetters = new Map(
    entriesOf(wiring.deadLetters, scope).map(([name, { retentionSeconds }]) => [
      name,
      new Queue({
        name,
        region,
        scheduler,
        limits,
        retentionMs: retentionSeconds * 1000,
        storageOf: keeping?.letters,
      }),
    ]),
  );
  const queues = entriesOf(wiring.queues, scope).map(
    ([name, { visibilitySeconds, receives, retentionSeconds, deadLetter }]) =>
      [
        name,
        new Queue({
          name,
          region,
          scheduler,
          limits,
          visibilityTimeoutMs: visibilitySeconds * 1000,
          retentionMs: retentionSeconds * 1000,
          redrive: { deadLetterQueue: named(deadLetters, deadLetter), maxReceiveCount: receives },
        }),
      ] as const,
  );
  return new Map([...deadLetters, ...queues]);
};

/** What each function gives up goes where the plan says. @throws RangeError for a function that cannot give anything up */
export const givingUpInto =
  ({ wiring }: Platform, queues: ReadonlyMap<string, Queue>) =>
  (name: FunctionName): DeadLetters =>
    deadLettersThrough(named(queues, deadLettersOf(wiring, name) ?? `dead letters of ${name}`));

type ServiceQueuePlan = Pick<
  ServiceQueuesOptions,
  'visibilityTimeoutMs' | 'maxReceiveCount' | 'retentionMs' | 'deadLetterRetentionMs' | 'limits'
>;

/** How the queue is that every service has. */
export const serviceQueuesOf = ({ wiring, limits }: Platform): ServiceQueuePlan => {
  const [entry] = entriesOf(wiring.queues, 'service');
  if (entry === undefined) throw new RangeError('this world gives each service one queue');
  const [, { visibilitySeconds, receives, retentionSeconds, deadLetter }] = entry;
  return {
    limits,
    visibilityTimeoutMs: visibilitySeconds * 1000,
    maxReceiveCount: receives,
    retentionMs: retentionSeconds * 1000,
    deadLetterRetentionMs: (wiring.deadLetters[deadLetter]?.retentionSeconds ?? 0) * 1000,
  };
};

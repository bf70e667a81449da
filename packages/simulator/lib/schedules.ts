import type { TopologySource } from '@flaghoist/core/ports/topology-source';
import type { Queue } from '@flaghoist/in-memory/queue';
import type { ScheduledTask } from '@flaghoist/in-memory/scheduler';
import type { Topic } from '@flaghoist/in-memory/topic';
import { fillPlaceholders } from '@flaghoist/wiring/placeholders';
import type { Platform } from './platform.ts';
import { named } from './queues.ts';
import { repeatEvery } from './repeat.ts';

/** A function, and the schedule that calls it. */
export interface Scheduled {
  readonly schedule: string;
  readonly call: (input: unknown) => Promise<unknown>;
}

const MINUTE_MS = 60_000;

/** The schedules of a scope that publish, as callers of the region's one topic. */
export const publishing = (
  { wiring }: Platform,
  { scope, topic }: { readonly scope: 'home' | 'region'; readonly topic: Topic },
): readonly Scheduled[] =>
  Object.entries(wiring.schedules).flatMap(([schedule, { scope: own, target }]) =>
    own === scope && target !== undefined
      ? [{ schedule, call: async (input: unknown) => topic.publish(JSON.stringify(input), target.attributes) }]
      : [],
  );

/** The cells of the newest topology that a region knows. */
export const cellsOf = async (topology: TopologySource): Promise<readonly string[]> => [
  ...new Set((await topology.latest()).services.map(({ cell }) => cell)),
];

/** Starts the schedules of one region, each at a random moment of its first period. */
export const startSchedules = (
  platform: Platform,
  scheduled: readonly Scheduled[],
  { queues, topology }: { readonly queues: ReadonlyMap<string, Queue>; readonly topology: TopologySource },
): readonly ScheduledTask[] =>
  scheduled.map(({ schedule, call }) => {
    const { scope, everyMinutes, input, deadLetter } = named(
      new Map(Object.entries(platform.wiring.schedules)),
      schedule,
    );
    const everyMs = everyMinutes * MINUTE_MS;
    const inputs = async (): Promise<readonly unknown[]> =>
      scope === 'cell' ? (await cellsOf(topology)).map((cell) => fillPlaceholders(input, { cell })) : [input];
    const every = {
      name: schedule,
      everyMs,
      firstMs: platform.random.next() * everyMs,
      log: platform.log,
      deadLetters: named(queues, deadLetter),
    };
    return repeatEvery(platform.scheduler, every, inputs, call);
  });

import type { Logger } from '@flaghoist/core/ports/logger';
import type { Topology } from '@flaghoist/core/topology';
import { modelledLatency, noLatency } from '@flaghoist/in-memory/latency';
import { allLimits, type Limits } from '@flaghoist/in-memory/limits';
import { RealScheduler } from '@flaghoist/in-memory/real/scheduler';
import { systemRandom } from '@flaghoist/system/random';
import { createWorld, type World } from './world.ts';

interface EmbeddedOptions {
  topology: Topology;
  /** Whether the AWS legs take the time that the latency model gives them. */
  modelled: boolean;
  log?: Logger;
  instrument?: NonNullable<Parameters<typeof createWorld>[0]['instrument']>;
}

/** A share of deliveries that comes twice: rare, as in AWS, but never absent. */
const DUPLICATES = 0.001;

/** What costs a timer for each call is left out: a laptop plays 1,872 caches. */
const embeddedLimits: Limits = {
  ...allLimits,
  transactionConflicts: false,
  functionTimeouts: false,
  coldStarts: false,
};

/** The embedded world, loaded and with its schedules running: everything in this process, on the wall clock. */
export const startEmbeddedWorld = async ({ topology, modelled, log, instrument }: EmbeddedOptions): Promise<World> => {
  const scheduler = new RealScheduler();
  const world = createWorld({
    topology,
    scheduler,
    random: systemRandom,
    limits: embeddedLimits,
    latency: modelled ? modelledLatency(systemRandom) : noLatency,
    disorder: { duplicates: DUPLICATES, shuffledQueues: true },
    ...(log === undefined ? {} : { log }),
    ...(instrument === undefined ? {} : { instrument }),
  });
  await world.load();
  world.startSchedules();
  // With its getters: which region is home may change.
  return Object.create(world, {
    stop: {
      value: () => {
        world.stop();
        scheduler.close();
      },
    },
  });
};

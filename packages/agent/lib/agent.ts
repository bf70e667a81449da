import { instanceNameSchema } from '@flaghoist/core/instance-claim';
import { parse } from '@flaghoist/core/parse';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { ServiceFeed } from '@flaghoist/core/ports/service-feed';
import { steadyClock } from '@flaghoist/core/steady-clock';
import { Claims } from './claims.ts';
import { FlagSet } from './flag-set.ts';
import { Follower } from './follower.ts';
import { Freshness } from './freshness.ts';
import { type KeptFile, LastKnownGood } from './last-known-good.ts';

const LOOK_MS = 1_000;
/** A disk that hangs keeps a look no longer than that. */
const DISK_MS = 1_000;

interface Ports {
  readonly service: string;
  readonly region: string;
  /** Names this process among those of the service: the task's id. */
  readonly instance: string;
  readonly feed: ServiceFeed;
  readonly clock: Clock;
  readonly log: Logger;
  /** Without one, a start waits for the cache. */
  readonly file?: KeptFile | undefined;
  /** Those that ship unless others are given. */
  readonly carried?: ConstructorParameters<typeof FlagSet>[0];
}

export interface Agent {
  readonly service: string;
  readonly region: string;
  readonly instance: string;
  readonly flags: FlagSet;
  readonly freshness: Freshness;
  readonly follower: Follower;
  readonly claims: Claims;
  /** What is done about once a second: reads what is missing, keeps it, tells the listeners. Never throws. */
  look(): Promise<void>;
  /** Called after each look, so about once a second. */
  onLook(listener: () => void | Promise<void>): void;
  /** Resolves when there is something to serve, or nothing could be read yet; goes on looking until `stop`. May be called again then. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * One service's flags, followed. What is served over which protocol stands beside it.
 *
 * @throws InvalidInputError for an instance under whose name nobody would see it
 */
export const createAgent = ({ service, region, instance, feed, clock, log, file, carried }: Ports): Agent => {
  parse(instanceNameSchema, instance, { what: 'instance', hint: 'Name it by the id of its task.' });
  const flags = new FlagSet(carried);
  const steady = steadyClock(clock);
  const freshness = new Freshness(steady);
  const follower = new Follower({ feed, flags, freshness, clock: steady, log });
  const claims = new Claims({ instance, feed, flags, freshness, follower, clock, steady });
  const watched = { service, region, flags, freshness, clock, steady, log };
  const kept = file === undefined ? null : new LastKnownGood({ ...file, ...watched });
  const listeners: (() => void | Promise<void>)[] = [];
  /** The start that goes on; one that was stopped finds another here, or none, when it wakes up. */
  let running: object | null = null;
  let killUnseen = false;

  const tellOfKills = (): void => {
    const now = freshness.loaded && freshness.killMayBeUnseen;
    if (now && !killUnseen) {
      log.error('a kill may have been given that this instance has not seen', { ageMs: freshness.ageMs });
    }
    killUnseen = now;
  };

  const orGoOn = (disk: Promise<void>) => Promise.race([disk, clock.sleep(DISK_MS)]);

  const look = async (): Promise<void> => {
    await follower.look();
    tellOfKills();
    await claims.say();
    if (kept !== null) await orGoOn(kept.save());
    for (const listener of listeners) await listener();
  };

  const goOn = async (started: object): Promise<void> => {
    while (running === started) {
      await clock.sleep(LOOK_MS);
      if (running === started) await look();
    }
  };

  return {
    ...{ service, region, instance, flags, freshness, follower, claims },
    look,
    onLook: (listener) => void listeners.push(listener),
    async start() {
      const started = {};
      running = started;
      // What is there is as new as the file, and newer where that could not be written.
      if (kept !== null && !freshness.loaded) await orGoOn(kept.load());
      await look();
      void goOn(started);
    },
    async stop() {
      running = null;
      follower.stop();
      if (kept !== null) await orGoOn(kept.save());
    },
  };
};

import type { Acknowledgement } from '@flaghoist/core/acknowledgement';
import type { FlaghoistEvent } from '@flaghoist/core/events';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { Random } from '@flaghoist/core/ports/random';
import type { UpstreamFlags } from '@flaghoist/core/ports/upstream-flags';
import type { Contention } from '@flaghoist/in-memory/contention';
import type { LatencyModel } from '@flaghoist/in-memory/latency';
import type { Limits } from '@flaghoist/in-memory/limits';
import type { Network } from '@flaghoist/in-memory/network';
import type { Replication } from '@flaghoist/in-memory/replication';
import type { Scheduler } from '@flaghoist/in-memory/scheduler';
import type { Topic } from '@flaghoist/in-memory/topic';
import type { Directory } from '@flaghoist/rules/directory';
import type { Policy } from '@flaghoist/rules/policy';
import type { Waiver } from '@flaghoist/rules/waivers';
import type { Wiring } from '@flaghoist/wiring/shape';
import type { Keeping } from './keeping.ts';
import { timeoutSecondsOf } from './timeouts.ts';
import { yieldingPorts } from './yields.ts';

/** Somebody who looks on; nothing in the loop depends on it. */
export interface Watcher {
  acknowledged?(line: Acknowledgement): void;
  /** Events as they reach the home region's bus. */
  happened?(event: FlaghoistEvent): void;
}

/** How often things come twice, and whether queues hand out their messages in any order: what AWS is allowed to do. */
export interface Disorder {
  /** Of the deliveries of topics, buses and streams, the share that comes twice. */
  readonly duplicates: number;
  readonly shuffledQueues: boolean;
}

/** What all regions of a world stand on. */
export interface Platform {
  /** What triggers each function, and what becomes of what fails. */
  readonly wiring: Wiring;
  readonly environment: string;
  /** The parameters of the rules. */
  readonly policy: Policy;
  /** Who makes and approves changes. */
  readonly directory: Directory;
  /** The reviewed exceptions from rules. */
  readonly waivers: readonly Waiver[];
  /** The environment before this world's; `null` when changes begin here. */
  readonly upstream: UpstreamFlags | null;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly latency: LatencyModel;
  readonly disorder: Disorder;
  readonly limits: Limits;
  /** How long each call of a port may take, before and after it is carried out; without it calls take no time. */
  readonly yields: { readonly longestMs: number } | undefined;
  /** Decides what AWS does without being asked, so that switching a limit off leaves all else as it was. */
  readonly chance: Random;
  readonly network: Network;
  readonly log: Logger;
  /** The topics of all regions, by region. */
  readonly topics: Map<string, Topic>;
  /** The global table `flags`. */
  readonly flags: Replication;
  /** Where it keeps what outlives it; without it everything lives as long as the process. */
  readonly keeping: Keeping | undefined;
  readonly watchers: Set<Watcher>;
  /** Lets a benchmark time a handler; the identity otherwise. `name` is `<package>.<entry point>`. */
  readonly instrument: <H extends (...input: never[]) => Promise<unknown>>(name: string, handler: H) => H;
  /** Lets a test stand between a function and its ports; the identity otherwise. */
  readonly portsOf: <P extends object>(seat: Seat, ports: P) => P;
}

/** Which function, in which region. `name` as for `instrument`. */
export interface Seat {
  readonly name: string;
  readonly region: string;
}

type Handler = (...input: never[]) => Promise<unknown>;

/** Makes a function from its factory and ports. */
export type Put = <P extends object, H extends Handler>(create: (ports: P) => H, ports: NoInfer<P>) => H;

/** Puts a function on its seat in a region: it gets its ports, and is timed, as the platform says. */
export const putOn =
  (platform: Platform, seat: Seat): Put =>
  (create, ports) => {
    const { scheduler, chance, yields } = platform;
    const own = platform.portsOf(seat, ports);
    const given = yields === undefined ? own : yieldingPorts(own, { ...yields, scheduler, random: chance });
    const warm = platform.limits.coldStarts ? forgetful(platform.chance, () => create(given)) : create(given);
    const handler = platform.limits.functionTimeouts ? stopped(platform, seat.name, warm) : warm;
    return platform.instrument(seat.name, handler as typeof warm);
  };

/** Of the invocations, the share that finds nothing of what others left in memory. */
const COLD_STARTS = 0.02;

/** A function that begins anew now and then. */
const forgetful = <H extends Handler>(chance: Random, create: () => H): H => {
  let warm = create();
  const handler = (...input: never[]): Promise<unknown> => {
    if (chance.next() < COLD_STARTS) warm = create();
    return warm(...input);
  };
  return handler as H;
};

/**
 * Lets nobody wait longer for a function than it may run. What it had begun may still have its effects, as a call has that
 * left before the end.
 */
const stopped = ({ scheduler }: Platform, name: string, handler: Handler): Handler => {
  const seconds = timeoutSecondsOf(name);
  return (...input) =>
    new Promise((resolve, reject) => {
      const timer = scheduler.schedule(seconds * 1000, () => {
        reject(new Error(`${name} timed out after ${seconds} s`));
      });
      const end = <T>(settle: (value: T) => void) => {
        return (value: T): void => {
          timer.cancel();
          settle(value);
        };
      };
      handler(...input).then(end(resolve), end(reject));
    });
};

/** What lets transactions meet; `undefined` where they are over at once. */
export const contentionOf = ({ limits, scheduler, chance }: Platform): Contention | undefined =>
  limits.transactionConflicts ? { scheduler, random: chance } : undefined;

/** Whether a stream's batch that went well comes once more, as after a lost checkpoint. */
export const redeliveries =
  ({ disorder, random }: Pick<Platform, 'disorder' | 'random'>) =>
  (): boolean =>
    disorder.duplicates > 0 && random.next() < disorder.duplicates;

import { eventOf, type FlaghoistEvent } from '@flaghoist/core/events';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { EventBus } from '@flaghoist/core/ports/event-bus';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { RedisNotes, VerificationStore } from '@flaghoist/core/ports/verification-store';

export interface OutagePorts {
  region: string;
  verification: Pick<VerificationStore, 'noteWell' | 'redisNotes' | 'endOutage'>;
  bus: EventBus;
  clock: Clock;
  log: Logger;
}

/** What one pass over a cell found of a Redis. */
export interface Pass {
  readonly redis: string;
  readonly cell: string;
  /** All cells that have services on it. */
  readonly cells: readonly string[];
  /** Every cache of the cell on it was on CURRENT, or was written there. */
  readonly well: boolean;
  /** When the pass began, epoch milliseconds. */
  readonly startedAt: number;
}

const WINDOW_MS = 600_000;
/** So many writes refused or left unanswered within the window, and a Redis is named though every change verifies. */
const MANY_WRITES = 20;

/** Notes what a pass found of a Redis, ends its outage when every cell found it well since, and names one that fails often. */
export const createEndOutages = ({ region, verification, bus, clock, log }: OutagePorts) => {
  const isOver = ({ outage, wellAt }: RedisNotes, cells: readonly string[]): boolean =>
    outage !== null && cells.every((cell) => (wellAt.get(cell) ?? 0) > outage.lastAt);

  return async ({ redis, cell, cells, well, startedAt }: Pass): Promise<void> => {
    if (well) await verification.noteWell(redis, cell, startedAt);
    const at = clock.now();
    const notes = await verification.redisNotes(redis, at, WINDOW_MS);
    const { outage, writesFailed } = notes;
    const events: FlaghoistEvent[] = [];
    if (writesFailed >= MANY_WRITES) {
      const identity = [region, redis, String(outage?.since ?? Math.floor(at / WINDOW_MS))];
      const named = outage === null ? {} : { error: outage.error, outageSince: outage.since };
      const detail = { region, redis, changeIds: [], writesFailed, ...named };
      events.push(eventOf({ type: 'CacheDegraded', identity, region, at, detail }));
      log.error('a Redis does not take writes', { region, redis, writesFailed, error: outage?.error });
    }
    if (outage !== null && isOver(notes, cells)) {
      const identity = [region, redis, String(outage.since)];
      const detail = { region, redis, flagKeys: [], outageSince: outage.since };
      events.push(eventOf({ type: 'CacheRepaired', identity, region, at, detail }));
    }
    if (events.length > 0) await bus.publish(events);
    // After the event: whoever fails between the two says so again in a minute.
    if (outage !== null && isOver(notes, cells)) await verification.endOutage(redis, outage);
  };
};

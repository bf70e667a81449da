import { isShadow } from '@flaghoist/core/canary';
import { eventOf, type FlaghoistEvent } from '@flaghoist/core/events';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { EventBus } from '@flaghoist/core/ports/event-bus';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { Metrics } from '@flaghoist/core/ports/metrics';
import type { RedisNotes, VerificationStore } from '@flaghoist/core/ports/verification-store';
import { notesPk } from '@flaghoist/core/storage/keys';

export interface OutagePorts {
  region: string;
  verification: Pick<VerificationStore, 'noteWell' | 'redisNotes' | 'endOutage' | 'noteTold'>;
  bus: EventBus;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
}

/** What one pass over a cell found of a Redis. */
export interface Pass {
  readonly redis: string;
  readonly cell: string;
  /** All services on it, by cell. */
  readonly serves: ReadonlyMap<string, readonly string[]>;
  /** Every cache of the cell on it was on CURRENT, or was written there. */
  readonly well: boolean;
  /** When the pass began, epoch milliseconds. */
  readonly startedAt: number;
}

const WINDOW_MS = 600_000;
/** So many writes refused or left unanswered within the window, and a Redis is named though every change verifies. */
const MANY_WRITES = 20;
/** Home may have lost what it was told, and nobody asks for it: an outage is told of again so often, */
const TOLD_EVERY_MS = 600_000;
/** and its end for a day and what a queue needs after it: as long as anything that home needs may be away. */
const ENDED_TOLD_MS = 26 * 3_600_000;

/**
 * Notes what a pass found of a Redis, ends its outage when every cell found it well since, and names one that fails often.
 * Tells home again of an outage, and of its end: under the same id, so that only what was lost is news.
 */
export const createEndOutages = ({ region, verification, bus, clock, log, metrics }: OutagePorts) => {
  const isOver = ({ outage, wellAt }: RedisNotes, cells: Iterable<string>): boolean =>
    outage !== null && [...cells].every((cell) => (wellAt.get(cell) ?? 0) > outage.lastAt);

  const degraded = ({ redis, serves }: Pass, { outage, writesFailed }: RedisNotes, at: number): FlaghoistEvent => {
    const identity = [region, redis, String(outage?.since ?? Math.floor(at / WINDOW_MS))];
    const named = outage === null ? {} : { error: outage.error, outageSince: outage.since };
    const detail = { region, redis, changeIds: [], writesFailed, serves: [...serves.values()].flat(), ...named };
    return eventOf({ type: 'CacheDegraded', identity, region, at, detail });
  };

  const repaired = (redis: string, since: number, at: number): FlaghoistEvent => {
    const detail = { region, redis, flagKeys: [], outageSince: since };
    return eventOf({ type: 'CacheRepaired', identity: [region, redis, String(since)], region, at, detail });
  };

  const toldAgain = (pass: Pass, notes: RedisNotes, at: number): readonly FlaghoistEvent[] => {
    const { outage, ended, toldAt } = notes;
    const isDue = (since: number): boolean => at - Math.max(since, toldAt) >= TOLD_EVERY_MS;
    return [
      ...(ended !== null && at - ended.at < ENDED_TOLD_MS && isDue(ended.at)
        ? [repaired(pass.redis, ended.since, at)]
        : []),
      ...(outage !== null && isDue(outage.since) ? [degraded(pass, notes, at)] : []),
    ];
  };

  return async (pass: Pass): Promise<void> => {
    const { redis, cell, serves, well, startedAt } = pass;
    if (well) await verification.noteWell(redis, cell, startedAt);
    const at = clock.now();
    const notes = await verification.redisNotes(redis, at, WINDOW_MS);
    const { outage, writesFailed, foreign } = notes;
    if (foreign !== undefined)
      log.error('note of a Redis was written around these functions: find out who wrote it, and remove it', {
        places: foreign.map((sk) => `verification ${notesPk(redis)}/${sk}`),
      });
    const again = toldAgain(pass, notes, at);
    const events = [...again];
    if (writesFailed >= MANY_WRITES) {
      events.push(degraded(pass, notes, at));
      log.error('a Redis does not take writes', { region, redis, writesFailed, error: outage?.error });
    }
    const over = isOver(notes, serves.keys()) ? outage : null;
    // Before the events: it needs no bus.
    if (writesFailed >= MANY_WRITES || (outage !== null && over === null)) {
      metrics.measure(
        { 'degraded-caches': [...serves.values()].flat().filter((service) => !isShadow(service)).length },
        { redis },
      );
    }
    if (over !== null) events.push(repaired(redis, over.since, at));
    if (events.length > 0) await bus.publish(events);
    // After the events: whoever fails between the two says so again in a minute.
    if (again.length > 0) await verification.noteTold(redis, at);
    if (over !== null) await verification.endOutage(redis, over, at);
  };
};

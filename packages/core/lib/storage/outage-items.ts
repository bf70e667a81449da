import type { Outage } from '../complaint.ts';
import type { RedisState } from '../ports/outage-store.ts';
import { keyIn, textIn } from './found-item.ts';
import { OUTAGE_PREFIX, outageKey, REDIS_PREFIX } from './keys.ts';
import type { Condition, FoundItem, Query, Write as WriteIn } from './write.ts';

/*
 * What home keeps of each Redis that has ever refused a write (rule 15). Three times that move forward only, each by itself:
 * an outage is named by the time at which it began, so that news may come late, twice and in any order.
 */

type Write = WriteIn<'changes'>;

const isNews = (attribute: string, since: number): Condition => ({
  op: 'any',
  of: [
    { op: 'lacks', attribute },
    { op: 'below', attribute, limit: since },
  ],
});

/** The outage has taken a change back: the transaction fails when it has done so before. */
export const outageTaken = (outage: Outage): Write => ({
  table: 'changes',
  update: outageKey(outage),
  set: { takenSince: outage.since },
  condition: isNews('takenSince', outage.since),
});

export const redisDegraded = (outage: Outage, services: readonly string[]): Write => ({
  table: 'changes',
  update: outageKey(outage),
  // A region of an older release does not say whom it serves.
  set: {
    degradedSince: outage.since,
    ...(services.length === 0 ? {} : { services: JSON.stringify([...services].sort()) }),
  },
  condition: {
    op: 'any',
    of: [
      { op: 'lacks', attribute: 'degradedSince' },
      { op: 'at-most', attribute: 'degradedSince', limit: outage.since },
    ],
  },
});

export const outageEnded = (outage: Outage): Write => ({
  table: 'changes',
  update: outageKey(outage),
  set: { endedSince: outage.since },
  condition: isNews('endedSince', outage.since),
});

export const redisesOf = (region: string): Query => ({ pk: OUTAGE_PREFIX + region, skPrefix: REDIS_PREFIX });

const timeIn = (item: FoundItem, attribute: string): number | null => {
  const value = item[attribute];
  return typeof value === 'number' ? value : null;
};

const servicesIn = (item: FoundItem): readonly string[] => {
  try {
    const services: unknown = JSON.parse(textIn(item, 'services') ?? '[]');
    return Array.isArray(services) ? services.map(String) : [];
  } catch {
    return [];
  }
};

export const redisStateOf = (item: FoundItem): RedisState => {
  const { pk, sk } = keyIn(item);
  return {
    region: pk.slice(OUTAGE_PREFIX.length),
    redis: sk.slice(REDIS_PREFIX.length),
    takenSince: timeIn(item, 'takenSince'),
    degradedSince: timeIn(item, 'degradedSince'),
    endedSince: timeIn(item, 'endedSince'),
    services: servicesIn(item),
  };
};

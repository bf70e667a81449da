import type { ChangeKey } from '../change.ts';
import type { Order } from '../order.ts';
import {
  ANSWERED_PK,
  CHANGE_PREFIX,
  changePk,
  changeSk,
  failuresPk,
  flagPk,
  MINUTE_PREFIX,
  notesPk,
  OPEN_PK,
  proofsPrefix,
  REVISION_PREFIX,
  ROWS_PREFIX,
  TOPOLOGY_PK,
  timeKey,
  VERSION_PREFIX,
  WINDOW,
} from './keys.ts';
import type { Query } from './write.ts';

/* What the stores ask of a partition. How many items they read at a time is theirs. */

export const newestRevisionsOf = (flagKey: string, limit: number): Query => ({
  pk: flagPk(flagKey),
  skPrefix: REVISION_PREFIX,
  descending: true,
  limit,
});

/** The records of a flag's changes before an order, newest first. */
export const recordsBefore = (flagKey: string, order: Order): Query => ({
  pk: flagPk(flagKey),
  skPrefix: CHANGE_PREFIX,
  descending: true,
  after: changeSk(order),
});

export const proofsOf = (key: ChangeKey): Query => ({ pk: changePk(key.changeId), skPrefix: proofsPrefix(key) });

/** The newest versions. More than one is asked for only where the last one is none. */
export const newestTopologies = (limit: number): Query => ({
  pk: TOPOLOGY_PK,
  skPrefix: VERSION_PREFIX,
  descending: true,
  limit,
});

export const rowCounters: Query = { pk: WINDOW.pk, skPrefix: ROWS_PREFIX };

/** Rows that wait for an answer, oldest first. */
export const openRows: Query = { pk: OPEN_PK };
/** Rows whose answer was not consistent, oldest first. */
export const answeredRows: Query = { pk: ANSWERED_PK };

/**
 * All that is noted of a Redis, but for the minutes that ended before `since`, whether time to live has taken them or not. Two
 * queries, to be asked in this order: what is before the minutes, the marks of cells among it, and what follows, with the
 * outage. An outage that goes on between the two is then newer than the marks, and is not over.
 */
export const notesOf = (redis: string, since: number): readonly [Query, Query] => [
  { pk: notesPk(redis), descending: true, after: MINUTE_PREFIX },
  { pk: notesPk(redis), after: MINUTE_PREFIX + timeKey(Math.max(0, since)) },
];

/** The changes that a cache failed later than `windowMs` before `now`. Time to live deletes within days: the key counts. */
export const failuresOf = (service: string, now: number, windowMs: number): Query => ({
  pk: failuresPk(service),
  after: timeKey(now - windowMs + 1),
});

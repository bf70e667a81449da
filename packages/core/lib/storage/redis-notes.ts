import type { FailedWrites, RedisNotes } from '../ports/verification-store.ts';
import { ABSENT, PRESENT } from './conditions.ts';
import { numberIn, requiredText } from './found-item.ts';
import { CELL_PREFIX, ENDED_SK, MINUTE_PREFIX, minuteSk, notesPk, OUTAGE_SK, TOLD_SK, wellSk } from './keys.ts';
import type { FoundItem, Write as WriteIn } from './write.ts';

/* What is noted of a Redis in `verification`: its items, the writes, and what they say. */

type Write = WriteIn<'verification'>;

/** Nobody asks for a minute longer than this: the window is shorter. */
const MINUTE_TTL_SECONDS = 3_600;
/** An ended outage is told of again for little more than a day. */
const ENDED_TTL_SECONDS = 2 * 86_400;

export const failedWritesWrite = ({ redis, count, at }: FailedWrites): Write => ({
  table: 'verification',
  update: { pk: notesPk(redis), sk: minuteSk(at) },
  add: { failed: count },
  set: { expiresAt: Math.floor(at / 1000) + MINUTE_TTL_SECONDS },
});

/** The first refusal begins an outage; each later one says that it goes on. */
export const outageBeginning = (redis: string, error: string, at: number): Write => ({
  table: 'verification',
  put: { pk: notesPk(redis), sk: OUTAGE_SK, since: at, error, lastAt: at },
  // What somebody else wrote there is no outage.
  condition: {
    op: 'any',
    of: [
      ABSENT,
      { op: 'has-no-number', attribute: 'since' },
      { op: 'has-no-number', attribute: 'lastAt' },
      { op: 'has-no-text', attribute: 'error' },
    ],
  },
});

export const outageGoingOn = (redis: string, error: string, at: number): Write => ({
  table: 'verification',
  update: { pk: notesPk(redis), sk: OUTAGE_SK },
  set: { error, lastAt: at },
  condition: PRESENT,
});

/** One transaction: that it has been stays when it is over. */
export const outageEnding = (
  redis: string,
  { since, lastAt }: NonNullable<RedisNotes['outage']>,
  at: number,
): readonly Write[] => [
  {
    table: 'verification',
    delete: { pk: notesPk(redis), sk: OUTAGE_SK },
    condition: { op: 'equals', values: { since, lastAt } },
  },
  {
    table: 'verification',
    put: { pk: notesPk(redis), sk: ENDED_SK, since, at, expiresAt: Math.floor(at / 1000) + ENDED_TTL_SECONDS },
  },
];

export const toldWrite = (redis: string, at: number): Write => ({
  table: 'verification',
  put: { pk: notesPk(redis), sk: TOLD_SK, at },
});

export const wellWrite = (redis: string, cell: string, at: number): Write => ({
  table: 'verification',
  put: { pk: notesPk(redis), sk: wellSk(cell), at },
});

/** @param items those that the queries for them find */
export const redisNotesIn = (items: Iterable<FoundItem>): RedisNotes => {
  let outage: RedisNotes['outage'] = null;
  let ended: RedisNotes['ended'] = null;
  let toldAt = 0;
  let writesFailed = 0;
  const wellAt = new Map<string, number>();
  const foreign: string[] = [];
  for (const item of items) {
    const sk = requiredText(item, 'sk');
    if (sk === OUTAGE_SK) {
      const { since, error, lastAt } = item;
      if (typeof since !== 'number' || typeof lastAt !== 'number' || typeof error !== 'string' || error === '')
        foreign.push(sk);
      else outage = { since, error, lastAt };
    } else if (sk === ENDED_SK) {
      const { since, at } = item;
      if (typeof since !== 'number' || typeof at !== 'number') foreign.push(sk);
      else ended = { since, at };
    } else if (sk === TOLD_SK) {
      toldAt = numberIn(item, 'at');
    } else if (sk.startsWith(CELL_PREFIX)) {
      wellAt.set(sk.slice(CELL_PREFIX.length), numberIn(item, 'at'));
    } else if (sk.startsWith(MINUTE_PREFIX)) {
      writesFailed += numberIn(item, 'failed');
    }
  }
  return { outage, ended, toldAt, writesFailed, wellAt, ...(foreign.length === 0 ? {} : { foreign }) };
};

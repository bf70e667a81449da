import type { ChangeKey } from '../change.ts';
import type { ExpectRow, RowCounts } from '../ports/verification-store.ts';
import type { Look } from '../verdict.ts';
import { ABSENT, hasCounted } from './conditions.ts';
import { ROW_COUNTERS, rowCounterSk, WINDOW } from './keys.ts';
import { failureItem, listKey, refusalItem, rowItems } from './verification-items.ts';
import type { Condition, FoundItem, Write as WriteIn } from './write.ts';

/* The writes of `verification`. A list is one transaction. */

type Write = WriteIn<'verification'>;

/** A change that a region expects. It is counted with the row, or a holder of the lease could leave before it saw it. */
export const expectation = (row: ExpectRow): readonly Write[] => {
  const items = rowItems(row);
  return [
    { table: 'verification', put: items.row, condition: ABSENT },
    countOf(row),
    ...putIfAny(items.listed),
    ...putIfAny(row.refusal === null ? undefined : refusalItem(row, row.refusal)),
  ];
};

/**
 * Another answer for a row, which moves to the list where it then belongs. None when there is nothing to write: it has that
 * answer, or a consistent one, which is never replaced. Opening a row counts as adding it: whoever holds the lease must not
 * leave before it has looked at this row again.
 *
 * @param look the look that is answered, or for which the row is opened. No row goes back to an earlier one, and an answer
 * to an earlier one is none, unless it is a proof
 */
export const answering = (row: ExpectRow, answer: ExpectRow['answer'], look: Look): readonly Write[] => {
  if (answer !== 'open' && answer !== 'consistent' && look < row.look) return [];
  const next = { ...row, answer, look: look > row.look ? look : row.look };
  if (row.answer === 'consistent' || (row.answer === answer && row.look === next.look)) return [];
  const items = rowItems(next);
  const left = listKey(row);
  return [
    { table: 'verification', put: items.row, condition: isAsRead(row) },
    ...putIfAny(items.listed),
    // A transaction may name an item only once.
    ...(left === undefined || left.pk === items.listed?.pk ? [] : [{ table: 'verification', delete: left } as const]),
    ...(answer === 'open' ? [countOf(row)] : []),
  ];
};

/** The look too: an answer of the first look does not close a row that was opened for the second meanwhile. */
const isAsRead = ({ answer, look }: ExpectRow): Condition => ({ op: 'equals', values: { answer, look } });

/** Rows that are written at the same time are counted in different items, nearly always. */
const countOf = ({ changeId }: ChangeKey): Write => ({
  table: 'verification',
  update: { pk: WINDOW.pk, sk: rowCounterSk(counterOf(changeId)) },
  add: { rowsAdded: 1 },
});

/** FNV-1a: spreads ids that differ in their last digits only. */
const counterOf = (changeId: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < changeId.length; at += 1) hash = Math.imul(hash ^ changeId.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % ROW_COUNTERS;
};

const putIfAny = (put: Extract<Write, { put: unknown }>['put'] | undefined): Write[] =>
  put === undefined ? [] : [{ table: 'verification', put }];

/** Takes or extends the window's lease: it is free, expired, or already this holder's. Times in epoch milliseconds. */
export const leaseTaking = (holder: string, now: number, until: number): Write => ({
  table: 'verification',
  update: WINDOW,
  set: { holder, leaseUntil: until },
  condition: {
    op: 'any',
    of: [
      { op: 'lacks', attribute: 'holder' },
      { op: 'equals', values: { holder } },
      { op: 'at-most', attribute: 'leaseUntil', limit: now },
    ],
  },
});

/** No lease is as long, by whichever clock. */
const LONGEST_LEASE_MS = 600_000;

/**
 * Takes a lease that somebody else wrote, which would never end: without a time at which it does, or far from now. Nothing for
 * one that is a lease.
 */
export const leaseOver = (
  found: FoundItem | undefined,
  holder: string,
  now: number,
  until: number,
): Write | undefined => {
  const { holder: before, leaseUntil } = found ?? {};
  if (before === undefined || (typeof leaseUntil === 'number' && leaseUntil - now <= LONGEST_LEASE_MS))
    return undefined;
  const isAsFound: Condition =
    leaseUntil === undefined ? { op: 'lacks', attribute: 'leaseUntil' } : { op: 'equals', values: { leaseUntil } };
  return {
    table: 'verification',
    update: WINDOW,
    set: { holder, leaseUntil: until },
    condition: { op: 'all', of: [{ op: 'equals', values: { holder: before } }, isAsFound] },
  };
};

/**
 * A counter that is no number, so that no row could be counted in it any more, begins anew: at a number that nobody can have
 * read there.
 */
export const counterAnew = (sk: string, now: number): Write => ({
  table: 'verification',
  update: { pk: WINDOW.pk, sk },
  set: { rowsAdded: now },
  condition: { op: 'has-no-number', attribute: 'rowsAdded' },
});

/** Gives the lease back, if no row was added since `rowsAdded` were counted. */
export const leaseReturning = (holder: string, rowsAdded: RowCounts): readonly Write[] => [
  {
    table: 'verification',
    update: WINDOW,
    remove: ['holder', 'leaseUntil'],
    condition: { op: 'equals', values: { holder } },
  },
  ...rowsAdded.map(
    (count, counter): Write => ({
      table: 'verification',
      check: { pk: WINDOW.pk, sk: rowCounterSk(counter) },
      condition: hasCounted('rowsAdded', count),
    }),
  ),
];

/** A cache failed a change. Each look is noted: the newest says how long the note still counts. */
export const failureWrite = (failure: Parameters<typeof failureItem>[0]): Write => ({
  table: 'verification',
  put: failureItem(failure),
});

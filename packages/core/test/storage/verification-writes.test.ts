import type { ExpectRow } from '../../lib/ports/verification-store.ts';
import { ROW_COUNTERS, WINDOW } from '../../lib/storage/keys.ts';
import { mergeLists, rowCountsIn, rowItems, rowOf } from '../../lib/storage/verification-items.ts';
import {
  answering,
  expectation,
  failureWrite,
  leaseReturning,
  leaseTaking,
} from '../../lib/storage/verification-writes.ts';
import type { Write } from '../../lib/storage/write.ts';

const row: ExpectRow = {
  changeId: 'change-0001',
  flagKey: 'flag',
  order: { epoch: 1, revision: 2 },
  kind: 'updated',
  envelopeDigest: 'a',
  documentDigest: 'b',
  audience: ['billing'],
  departed: ['search'],
  topologyVersion: 1,
  expectedAt: 1_700_000_000_000,
  answer: 'open',
  look: 1,
  refusal: null,
};
const FORTNIGHT_LATER = 1_700_000_000 + 14 * 24 * 60 * 60;
const COUNTED = { table: 'verification', update: { pk: 'WINDOW', sk: 'ROWS#03' }, add: { rowsAdded: 1 } };

/** What a transaction does to which item, in short. */
const summaryOf = (writes: readonly Write[]): string[] =>
  writes.map((write) => {
    if ('put' in write) return `put ${write.put.pk} ${write.put.sk}`;
    if ('delete' in write) return `delete ${write.delete.pk} ${write.delete.sk}`;
    return 'update' in write ? `update ${write.update.pk}` : 'check';
  });
const place = '1700000000000#change-0001#flag#000001#000000000002';
const ROW = 'ROW#flag#000001#000000000002';

it('a row and its copy in a list give back the row', () => {
  const proposed: ExpectRow = { ...row, audience: '*', refusal: 'FH-X-01', answer: 'unknown' };
  const items = rowItems(proposed);
  expect(rowOf(items.row)).toEqual(proposed);
  expect(items.listed && rowOf(items.listed)).toEqual(proposed);
});

describe('an expectation', () => {
  it('is a row that nobody wrote before, counted and listed', () => {
    const [written, counted, listed, ...rest] = expectation(row);
    expect(written).toMatchObject({
      put: { pk: 'EXPECT#change-0001', sk: ROW, answer: 'open', look: 1, expiresAt: FORTNIGHT_LATER },
      condition: { op: 'lacks', attribute: 'pk' },
    });
    expect(counted).toEqual(COUNTED);
    expect(listed).toMatchObject({ put: { pk: 'OPEN', sk: place, expiresAt: FORTNIGHT_LATER } });
    expect(rest).toEqual([]);
  });

  it('keeps a refusal for as long as its revision may be CURRENT', () => {
    expect(expectation({ ...row, refusal: 'FH-DOC-01' })[3]).toEqual({
      table: 'verification',
      put: { pk: 'FLAG#flag', sk: 'REFUSAL#000001#000000000002', refusal: 'FH-DOC-01' },
    });
  });
});

describe('an answer', () => {
  const opened = [`put EXPECT#change-0001 ${ROW}`, `put OPEN ${place}`, `delete ANSWERED ${place}`, 'update WINDOW'];

  it.each<[ExpectRow['answer'], ExpectRow['answer'], string[]]>([
    ['open', 'consistent', [`put EXPECT#change-0001 ${ROW}`, `delete OPEN ${place}`]],
    ['open', 'unknown', [`put EXPECT#change-0001 ${ROW}`, `put ANSWERED ${place}`, `delete OPEN ${place}`]],
    // A transaction may name an item only once.
    ['unknown', 'inconsistent', [`put EXPECT#change-0001 ${ROW}`, `put ANSWERED ${place}`]],
    ['inconsistent', 'consistent', [`put EXPECT#change-0001 ${ROW}`, `delete ANSWERED ${place}`]],
    // Opening counts as adding.
    ['unknown', 'open', opened],
    ['inconsistent', 'open', opened],
    ['open', 'open', []],
    ['unknown', 'unknown', []],
    // A proof is never unsaid.
    ['consistent', 'open', []],
    ['consistent', 'inconsistent', []],
  ])('%s → %s is %p', (before, after, wanted) => {
    const writes = answering({ ...row, answer: before }, after, 1);
    expect(summaryOf(writes)).toEqual(wanted);
    for (const write of writes.slice(0, 1)) {
      expect(write.condition).toEqual({ op: 'equals', values: { answer: before, look: 1 } });
    }
  });

  it('opens a row for a later look, and never for an earlier one', () => {
    const lookIn = (writes: readonly Write[]) =>
      writes.flatMap((write) => ('put' in write ? [write.put['look']] : []))[0];
    const open: ExpectRow = { ...row, look: 2 };
    expect(lookIn(answering({ ...open, answer: 'unknown' }, 'open', 3))).toBe(3);
    expect(lookIn(answering({ ...open, answer: 'unknown' }, 'open', 1))).toBe(2);
    // Opened once more while somebody looks: counted, or the later look would never be made.
    expect(lookIn(answering(open, 'open', 3))).toBe(3);
    expect(answering(open, 'open', 2)).toEqual([]);
  });

  it('to an earlier look than the one that is due is none, unless it is a proof', () => {
    const open: ExpectRow = { ...row, look: 2 };
    expect(answering(open, 'inconsistent', 1)).toEqual([]);
    expect(answering(open, 'inconsistent', 2)).not.toEqual([]);
    expect(answering(open, 'consistent', 1)).not.toEqual([]);
  });
});

it('the lease is free, expired, or its holder extends it', () => {
  expect(leaseTaking('me', 1_000, 21_000)).toMatchObject({
    set: { holder: 'me', leaseUntil: 21_000 },
    condition: {
      op: 'any',
      of: [
        { op: 'lacks', attribute: 'holder' },
        { op: 'equals', values: { holder: 'me' } },
        { op: 'at-most', attribute: 'leaseUntil', limit: 1_000 },
      ],
    },
  });
});

it('the lease goes back only over the rows that were counted; who never counted had none', () => {
  const [lease, ...counters] = leaseReturning('me', [7, 0]);
  expect(lease).toEqual({
    table: 'verification',
    update: WINDOW,
    remove: ['holder', 'leaseUntil'],
    condition: { op: 'equals', values: { holder: 'me' } },
  });
  expect(counters).toEqual([
    {
      table: 'verification',
      check: { pk: 'WINDOW', sk: 'ROWS#00' },
      condition: { op: 'equals', values: { rowsAdded: 7 } },
    },
    {
      table: 'verification',
      check: { pk: 'WINDOW', sk: 'ROWS#01' },
      condition: {
        op: 'any',
        of: [
          { op: 'lacks', attribute: 'rowsAdded' },
          { op: 'equals', values: { rowsAdded: 0 } },
        ],
      },
    },
  ]);
});

it('the counters are read by number, those that never counted as none', () => {
  const counts = rowCountsIn([{ pk: 'WINDOW', sk: 'ROWS#02', rowsAdded: 5 }]);
  expect(counts).toHaveLength(ROW_COUNTERS);
  expect(counts.filter((count) => count > 0)).toEqual([5]);
  expect(counts[2]).toBe(5);
  // The lease itself, and each counter once: DynamoDB takes 100 items.
  expect(leaseReturning('me', counts).length).toBeLessThanOrEqual(100);
});

it('rows of one import are counted all over the counters', () => {
  const used = new Map<string, number>();
  for (let number = 0; number < 1_000; number += 1) {
    const changeId = `import-${String(number).padStart(4, '0')}`;
    for (const write of expectation({ ...row, changeId })) {
      if ('update' in write) used.set(write.update.sk, (used.get(write.update.sk) ?? 0) + 1);
    }
  }
  expect(used.size).toBe(ROW_COUNTERS);
  expect(Math.max(...used.values())).toBeLessThan((2 * 1_000) / ROW_COUNTERS);
});

it('failures of a cache are kept by time, and live as long as their window', () => {
  const change = { changeId: 'change-0001', flagKey: 'checkout', order: { epoch: 1, revision: 2 } };
  expect(failureWrite({ service: 'billing', change, at: 10_000, windowMs: 600 })).toEqual({
    table: 'verification',
    put: {
      pk: 'FAILURES#billing',
      sk: '0000000010000#change-0001#checkout#000001#000000000002',
      change: JSON.stringify(change),
      expiresAt: 11,
    },
  });
});

it('the lists are read as one, oldest first; a row that moved in between counts as it was read last', () => {
  const aged = (changeId: string, expectedAt: number, answer: ExpectRow['answer'] = 'open'): ExpectRow => ({
    ...row,
    changeId,
    expectedAt,
    answer,
  });
  const open = [aged('a', 20), aged('b', 30)];
  const answered = [aged('c', 10, 'unknown'), aged('a', 20, 'unknown')];
  expect(mergeLists(open, answered)).toEqual([aged('c', 10, 'unknown'), aged('a', 20, 'unknown'), aged('b', 30)]);
});

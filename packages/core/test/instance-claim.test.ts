import { type InstanceClaim, instancesOf } from '../lib/instance-claim.ts';

const NOW = 10_000_000;
const row = (over: Partial<InstanceClaim> = {}): string =>
  JSON.stringify({
    ...{ sequence: 7, digest: 'd', at: NOW - 1_000, seenAt: NOW - 1_000, streams: 0, evaluator: 'it', refused: [] },
    ...over,
  });
const found = (rows: Record<string, string>) => instancesOf({ sequence: 7, rows: new Map(Object.entries(rows)) }, NOW);

it('counts who holds what the cache holds, and names who is behind and for how long', () => {
  const rows = { a: row(), b: row(), c: row({ sequence: 6, seenAt: NOW - 41_000 }) };
  expect(found(rows)).toEqual({ alive: 3, holding: 2, behind: [{ instance: 'c', behindMs: 41_000 }], gone: [] });
});

it('takes who says more than the cache has counted for behind: the cache was lost since', () => {
  expect(found({ a: row({ sequence: 8 }) })).toMatchObject({ alive: 1, holding: 0 });
});

it.each([
  ['15 s', 15_000, { alive: 1, gone: [] }],
  ['more than 15 s, not to be counted', 15_001, { alive: 0, gone: [] }],
  ['an hour', 3_600_000, { alive: 0, gone: [] }],
  ['more than an hour, to be removed', 3_600_001, { alive: 0, gone: ['a'] }],
])('knows a row that is %s old', (_what, age, expected) => {
  expect(found({ a: row({ at: NOW - age }) })).toMatchObject(expected);
});

it.each(['', 'not json', '{}', '[]', row({ at: 'now' as never })])('removes what is no claim: %p', (text) => {
  expect(found({ a: text, b: row() })).toEqual({ alive: 1, holding: 1, behind: [], gone: ['a'] });
});

it('keeps the newest thousand rows', () => {
  const rows = Object.fromEntries(
    Array.from({ length: 1_002 }, (_, age) => [`i${age}`, row({ at: NOW - age })] as const),
  );
  expect(found(rows)).toMatchObject({ alive: 1_000, gone: ['i1000', 'i1001'] });
});

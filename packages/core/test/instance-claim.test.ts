import { claimedInstances, type InstanceClaim, instancesOf, instancesWithout } from '../lib/instance-claim.ts';

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
  ['15 s ahead', -15_000, { alive: 1, gone: [] }],
  ['more than 15 s ahead, not to be counted', -15_001, { alive: 0, gone: [] }],
  ['more than an hour ahead, to be removed', -3_600_001, { alive: 0, gone: ['a'] }],
])('knows a row that is %s old', (_what, age, expected) => {
  expect(found({ a: row({ at: NOW - age }) })).toMatchObject(expected);
});

it.each([
  ...['', 'not json', '{}', '[]', row({ at: 'now' as never })].map((text) => [text, text] as const),
  ['said before 1970', row({ at: -1 })] as const,
  ['seen before 1970', row({ seenAt: Number.MIN_SAFE_INTEGER })] as const,
  ['longer than any', row({ digest: 'd'.repeat(33_000) })] as const,
])('removes what is no claim: %s', (_what, text) => {
  expect(found({ a: text, b: row() })).toEqual({ alive: 1, holding: 1, behind: [], gone: ['a'] });
});

it.each([
  ['nothing', ''],
  ['a long text', 'n'.repeat(257)],
  ['two lines', 'task\n1'],
  ['what a terminal acts on', '\u001b[2J'],
  ['letters beyond ASCII', 'tâche'],
])('removes a row under a name that no instance has: %s', (_what, name) => {
  expect(found({ [name]: row(), b: row() })).toEqual({ alive: 1, holding: 1, behind: [], gone: [name] });
});

it('keeps the rows of now among thousands from the future', () => {
  const forged = Array.from({ length: 1_500 }, (_, place) => [`forged-${place}`, row({ at: NOW + 60_000 + place })]);
  const { alive, gone } = found({ ...Object.fromEntries(forged), mine: row() });
  expect([alive, gone.includes('mine'), gone.length]).toEqual([1, false, 501]);
});

it('asks no row from the future which evaluators it carries', () => {
  const rows = { sequence: 7, rows: new Map([['a', row({ at: NOW + 15_001 })]]) };
  expect(instancesWithout(rows, { version: '5.0.0', bucketing: 'v2' }, NOW)).toEqual([]);
});

it('counts an instance that carries an evaluator of a form that nobody here knows', () => {
  const evaluator = { version: '5.0.0', bucketing: 'v2' } as const;
  const carries = [{ version: '5.0.0-rc.1', bucketing: 'v7' }];
  const rows = new Map([
    ['has', row({ carries: [...carries, evaluator] })],
    ['lacks', row({ carries })],
  ]);
  expect(instancesWithout({ sequence: 7, rows }, evaluator, NOW)).toEqual(['lacks']);
  expect(instancesOf({ sequence: 7, rows }, NOW)).toMatchObject({ alive: 2, gone: [] });
});

it('keeps an event with a verdict readable and small, whatever stands in the rows', () => {
  const forged = {
    ...{ old: row({ sequence: 1, seenAt: 0 }), oldest: row({ sequence: 1, seenAt: Number.MIN_SAFE_INTEGER }) },
    ...{ ['n'.repeat(300_000)]: row({ sequence: 1 }), wide: row({ sequence: 1, evaluator: 'e'.repeat(300_000) }) },
  };
  const claimed = new Map([['payments', { sequence: 7, rows: new Map(Object.entries(forged)) }]]);
  const instances = claimedInstances(claimed, ['payments'], NOW);
  expect(instances).toEqual({
    ...{ alive: 1, holding: 0 },
    behind: [{ service: 'payments', instance: 'old', behindMs: NOW }],
  });
});

it('keeps the newest thousand rows', () => {
  const rows = Object.fromEntries(
    Array.from({ length: 1_002 }, (_, age) => [`i${age}`, row({ at: NOW - age })] as const),
  );
  expect(found(rows)).toMatchObject({ alive: 1_000, gone: ['i1000', 'i1001'] });
});

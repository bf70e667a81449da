import type { ChangeRecord } from '../../lib/change.ts';
import { recordOf } from '../../lib/envelope.ts';
import { FACTS_STAY } from '../../lib/facts.ts';
import type { DecisionWrite } from '../../lib/ports/change-store.ts';
import { changeRecordOf } from '../../lib/storage/change-items.ts';
import { acceptance, decision, proofWrite, restoration } from '../../lib/storage/change-writes.ts';
import { currentItem, storedOf } from '../../lib/storage/flag-items.ts';
import type { Condition, Key, Write } from '../../lib/storage/write.ts';
import type { Verdict } from '../../lib/verdict.ts';
import { proofWith, proposalOf, recordWith, revisionOf } from '../support.ts';

const first = revisionOf({ kind: 'created' });
const second = revisionOf(
  { kind: 'updated', change: { ...proposalOf().change, id: 'change-0002' } },
  { current: first },
);
/** A revert answers no proposal. */
const { author: _author, proposedDigest: _digest, ...withoutAuthor } = second.change;
const reverting = { ...second, change: withoutAuthor };
const judged = recordOf(first);
const earlier: ChangeRecord = {
  ...judged,
  changeId: 'change-0000',
  order: { epoch: 1, revision: 9 },
  state: 'unverified',
};
const blame = { region: 'eu-west-1', services: ['payments'] };

const keyOf = (write: Write): Key => {
  if ('put' in write) return write.put;
  if ('update' in write) return write.update;
  return 'delete' in write ? write.delete : write.check;
};
/** What a transaction touches and under which condition. */
const summaryOf = (writes: readonly Write[]) =>
  writes.map((write) => {
    const { pk, sk } = keyOf(write);
    const [verb] = Object.keys(write).filter((name) => /put|update|delete|check/.test(name));
    return [`${verb} ${write.table} ${pk} ${sk}`, write.condition];
  });

const NEW: Condition = { op: 'lacks', attribute: 'pk' };
const at = (epoch: number, revision: number): Condition => ({ op: 'equals', values: { epoch, revision } });
const exactlyFirst: Condition = {
  op: 'equals',
  values: { epoch: 1, revision: 1, envelopeDigest: first.envelopeDigest },
};
const still: Condition = { op: 'equals', values: { changeId: judged.changeId, state: 'accepted' } };
const isStill = [`put changes FLAG#${judged.flagKey} CHANGE#000001#000000000001`, still];
const flagOf = (sk: string, table = 'flags', verb = 'put') => `${verb} ${table} FLAG#${judged.flagKey} ${sk}`;

describe('acceptance', () => {
  it('of a first revision wants nothing to be there', () => {
    expect(summaryOf(acceptance(first, null))).toEqual([
      [flagOf('CURRENT'), NEW],
      [flagOf('REVISION#000001#000000000001'), NEW],
      [flagOf('CHANGE#000001#000000000001', 'changes'), NEW],
      [`put changes AUTHOR#local:ada OUTCOME#${judged.changeId}`, NEW],
    ]);
  });

  it('of a later one wants CURRENT to be what it replaces, digest and all', () => {
    const replaces = { order: { epoch: 1, revision: 1 }, envelopeDigest: first.envelopeDigest };
    expect(summaryOf(acceptance(second, replaces))[0]).toEqual([flagOf('CURRENT'), exactlyFirst]);
  });

  it('writes what the flag is to others without a condition, and checks what was read of them', () => {
    const facts = { ...FACTS_STAY, moves: true, begins: ['base'], ends: ['other'] };
    const read = {
      ...facts,
      versions: [
        ['base', 7],
        ['new', 0],
      ] as const,
      needed: { counter: 2, epoch: 3, completed: null },
    };
    const counted = (attribute: string, count: number): Condition => ({ op: 'equals', values: { [attribute]: count } });
    expect(summaryOf(acceptance(second, null, read)).slice(4)).toEqual([
      [flagOf('FACTS', 'flags', 'update'), undefined],
      ['check flags FLAG#base FACTS', counted('version', 7)],
      ['check flags FLAG#new FACTS', { op: 'any', of: [{ op: 'lacks', attribute: 'version' }, counted('version', 0)] }],
      ['update flags FLAG#base NEEDED', undefined],
      ['update flags FLAG#other NEEDED', undefined],
      [flagOf('NEEDED', 'flags', 'check'), { op: 'all', of: [counted('counter', 2), counted('epoch', 3)] }],
    ]);
  });

  it('counts on facts that a former home wrote last, and checks that nothing has followed what was seen', () => {
    const renewed = [{ flagKey: 'base', version: 7, epoch: 1, next: { epoch: 2, revision: 5 } }];
    expect(acceptance(second, null, { ...FACTS_STAY, moves: true, epoch: 2, renewed }).slice(4)).toEqual([
      expect.objectContaining({ add: { version: 1 }, set: { epoch: 2 } }),
      {
        table: 'flags',
        update: { pk: 'FLAG#base', sk: 'FACTS' },
        add: { version: 1 },
        set: { epoch: 2 },
        condition: {
          op: 'all',
          of: [
            { op: 'equals', values: { version: 7 } },
            { op: 'equals', values: { epoch: 1 } },
          ],
        },
      },
      {
        table: 'flags',
        check: { pk: 'FLAG#base', sk: 'REVISION#000002#000000000005' },
        condition: { op: 'lacks', attribute: 'pk' },
      },
    ]);
  });

  it('of a new flag says that nobody can have needed it before, and meets those that look like it', () => {
    const facts = { ...FACTS_STAY, moves: true, alike: { count: 1, epoch: 2, completed: null }, since: 3 };
    expect(acceptance(first, null, facts).slice(5)).toEqual([
      { table: 'flags', update: { pk: `FLAG#${first.flagKey}`, sk: 'NEEDED' }, set: { epoch: 3 } },
      expect.objectContaining({
        update: { pk: 'ALIKE#checkoutnewbasket', sk: 'KEYS' },
        condition: {
          op: 'all',
          of: [
            { op: 'equals', values: { count: 1 } },
            { op: 'equals', values: { epoch: 2 } },
          ],
        },
      }),
    ]);
  });

  it('completes a set that may not be whole', () => {
    const facts = {
      ...FACTS_STAY,
      moves: true,
      needed: { counter: 1, epoch: 1, completed: { epoch: 2, keys: ['child'] } },
    };
    expect(acceptance(second, null, facts).at(-1)).toMatchObject({
      set: { epoch: 2, 'key#child': 1 },
      add: { counter: 1 },
      condition: {
        op: 'all',
        of: [
          { op: 'equals', values: { counter: 1 } },
          { op: 'equals', values: { epoch: 1 } },
        ],
      },
    });
  });

  it('writes the attributes that stream readers and repairs look at', () => {
    const [current, revision, record] = acceptance(first, null).map((write) =>
      'put' in write ? write.put : undefined,
    );
    expect(current).toMatchObject({ epoch: 1, revision: 1, envelopeDigest: first.envelopeDigest });
    expect(revision?.['envelope']).toEqual(current?.['envelope']);
    expect(record).toMatchObject({ changeId: judged.changeId, state: 'accepted' });
  });
});

const revert = {
  action: 'revert',
  judged,
  now: 1,
  revert: reverting,
  knownGood: null,
  target: null,
  blame,
  outages: [],
  revertsPerMinute: 20,
} as const;

describe('a decision', () => {
  const decisions: [DecisionWrite, unknown[][]][] = [
    [{ action: 'unverify', judged, now: 1 }, [isStill]],
    [
      { action: 'hold', judged, now: 1, reason: 'kind', blame, current: { epoch: 1, revision: 2 } },
      [isStill, [flagOf('CURRENT', 'flags', 'check'), at(1, 2)]],
    ],
    [{ action: 'verify', judged, now: 1, knownGood: null }, [isStill]],
    [{ action: 'verify', judged, now: 1, knownGood: { from: null } }, [isStill, [flagOf('KNOWN_GOOD'), NEW]]],
    [
      { action: 'advance-known-good', judged, now: 1, knownGood: { from: { epoch: 1, revision: 7 } } },
      [isStill, [flagOf('KNOWN_GOOD'), at(1, 7)]],
    ],
    [
      { action: 'supersede', judged, now: 1, blame, current: { epoch: 1, revision: 2 } },
      [isStill, [flagOf('CURRENT', 'flags', 'check'), at(1, 2)]],
    ],
    [
      {
        ...revert,
        now: 60_000,
        target: earlier,
        outages: [{ region: 'eu-west-1', redis: 'shared-1', since: 5 }],
      },
      [
        isStill,
        [flagOf('CURRENT'), exactlyFirst],
        [flagOf('REVISION#000001#000000000002'), NEW],
        [flagOf('CHANGE#000001#000000000002', 'changes'), NEW],
        [flagOf('KNOWN_GOOD', 'flags', 'check'), NEW],
        [
          flagOf('CHANGE#000001#000000000009', 'changes', 'check'),
          { op: 'equals', values: { changeId: 'change-0000', state: 'unverified' } },
        ],
        [
          'update changes OUTAGE#eu-west-1 REDIS#shared-1',
          {
            op: 'any',
            of: [
              { op: 'lacks', attribute: 'takenSince' },
              { op: 'below', attribute: 'takenSince', limit: 5 },
            ],
          },
        ],
        [
          'update changes REVERTS MINUTE#1',
          {
            op: 'any',
            of: [
              { op: 'lacks', attribute: 'count' },
              { op: 'below', attribute: 'count', limit: 20 },
            ],
          },
        ],
      ],
    ],
  ];

  it.each(decisions)('is one transaction under the conditions of its port: %p', (write, wanted) => {
    expect(summaryOf(decision(write))).toEqual(wanted);
  });

  it.each<[Partial<ChangeRecord>, DecisionWrite]>([
    [
      { state: 'unverified', unverified: { at: 7, silentRegions: ['eu-west-1'] }, seenAt: 3 },
      { action: 'unverify', judged, now: 7, silentRegions: ['eu-west-1'], seen: { seenAt: 3 } },
    ],
    [
      { state: 'verified', knownGood: false },
      { action: 'verify', judged, now: 7, knownGood: null },
    ],
    [
      { state: 'verified', knownGood: true },
      { action: 'verify', judged, now: 7, knownGood: { from: null } },
    ],
    [
      { state: 'held', holdReason: 'kind', blame, seenAt: 3, failed: true },
      {
        action: 'hold',
        judged,
        now: 7,
        reason: 'kind',
        blame,
        seen: { seenAt: 3, failed: true },
        current: { epoch: 1, revision: 2 },
      },
    ],
    [
      { state: 'superseded', blame },
      { action: 'supersede', judged, now: 7, blame, current: { epoch: 1, revision: 2 } },
    ],
    [
      { state: 'rolled-back', revertOrder: { epoch: 1, revision: 2 }, blame },
      { ...revert, now: 7 },
    ],
  ])('leaves in the record of the change what was decided, and when: %p', (decided, write) => {
    const [record] = decision(write);
    expect(record && 'put' in record && changeRecordOf(record.put)).toEqual({ ...judged, ...decided, decidedAt: 7 });
  });

  it('asks nothing of a target whose record nobody can read: its revision says what comes back', () => {
    const target = { ...earlier, unreadable: 'record of item x is not valid' };
    expect(decision({ ...revert, target })).toEqual(decision({ ...revert, target: null }));
  });

  it('never names an item twice, which DynamoDB refuses', () => {
    for (const [write] of decisions) {
      const places = decision(write).map((each) => `${each.table} ${keyOf(each).pk} ${keyOf(each).sk}`);
      expect(new Set(places).size).toBe(places.length);
    }
  });

  it('lets no revert through where the limit of a minute is 0, not even the first', () => {
    expect(decision({ ...revert, revertsPerMinute: 0 }).at(-1)?.condition).toEqual({
      op: 'below',
      attribute: 'count',
      limit: 0,
    });
  });
});

it('lets any answer but a proof give way to another that was not seen before it', () => {
  const unproven: Condition = {
    op: 'all',
    of: [
      { op: 'differs', attribute: 'verdict', value: 'consistent' },
      {
        op: 'any',
        of: [
          { op: 'lacks', attribute: 'seenAt' },
          { op: 'at-most', attribute: 'seenAt', limit: 7 },
        ],
      },
    ],
  };
  const said = (verdict: Verdict) => proofWrite(recordWith(1), proofWith('eu-west-1', verdict, { seenAt: 7 }));
  for (const verdict of ['unknown', 'refusing', 'inconsistent'] as const)
    expect(said(verdict).condition).toEqual(unproven);
  expect(said('consistent').condition).toBeUndefined();
});

describe('the restoration of CURRENT', () => {
  const foreign: Condition = {
    op: 'all',
    of: [
      { op: 'has', attribute: 'pk' },
      { op: 'has-no-text', attribute: 'envelopeDigest' },
    ],
  };

  it('replaces the very item that was found, by its digest or because it has none', () => {
    const put = currentItem(storedOf(first));
    const named: Condition = { op: 'equals', values: { envelopeDigest: 'foreign' } };
    expect(restoration('flag', 'foreign', storedOf(first))).toEqual({ table: 'flags', put, condition: named });
    for (const none of [null, '']) expect(restoration('flag', none, storedOf(first)).condition).toEqual(foreign);
  });

  it('removes it where nothing was ever accepted', () => {
    const write = { table: 'flags', delete: { pk: 'FLAG#flag', sk: 'CURRENT' }, condition: foreign };
    expect(restoration('flag', null, undefined)).toEqual(write);
  });
});

import { recordOf } from '@flaghoist/core/envelope';
import type { DecisionWrite } from '@flaghoist/core/ports/change-store';
import { envelopeOf } from '@flaghoist/test-kit/envelope';
import { acceptanceItems } from '../lib/change-items.ts';
import { decisionItems } from '../lib/decision-items.ts';

const tables = { changesTable: 'changes', flagsTable: 'flags' };
const first = envelopeOf({ revision: 1 });
const second = envelopeOf({ revision: 2, change: { ...first.change, id: 'change-0002' } });
const judged = recordOf(first);
const blame = { region: 'eu-west-1', services: ['payments'] };

/** What a transaction touches and under which condition, in short. */
const summaryOf = (items: ReturnType<typeof acceptanceItems>) =>
  items.map(({ Put, Update, ConditionCheck }) => {
    const write = Put ?? Update ?? ConditionCheck;
    const key = Put?.Item ?? Update?.Key ?? ConditionCheck?.Key;
    const values = Object.values(write?.ExpressionAttributeValues ?? {}).map((value) => value.S ?? value.N);
    return [
      Put ? 'put' : Update ? 'update' : 'check',
      `${write?.TableName} ${key?.['pk']?.S} ${key?.['sk']?.S}`,
      write?.ConditionExpression,
      ...values,
    ];
  });

const NEW = 'attribute_not_exists(pk)';
const EXACTLY = 'epoch = :epoch AND revision = :revision AND envelopeDigest = :digest';
const AT = 'epoch = :epoch AND revision = :revision';
const STILL = 'changeId = :changeId AND #state = :state';
const isStill = ['changes FLAG#checkout CHANGE#000001#000000000001', STILL, 'change-0001', 'accepted'];

describe('acceptance', () => {
  it('of a first revision wants nothing to be there', () => {
    expect(summaryOf(acceptanceItems(first, null, tables))).toEqual([
      ['put', 'flags FLAG#checkout CURRENT', NEW],
      ['put', 'flags FLAG#checkout REVISION#000001#000000000001', NEW],
      ['put', 'changes FLAG#checkout CHANGE#000001#000000000001', NEW],
      ['put', 'changes CHANGE#change-0001 OUTCOME', NEW],
    ]);
  });

  it('of a later one wants CURRENT to be what it replaces, digest and all', () => {
    const replaces = { order: { epoch: 1, revision: 1 }, envelopeDigest: first.envelopeDigest };
    expect(summaryOf(acceptanceItems(second, replaces, tables))[0]).toEqual([
      'put',
      'flags FLAG#checkout CURRENT',
      EXACTLY,
      '1',
      '1',
      first.envelopeDigest,
    ]);
  });

  it('writes the attributes that stream readers and repairs look at', () => {
    const [current, revision, record] = acceptanceItems(first, null, tables).map(({ Put }) => Put?.Item);
    expect(current).toMatchObject({
      epoch: { N: '1' },
      revision: { N: '1' },
      envelopeDigest: { S: first.envelopeDigest },
    });
    expect(revision?.['envelope']).toEqual(current?.['envelope']);
    expect(record).toMatchObject({ changeId: { S: 'change-0001' }, state: { S: 'accepted' } });
  });
});

describe('a decision', () => {
  const decisions: [DecisionWrite, unknown[][]][] = [
    [{ action: 'unverify', judged, now: 1 }, [['put', ...isStill]]],
    [{ action: 'hold', judged, now: 1, reason: 'kind', blame }, [['put', ...isStill]]],
    [{ action: 'verify', judged, now: 1, knownGood: null }, [['put', ...isStill]]],
    [
      { action: 'verify', judged, now: 1, knownGood: { from: null } },
      [
        ['put', ...isStill],
        ['put', 'flags FLAG#checkout KNOWN_GOOD', NEW],
      ],
    ],
    [
      { action: 'advance-known-good', judged, now: 1, knownGood: { from: { epoch: 1, revision: 7 } } },
      [
        ['check', ...isStill],
        ['put', 'flags FLAG#checkout KNOWN_GOOD', AT, '1', '7'],
      ],
    ],
    [
      { action: 'supersede', judged, now: 1, blame, current: { epoch: 1, revision: 2 } },
      [
        ['put', ...isStill],
        ['check', 'flags FLAG#checkout CURRENT', AT, '1', '2'],
      ],
    ],
    [
      { action: 'revert', judged, now: 60_000, revert: second, knownGood: null, blame, revertsPerMinute: 20 },
      [
        ['put', ...isStill],
        ['put', 'flags FLAG#checkout CURRENT', EXACTLY, '1', '1', first.envelopeDigest],
        ['put', 'flags FLAG#checkout REVISION#000001#000000000002', NEW],
        ['put', 'changes FLAG#checkout CHANGE#000001#000000000002', NEW],
        ['put', 'changes CHANGE#change-0002 OUTCOME', NEW],
        ['check', 'flags FLAG#checkout KNOWN_GOOD', NEW],
        [
          'update',
          'changes REVERTS MINUTE#1',
          '(attribute_not_exists(#count) AND :zero < :limit) OR #count < :limit',
          '1',
          '0',
          '20',
        ],
      ],
    ],
  ];

  it.each(decisions)('is one transaction under the conditions of its port: %p', (decision, wanted) => {
    expect(summaryOf(decisionItems(decision, tables))).toEqual(wanted);
  });

  it('never names an item twice, which DynamoDB refuses', () => {
    for (const [decision] of decisions) {
      const keys = summaryOf(decisionItems(decision, tables)).map(([, key]) => key);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });
});

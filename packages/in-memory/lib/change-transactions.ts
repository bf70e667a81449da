import type { ChangeRecord } from '@flaghoist/core/change';
import { type Envelope, recordOf, serialiseEnvelope } from '@flaghoist/core/envelope';
import { CURRENT_SK, flagPk } from '@flaghoist/core/items';
import type { Order } from '@flaghoist/core/order';
import type { DecisionWrite, ExpectedCurrent, KnownGoodMove } from '@flaghoist/core/ports/change-store';
import { outcomeItem, recordItem, revertsKey } from './change-items.ts';
import { currentItem, isAt, knownGoodItem, revisionItem } from './flag-items.ts';
import { type Condition, hasValues, isAbsent } from './item.ts';
import type { Table } from './table.ts';
import type { TransactItem } from './transact-write.ts';

/** Of the home region, both. */
export interface Tables {
  readonly changes: Table;
  readonly flags: Table;
}

const isExactly = (expected: ExpectedCurrent | null): Condition =>
  expected === null ? isAbsent : hasValues({ ...expected.order, envelopeDigest: expected.envelopeDigest });

/** CURRENT, REVISION, the change's record and its outcome: what every accepted revision writes, a revert too. */
export const acceptWrites = (
  { changes, flags }: Tables,
  envelope: Envelope,
  replaces: ExpectedCurrent | null,
): TransactItem[] => {
  const { flagKey, epoch, revision, envelopeDigest, change } = envelope;
  const order = { epoch, revision };
  const stored = { flagKey, order, envelopeDigest, body: serialiseEnvelope(envelope) };
  return [
    { table: flags, put: currentItem(stored), condition: isExactly(replaces) },
    { table: flags, put: revisionItem(stored), condition: isAbsent },
    { table: changes, put: recordItem(recordOf(envelope)), condition: isAbsent },
    {
      table: changes,
      put: outcomeItem({ outcome: 'accepted', changeId: change.id, flagKey, order }),
      condition: isAbsent,
    },
  ];
};

/** The writes of a decision, each with the condition that the port promises. */
export const decisionWrites = (tables: Tables, decision: DecisionWrite): TransactItem[] => {
  const { judged, now } = decision;
  const becomes = (change: Partial<ChangeRecord>): TransactItem => ({
    table: tables.changes,
    put: recordItem({ ...judged, ...change, decidedAt: now }),
    condition: isAsRead(judged),
  });
  switch (decision.action) {
    case 'verify':
      return [
        becomes({ state: 'verified' }),
        ...(decision.knownGood === null ? [] : [moveKnownGood(tables, judged, decision.knownGood)]),
      ];
    case 'advance-known-good':
      return [
        { table: tables.changes, check: recordItem(judged), condition: isAsRead(judged) },
        moveKnownGood(tables, judged, decision.knownGood),
      ];
    case 'revert':
      return [
        becomes({ state: 'rolled-back', revertOrder: orderOf(decision.revert), blame: decision.blame }),
        ...acceptWrites(tables, decision.revert, judged),
        { table: tables.flags, check: knownGoodItem(judged), condition: isAt(decision.knownGood) },
        countRevert(tables, now, decision.revertsPerMinute),
      ];
    case 'hold':
      return [becomes({ state: 'held', holdReason: decision.reason, blame: decision.blame })];
    case 'supersede':
      return [
        becomes({ state: 'superseded', blame: decision.blame }),
        {
          table: tables.flags,
          check: { pk: flagPk(judged.flagKey), sk: CURRENT_SK },
          condition: isAt(decision.current),
        },
      ];
    case 'unverify':
      return [becomes({ state: 'unverified' })];
  }
};

const orderOf = ({ epoch, revision }: Order): Order => ({ epoch, revision });

const isAsRead = ({ changeId, state }: ChangeRecord): Condition => hasValues({ changeId, state });

const moveKnownGood = ({ flags }: Tables, judged: ChangeRecord, { from }: KnownGoodMove): TransactItem => ({
  table: flags,
  put: knownGoodItem(judged),
  condition: isAt(from),
});

const countRevert = ({ changes }: Tables, now: number, limit: number): TransactItem => ({
  table: changes,
  update: revertsKey(now),
  add: { count: 1 },
  condition: (existing) => Number(existing?.['count'] ?? 0) < limit,
});

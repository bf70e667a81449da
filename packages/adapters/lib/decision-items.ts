import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { ChangeRecord } from '@flaghoist/core/change';
import { CURRENT_SK, changeSk, flagPk, KNOWN_GOOD_SK, REVERTS_PK, revertsSk } from '@flaghoist/core/items';
import type { DecisionWrite, KnownGoodMove } from '@flaghoist/core/ports/change-store';
import { acceptanceItems, type HomeTables, recordItem } from './change-items.ts';
import { keyOf, number } from './dynamo-attributes.ts';
import { isAt, isStill } from './dynamo-conditions.ts';
import { knownGoodItem } from './flag-items.ts';

/** The writes of a decision, each with the condition that the port promises. */
export const decisionItems = (decision: DecisionWrite, tables: HomeTables): TransactWriteItem[] => {
  const { judged, now } = decision;
  const { changesTable, flagsTable } = tables;
  const becomes = (change: Partial<ChangeRecord>): TransactWriteItem => ({
    Put: { TableName: changesTable, Item: recordItem({ ...judged, ...change, decidedAt: now }), ...isStill(judged) },
  });
  switch (decision.action) {
    case 'verify':
      return [
        becomes({ state: 'verified' }),
        ...(decision.knownGood === null ? [] : [moveKnownGood(judged, decision.knownGood, tables)]),
      ];
    case 'advance-known-good': {
      const key = keyOf(flagPk(judged.flagKey), changeSk(judged.order));
      return [
        { ConditionCheck: { TableName: changesTable, Key: key, ...isStill(judged) } },
        moveKnownGood(judged, decision.knownGood, tables),
      ];
    }
    case 'revert': {
      const { epoch, revision } = decision.revert;
      const key = keyOf(flagPk(judged.flagKey), KNOWN_GOOD_SK);
      return [
        becomes({ state: 'rolled-back', revertOrder: { epoch, revision }, blame: decision.blame }),
        ...acceptanceItems(decision.revert, judged, tables),
        { ConditionCheck: { TableName: flagsTable, Key: key, ...isAt(decision.knownGood) } },
        countRevert(now, decision.revertsPerMinute, tables),
      ];
    }
    case 'hold':
      return [becomes({ state: 'held', holdReason: decision.reason, blame: decision.blame })];
    case 'supersede': {
      const key = keyOf(flagPk(judged.flagKey), CURRENT_SK);
      return [
        becomes({ state: 'superseded', blame: decision.blame }),
        { ConditionCheck: { TableName: flagsTable, Key: key, ...isAt(decision.current) } },
      ];
    }
    case 'unverify':
      return [becomes({ state: 'unverified' })];
  }
};

const moveKnownGood = (
  judged: ChangeRecord,
  { from }: KnownGoodMove,
  { flagsTable }: HomeTables,
): TransactWriteItem => ({
  Put: { TableName: flagsTable, Item: knownGoodItem(judged), ...isAt(from) },
});

const countRevert = (now: number, limit: number, { changesTable }: HomeTables): TransactWriteItem => ({
  Update: {
    TableName: changesTable,
    Key: keyOf(REVERTS_PK, revertsSk(now)),
    UpdateExpression: 'ADD #count :one',
    // A minute without an item has had none, and a limit of 0 lets none through.
    ConditionExpression: '(attribute_not_exists(#count) AND :zero < :limit) OR #count < :limit',
    ExpressionAttributeNames: { '#count': 'count' },
    ExpressionAttributeValues: { ':one': number(1), ':zero': number(0), ':limit': number(limit) },
  },
});

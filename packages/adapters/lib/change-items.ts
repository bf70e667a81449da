import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { ChangeRecord } from '@flaghoist/core/change';
import type { Proof } from '@flaghoist/core/decision';
import { type Envelope, recordOf } from '@flaghoist/core/envelope';
import { changePk, changeSk, flagPk, OUTCOME_SK, PROPOSAL_SK, proofSk } from '@flaghoist/core/items';
import { parseJson } from '@flaghoist/core/parse';
import type { ExpectedCurrent } from '@flaghoist/core/ports/change-store';
import type { Proposal, ProposalOutcome } from '@flaghoist/core/proposal';
import * as z from 'zod/mini';
import { type Item, keyOf, requiredText, text } from './dynamo-attributes.ts';
import { IS_NEW, isExactly } from './dynamo-conditions.ts';
import { currentItem, revisionItem, storedOf } from './flag-items.ts';

export interface HomeTables {
  readonly changesTable: string;
  readonly flagsTable: string;
}

const proofSchema = z.object({
  region: z.string(),
  verdict: z.enum(['consistent', 'unknown', 'inconsistent']),
  services: z.array(z.string()),
  degraded: z.array(z.string()),
});

export const proposalItem = (proposal: Proposal): Item => ({
  ...keyOf(changePk(proposal.change.id), PROPOSAL_SK),
  proposal: text(JSON.stringify(proposal)),
});

export const outcomeItem = (outcome: ProposalOutcome): Item => ({
  ...keyOf(changePk(outcome.changeId), OUTCOME_SK),
  outcome: text(JSON.stringify(outcome)),
});

export const recordItem = (record: ChangeRecord): Item => ({
  ...keyOf(flagPk(record.flagKey), changeSk(record.order)),
  changeId: text(record.changeId),
  state: text(record.state),
  record: text(JSON.stringify(record)),
});

export const proofItem = (changeId: string, proof: Proof): Item => ({
  ...keyOf(changePk(changeId), proofSk(proof.region)),
  verdict: text(proof.verdict),
  proof: text(JSON.stringify(proof)),
});

/** @throws InvalidInputError */
export const proofOf = (item: Item): Proof =>
  parseJson(proofSchema, requiredText(item, 'proof'), {
    what: 'proof item',
    hint: 'Items of `changes` are written by the stores of this product only.',
  });

/** CURRENT, REVISION, the change's record and its outcome: what every accepted revision writes, a revert too. */
export const acceptanceItems = (
  envelope: Envelope,
  replaces: ExpectedCurrent | null,
  { changesTable, flagsTable }: HomeTables,
): TransactWriteItem[] => {
  const stored = storedOf(envelope);
  const { flagKey, order } = stored;
  const outcome = outcomeItem({ outcome: 'accepted', changeId: envelope.change.id, flagKey, order });
  return [
    { Put: { TableName: flagsTable, Item: currentItem(stored), ...isExactly(replaces) } },
    { Put: { TableName: flagsTable, Item: revisionItem(stored), ...IS_NEW } },
    { Put: { TableName: changesTable, Item: recordItem(recordOf(envelope)), ...IS_NEW } },
    { Put: { TableName: changesTable, Item: outcome, ...IS_NEW } },
  ];
};

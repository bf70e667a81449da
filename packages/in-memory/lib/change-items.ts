import { type ChangeRecord, changeRecordSchema } from '@flaghoist/core/change';
import type { Proof } from '@flaghoist/core/decision';
import {
  changePk,
  changeSk,
  flagPk,
  OUTCOME_SK,
  PROPOSAL_SK,
  proofSk,
  REVERTS_PK,
  revertsSk,
} from '@flaghoist/core/items';
import { parseJson } from '@flaghoist/core/parse';
import { type Proposal, type ProposalOutcome, proposalOutcomeSchema } from '@flaghoist/core/proposal';
import * as z from 'zod/mini';
import type { Item, Key } from './item.ts';

const proofSchema = z.object({
  region: z.string(),
  verdict: z.enum(['consistent', 'unknown', 'inconsistent']),
  services: z.array(z.string()),
  degraded: z.array(z.string()),
});

const hint = 'Items of `changes` are written by the stores of this product only.';

export const proposalItem = (proposal: Proposal): Item => ({
  pk: changePk(proposal.change.id),
  sk: PROPOSAL_SK,
  proposal: JSON.stringify(proposal),
});

export const outcomeItem = (outcome: ProposalOutcome): Item => ({
  pk: changePk(outcome.changeId),
  sk: OUTCOME_SK,
  outcome: JSON.stringify(outcome),
});

export const recordItem = (record: ChangeRecord): Item => ({
  pk: flagPk(record.flagKey),
  sk: changeSk(record.order),
  changeId: record.changeId,
  state: record.state,
  record: JSON.stringify(record),
});

export const proofItem = (changeId: string, proof: Proof): Item => ({
  pk: changePk(changeId),
  sk: proofSk(proof.region),
  verdict: proof.verdict,
  proof: JSON.stringify(proof),
});

export const revertsKey = (now: number): Key => ({ pk: REVERTS_PK, sk: revertsSk(now) });

/** @throws InvalidInputError */
export const outcomeIn = (item: Item): ProposalOutcome =>
  parseJson(proposalOutcomeSchema, String(item['outcome']), { what: 'outcome item', hint });

/** @throws InvalidInputError */
export const recordIn = (item: Item): ChangeRecord =>
  parseJson(changeRecordSchema, String(item['record']), { what: 'change item', hint });

/** @throws InvalidInputError */
export const proofIn = (item: Item): Proof =>
  parseJson(proofSchema, String(item['proof']), { what: 'proof item', hint });

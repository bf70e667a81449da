import * as z from 'zod/mini';
import { type ChangeKey, type ChangeRecord, changeRecordSchema } from '../change.ts';
import type { Proof } from '../decision.ts';
import { type ProposalOutcome, proposalOutcomeSchema } from '../proposal.ts';
import { verdicts } from '../verdict.ts';
import { contentIn, numberIn } from './found-item.ts';
import { authorPk, changePk, changeSk, flagPk, outcomeSk, proofSk } from './keys.ts';
import type { FoundItem, Item } from './write.ts';

/* The items of `changes`. */

const proofSchema = z.object({
  region: z.string(),
  verdict: z.enum(verdicts),
  services: z.array(z.string()),
  degraded: z.array(z.string()),
});

export const outcomeItem = (outcome: ProposalOutcome): Item => ({
  pk: authorPk(outcome.author),
  sk: outcomeSk(outcome.changeId),
  outcome: JSON.stringify(outcome),
});

export const recordItem = (record: ChangeRecord): Item => ({
  pk: flagPk(record.flagKey),
  sk: changeSk(record.order),
  changeId: record.changeId,
  state: record.state,
  record: JSON.stringify(record),
});

export const proofItem = (key: ChangeKey, proof: Proof): Item => ({
  pk: changePk(key.changeId),
  sk: proofSk(key, proof.region),
  verdict: proof.verdict,
  proof: JSON.stringify(proof),
});

/** @throws InvalidInputError */
export const outcomeOf = (item: FoundItem): ProposalOutcome => contentIn(proposalOutcomeSchema, item, 'outcome');

/** @throws InvalidInputError */
export const changeRecordOf = (item: FoundItem): ChangeRecord => contentIn(changeRecordSchema, item, 'record');

/** @throws InvalidInputError */
export const proofOf = (item: FoundItem): Proof => contentIn(proofSchema, item, 'proof');

/** The reverts of a minute; one without an item has had none. */
export const revertsIn = (item: FoundItem | undefined): number => (item === undefined ? 0 : numberIn(item, 'count'));

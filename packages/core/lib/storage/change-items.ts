import * as z from 'zod/mini';
import { expiryOf, expiryOfProof } from '../canary.ts';
import { type ChangeKey, type ChangeRecord, changeRecordSchema, type FoundRecord } from '../change.ts';
import { InvalidInputError } from '../errors.ts';
import type { Order } from '../order.ts';
import type { ProposalKey } from '../ports/proposal-store.ts';
import type { Proof } from '../proof.ts';
import { type ProposalOutcome, proposalOutcomeSchema } from '../proposal.ts';
import { lookSchema, verdicts } from '../verdict.ts';
import { contentIn, keyIn, numberIn, requiredText, textIn } from './found-item.ts';
import {
  authorPk,
  CHANGE_PREFIX,
  changePk,
  changeSk,
  FLAG_PREFIX,
  flagPk,
  leftSk,
  outcomeSk,
  proofSk,
  timeKey,
} from './keys.ts';
import { happenedAt, isAwaited } from './trail-keys.ts';
import type { FoundItem, Item } from './write.ts';

/* The items of `changes`. */

const refusingSchema = z.object({
  service: z.string(),
  redis: z.string(),
  error: z.string(),
  outageSince: z.nullable(z.int()),
});

const proofSchema = z.object({
  region: z.string(),
  verdict: z.enum(verdicts),
  services: z.array(z.string()),
  degraded: z.array(z.string()),
  look: lookSchema,
  seenAt: z.int(),
  holding: z.int(),
  refusing: z.array(refusingSchema),
});

export const outcomeItem = (outcome: ProposalOutcome): Item => ({
  pk: authorPk(outcome.author),
  sk: outcomeSk(outcome.changeId),
  outcome: JSON.stringify(outcome),
  // What was accepted is told by its record.
  ...(outcome.outcome === 'accepted'
    ? {}
    : { ...happenedAt(outcome.at, outcome.changeId), ...expiryOf(outcome, outcome.at) }),
});

/** What a proposal was when home left it without an outcome. */
export const leftItem = ({ author, changeId }: ProposalKey, proposedDigest: string): Item => ({
  pk: authorPk(author),
  sk: leftSk(changeId),
  proposedDigest,
});

/** @throws InvalidInputError */
export const leftDigestIn = (item: FoundItem): string => requiredText(item, 'proposedDigest');

/** The attribute of a change that nobody has decided yet, and the sparse index over it. */
export const UNDECIDED = 'undecided';

export const recordItem = (record: ChangeRecord): Item => ({
  pk: flagPk(record.flagKey),
  sk: changeSk(record.order),
  changeId: record.changeId,
  state: record.state,
  ...(record.state === 'accepted' ? { [UNDECIDED]: timeKey(record.acceptedAt) } : {}),
  record: JSON.stringify(record),
  ...happenedAt(Math.max(record.decidedAt ?? record.acceptedAt, record.foundAt ?? 0), record.changeId),
  ...(AWAITED.has(record.state) ? isAwaited(record.changeId) : {}),
  ...expiryOf(record, record.acceptedAt),
});

/** What home may still hear something new of: known good passes a held change too (rule 12). */
const AWAITED: ReadonlySet<ChangeRecord['state']> = new Set(['accepted', 'unverified', 'held']);

export const proofItem = (key: ChangeKey, proof: Proof): Item => ({
  pk: changePk(key.changeId),
  sk: proofSk(key, proof.region),
  verdict: proof.verdict,
  seenAt: proof.seenAt,
  proof: JSON.stringify(proof),
  ...expiryOfProof(key, proof.seenAt),
});

/** @throws InvalidInputError */
export const outcomeOf = (item: FoundItem): ProposalOutcome => contentIn(proposalOutcomeSchema, item, 'outcome');

/** @throws InvalidInputError */
export const changeRecordOf = (item: FoundItem): ChangeRecord => contentIn(changeRecordSchema, item, 'record');

/** An earlier change, whatever somebody made of its record: then it stands in the way of a revert, and is gone back to by none. */
export const foundRecordOf = (item: FoundItem): FoundRecord =>
  unlessUnreadable(
    () => changeRecordOf(item),
    (unreadable) => ({
      changeId: textIn(item, 'changeId') ?? '',
      flagKey: (textIn(item, 'pk') ?? '').slice(FLAG_PREFIX.length),
      order: orderIn((textIn(item, 'sk') ?? '').slice(CHANGE_PREFIX.length)),
      kind: 'updated',
      flagState: 'live',
      state: 'held',
      envelopeDigest: '',
      documentDigest: '',
      regions: [],
      topologyVersion: 0,
      acceptedAt: 0,
      failed: true,
      unreadable,
    }),
  );

/** A region's answer. One that cannot be read says nothing, and keeps nobody from reading the others. */
export const proofOf = (item: FoundItem): Proof =>
  unlessUnreadable<Proof>(
    () => contentIn(proofSchema, item, 'proof'),
    (unreadable) => ({
      region: (textIn(item, 'sk') ?? '').split('#').at(-1) ?? '',
      verdict: 'unknown',
      services: [],
      degraded: [],
      look: 1,
      seenAt: 0,
      holding: 0,
      refusing: [],
      unreadable,
    }),
  );

const unlessUnreadable = <T>(read: () => T, instead: (unreadable: string) => T): T => {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidInputError) return instead(error.message);
    throw error;
  }
};

const orderIn = (text: string): Order => {
  const [epoch = 0, revision = 0] = text.split('#').map(Number);
  return { epoch, revision };
};

/** Which change a record is of, by its key alone: all that an index shows of it. @throws InvalidInputError */
export const recordKeyOf = (item: FoundItem): { readonly flagKey: string; readonly order: Order } => {
  const { pk, sk } = keyIn(item);
  return { flagKey: pk.slice(FLAG_PREFIX.length), order: orderIn(sk.slice(CHANGE_PREFIX.length)) };
};

/** The reverts of a minute; one without an item has had none. */
export const revertsIn = (item: FoundItem | undefined): number => (item === undefined ? 0 : numberIn(item, 'count'));

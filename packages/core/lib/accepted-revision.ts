import { type Envelope, parseEnvelope } from './envelope.ts';
import { InvalidInputError, isRetryable } from './errors.ts';
import { type Order, sameOrder } from './order.ts';
import type { ChangeStore } from './ports/change-store.ts';
import type { StoredRevision } from './ports/flag-store.ts';
import type { ProposalOutcome } from './proposal.ts';
import { readableRecord } from './readable-record.ts';

/*
 * A seal shows that nobody has altered a revision, not that home has accepted it: whoever knows the format can seal one.
 * Acceptance leaves two traces in `changes`, in the transaction that writes the revision: the record of the change, and the
 * outcome of its proposal. Either is enough, so that one missing item undoes nothing. Only the record names the bytes; the
 * outcome names the order, at which another document could be sealed under the same id, so it counts only without a record.
 */

type Changes = Pick<ChangeStore, 'record' | 'outcome'>;

interface Ports {
  readonly changes: Changes;
  /** Of this home. What a former one accepted has no traces here until it is adopted, so it counts as accepted. */
  readonly epoch: number;
}

/** Whether home accepted a revision that is what was sealed. Strongly consistent in home, like everything that decides. */
export const isAccepted = async (stored: StoredRevision, { changes, epoch }: Ports): Promise<boolean> =>
  stored.order.epoch < epoch || (await isOnRecord(stored, changes));

/** Whether the record of a revision or the outcome of its proposal names it; of a revert, the record of what it takes back. */
export const isOnRecord = async (stored: StoredRevision, changes: Changes): Promise<boolean> => {
  const record = await readableRecord(stored, changes);
  if (record !== undefined) return record.envelopeDigest === stored.envelopeDigest;
  const envelope = readable(stored.body);
  if (envelope === undefined) return false;
  const { kind, flagKey, epoch, revision, change } = envelope;
  if (kind === 'rolled-back') {
    const judged = change.takesBack?.order ?? { epoch, revision: revision - 1 };
    const { revertOrder } = (await readableRecord({ flagKey, order: judged }, changes)) ?? {};
    return revertOrder !== undefined && sameOrder(revertOrder, envelope);
  }
  const outcome = await outcomeOf({ author: change.author, changeId: change.id }, changes);
  return outcome?.proposedDigest === change.proposedDigest && accepts(outcome, { flagKey, order: envelope });
};

/** Whether the outcome of a proposal says that what a record is of was accepted: the record alone may be anybody's. */
export const hasOutcome = async (
  record: { readonly flagKey: string; readonly order: Order; readonly author?: string | undefined; changeId: string },
  changes: Pick<ChangeStore, 'outcome'>,
): Promise<boolean> => accepts(await outcomeOf(record, changes), record);

const outcomeOf = async (
  { author, changeId }: { readonly author?: string | undefined; readonly changeId: string },
  changes: Pick<ChangeStore, 'outcome'>,
): Promise<ProposalOutcome | undefined> => {
  if (author === undefined) return undefined;
  try {
    return await changes.outcome(author, changeId);
  } catch (error) {
    if (error instanceof InvalidInputError) return undefined;
    throw error;
  }
};

const accepts = (
  outcome: ProposalOutcome | undefined,
  { flagKey, order }: { readonly flagKey: string; readonly order: Order },
): boolean => outcome?.outcome === 'accepted' && outcome.flagKey === flagKey && sameOrder(outcome.order, order);

const readable = (body: string): Envelope | undefined => {
  try {
    return parseEnvelope(body);
  } catch (error) {
    if (isRetryable(error)) throw error;
    return undefined;
  }
};

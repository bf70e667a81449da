import type { ChangeRecord } from './change.ts';
import { type Envelope, parseEnvelope } from './envelope.ts';
import { InvalidInputError, isRetryable } from './errors.ts';
import { type Order, orderOf, sameOrder } from './order.ts';
import type { ChangeStore } from './ports/change-store.ts';
import type { StoredRevision } from './ports/flag-store.ts';
import type { HomeSource } from './ports/home-source.ts';
import type { ProposalOutcome } from './proposal.ts';
import { readableRecord } from './readable-record.ts';
import { killAgainIdOf } from './revision.ts';

/*
 * A seal shows that nobody has altered a revision, not that home has accepted it: whoever knows the format can seal one.
 * Acceptance leaves two traces in `changes`, in the transaction that writes the revision: the record of the change, and the
 * outcome of its proposal. Either is enough, so that one missing item undoes nothing. Only the record names the bytes; the
 * outcome names the order, at which another document could be sealed under the same id, so it counts only without a record.
 */

type Changes = Pick<ChangeStore, 'record' | 'outcome'>;
type RecordTraces = Pick<ChangeStore, 'record' | 'recordsBefore' | 'outcome'>;

interface Epoch {
  readonly home: HomeSource;
  /** Of this home. What a former one accepted has no traces here until it is adopted, so it counts as accepted. */
  readonly epoch: number;
}

interface Ports extends Epoch {
  readonly changes: Changes;
}

/** Whether home accepted a revision that is what was sealed. Strongly consistent in home, like everything that decides. */
export const isAccepted = async (stored: StoredRevision, { changes, ...own }: Ports): Promise<boolean> =>
  stored.order.epoch < own.epoch || (await isOnRecord(stored, changes)) || (await isOfLaterHome(stored, own));

/** Whether another region has been made home since, as far as this one can read by now: what that one accepted has no traces here. */
export const isOfLaterHome = async (
  { order }: Pick<StoredRevision, 'order'>,
  { home, epoch }: Epoch,
): Promise<boolean> => order.epoch > epoch && (await home.home('now')).epoch >= order.epoch;

/** Whether the record of a revision or the outcome of its proposal names it; of a revert, the record of what it takes back. */
export const isOnRecord = async (stored: StoredRevision, changes: Changes): Promise<boolean> => {
  const record = await readableRecord(stored, changes);
  if (record !== undefined) return record.envelopeDigest === stored.envelopeDigest;
  const envelope = readable(stored.body);
  if (envelope === undefined) return false;
  const { kind, flagKey, change } = envelope;
  const order = orderOf(envelope);
  if (kind === 'rolled-back')
    return isRevertOf(change.takesBack?.order ?? beforeOf(order), { flagKey, order }, changes);
  const outcome = await outcomeOf({ author: change.author, changeId: change.id }, changes);
  return outcome?.proposedDigest === change.proposedDigest && accepts(outcome, { flagKey, order });
};

/**
 * Whether anything but itself says that what a record is of was accepted: the record alone may be anybody's. It is the outcome
 * of its proposal. What home wrote by itself answers none: there it is the record of what a revert takes back, and for a kill
 * that was carried out again whatever says so of the kill of the former home.
 */
export const isConfirmed = async (record: ChangeRecord, changes: RecordTraces): Promise<boolean> => {
  const { flagKey, order, kind, author, causeId } = record;
  if (author !== undefined) return accepts(await outcomeOf(record, changes), record);
  if (kind === 'rolled-back') return isRevertOf(beforeOf(order), record, changes);
  if (kind !== 'killed' || causeId === undefined) return false;
  for await (const cause of changes.recordsBefore(flagKey, { epoch: order.epoch, revision: 0 }))
    if (isAgain(record, cause)) return isConfirmed(cause, changes);
  return false;
};

const isAgain = ({ changeId, causeId, order }: ChangeRecord, cause: ChangeRecord): boolean =>
  cause.changeId === causeId &&
  cause.kind === 'killed' &&
  [cause.changeId, cause.causeId].some((id) => id !== undefined && killAgainIdOf(id, order.epoch) === changeId);

/** A home reverts only what its own epoch accepted and nobody has changed since, so the revert is the next revision. */
const beforeOf = ({ epoch, revision }: Order): Order => ({ epoch, revision: revision - 1 });

const isRevertOf = async (
  judged: Order,
  { flagKey, order }: { readonly flagKey: string; readonly order: Order },
  changes: Pick<ChangeStore, 'record'>,
): Promise<boolean> => {
  const { revertOrder } = (await readableRecord({ flagKey, order: judged }, changes)) ?? {};
  return revertOrder !== undefined && sameOrder(revertOrder, order);
};

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

import { isCanaryRevision } from '@flaghoist/core/canary';
import type { Envelope } from '@flaghoist/core/envelope';
import { formatOrder } from '@flaghoist/core/order';
import type { StoredRevision } from '@flaghoist/core/ports/flag-store';

export interface ChainBreak {
  readonly flagKey: string;
  /** The revision that does not fit, as `epoch.revision`. */
  readonly order: string;
  readonly problem: 'altered' | 'attributes' | 'predecessor';
}

type Seen = Pick<StoredRevision, 'flagKey' | 'envelopeDigest'> & Partial<Pick<StoredRevision, 'order'>>;
type ChainCheck = (revision: StoredRevision, envelope: Envelope | undefined) => ChainBreak | undefined;

/**
 * Checks the hash chain of each flag over revisions that arrive flag by flag, in their order. One break is one finding:
 * after it, the chain goes on from the digest that the item names.
 *
 * - `altered`: the bytes do not hash to their digest, or are not an envelope (`envelope` is undefined)
 * - `attributes`: the item's attributes and its envelope are not the same revision
 * - `predecessor`: the revision before it is not the one it was built on: one was removed, added, or accepted elsewhere
 *
 * Of the canary, whose revisions expire, one that follows a gap is no break.
 *
 * @param seen the revision before the first one, where a walk goes on
 */
export const createChainCheck = (seen?: Seen): ChainCheck => {
  let last = seen;
  return (revision, envelope) => {
    const before = last?.flagKey === revision.flagKey ? last : undefined;
    last = revision;
    const isGap = before?.order === undefined || before.order.revision + 1 < revision.order.revision;
    // Its revisions have a time to live.
    const mayFollowGap = envelope !== undefined && isCanaryRevision(envelope) && isGap;
    const problem = problemOf(revision, envelope, mayFollowGap ? undefined : (before?.envelopeDigest ?? null));
    return problem && { flagKey: revision.flagKey, order: formatOrder(revision.order), problem };
  };
};

const problemOf = (
  { flagKey, order, envelopeDigest }: StoredRevision,
  envelope: Envelope | undefined,
  before: string | null | undefined,
): ChainBreak['problem'] | undefined => {
  if (envelope === undefined) return 'altered';
  const same =
    envelope.envelopeDigest === envelopeDigest &&
    envelope.flagKey === flagKey &&
    envelope.epoch === order.epoch &&
    envelope.revision === order.revision;
  if (!same) return 'attributes';
  return before === undefined || envelope.previousEnvelopeDigest === before ? undefined : 'predecessor';
};

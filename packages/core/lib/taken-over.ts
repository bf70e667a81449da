import type { ChangeRecord, ChangeState } from './change.ts';
import { type Envelope, recordOf } from './envelope.ts';
import { isNewer, type Order } from './order.ts';
import type { AcceptedProposal } from './proposal.ts';

/*
 * Rule 17: what a region that is made home knows of what another home accepted and decided: the revisions, and what they say
 * of each other. `changes` does not replicate.
 */

const isRevert = ({ kind, change }: Envelope): boolean => kind === 'rolled-back' && change.causeId !== undefined;

/** The revert of each revision that was taken back. A revert follows what it takes back at once, so it names its digest. */
export const revertsOf = (revisions: readonly Envelope[]): ReadonlyMap<string, Order> =>
  new Map(
    revisions
      .filter(isRevert)
      .map(({ previousEnvelopeDigest, epoch, revision }) => [previousEnvelopeDigest ?? '', { epoch, revision }]),
  );

interface Known {
  readonly knownGood: Order | null;
  readonly reverts: ReadonlyMap<string, Order>;
}

/** Taken back when a revert names it, verified up to known good, else unverified: the regions may still prove it. */
export const takenOver = (envelope: Envelope, { knownGood, reverts }: Known): ChangeRecord => {
  const revertOrder = reverts.get(envelope.envelopeDigest);
  if (revertOrder !== undefined) return { ...recordOf(envelope), state: 'rolled-back', revertOrder };
  const isProven = knownGood !== null && !isNewer(envelope, knownGood);
  return { ...recordOf(envelope), state: isProven ? 'verified' : 'unverified' };
};

interface FoundLate {
  readonly isCurrent: boolean;
  readonly epoch: number;
  readonly now: number;
  readonly reverts: ReadonlyMap<string, Order>;
}

/**
 * The record of a revision of an older epoch that turned up after this region was made home: where nobody has changed the flag
 * since, it is what counts, and the regions may prove it.
 *
 * @param epoch in which it was found, and `now`, epoch milliseconds
 */
export const foundLate = (envelope: Envelope, { isCurrent, epoch, now, reverts }: FoundLate): ChangeRecord => {
  const revertOrder = reverts.get(envelope.envelopeDigest);
  const state: ChangeState = revertOrder !== undefined ? 'rolled-back' : isCurrent ? 'unverified' : 'superseded';
  return {
    ...recordOf(envelope),
    state,
    foundInEpoch: epoch,
    foundAt: now,
    ...(revertOrder === undefined ? {} : { revertOrder }),
  };
};

/**
 * How the proposals of a revision ended: its own, and that of the change that it takes back, whose own revision may never have
 * arrived here. A revert answers no proposal.
 */
export const outcomesOf = ({ change, flagKey, epoch, revision }: Envelope): readonly AcceptedProposal[] => {
  const { id, author, proposedDigest, takesBack } = change;
  return [
    ...(author === undefined || proposedDigest === undefined
      ? []
      : [{ outcome: 'accepted', author, changeId: id, proposedDigest, flagKey, order: { epoch, revision } } as const]),
    ...(takesBack === undefined ? [] : [{ outcome: 'accepted', ...takesBack, flagKey } as const]),
  ];
};

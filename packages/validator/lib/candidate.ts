import type { Clock } from '@flaghoist/core/ports/clock';
import type { SignedProposal } from '@flaghoist/core/proposal';
import type { WriterFact } from '@flaghoist/rules/process-facts';

/** A proposal, and what home knows of it. */
export interface Candidate {
  /** In the name of the one whose key it lies under. */
  readonly proposal: SignedProposal;
  readonly writer: WriterFact;
  /** The principal under whose key it stands. */
  readonly author: string;
  /** Of its text. */
  readonly proposedDigest: string;
  /**
   * When it was written, as far as home knows, in epoch milliseconds, or when its time has come, where it was scheduled: it is
   * judged as of then.
   */
  readonly writtenAt: number;
}

/** What every refusal says of the proposal that it answers. */
export const answerOf = (
  { proposal: { change, flagKey, kind, proposedAt }, author, proposedDigest }: Candidate,
  { clock }: { readonly clock: Pick<Clock, 'now'> },
) => ({
  author,
  proposedDigest,
  changeId: change.id,
  flagKey,
  actor: change.actor,
  at: clock.now(),
  proposed: { kind, proposedAt },
});

import type { ChangeKind, ProposableKind } from './change.ts';

/**
 * How long after it was written home may still judge a proposal: what is older would be applied unseen by its author. A
 * policy may ask for less, never for more.
 */
export const MAX_PROPOSAL_AGE_SECONDS = 900;

/** A kill that is older than this does not undo what was accepted since it was made. */
export const MAX_OVERTAKEN_KILL_AGE_MS = 5 * 60_000;

interface Aged {
  readonly kind: ProposableKind;
  /** Epoch milliseconds, by the stream. */
  readonly writtenAt: number;
  readonly now: number;
}

/** How long a proposal may wait under a policy, in seconds. */
export const maxProposalAge = ({ maxProposalAgeSeconds }: { readonly maxProposalAgeSeconds: number }): number =>
  Math.min(maxProposalAgeSeconds, MAX_PROPOSAL_AGE_SECONDS);

/** Whether a proposal has waited too long to be judged. A kill never has. */
export const hasExpired = ({ kind, writtenAt, now }: Aged, maxAgeSeconds: number): boolean =>
  kind !== 'killed' && now - writtenAt > maxAgeSeconds * 1000;

/** Whether a kill is so old that it is refused once a change has overtaken it. */
export const mayBeOvertaken = ({ kind, writtenAt, now }: Aged): boolean =>
  kind === 'killed' && now - writtenAt > MAX_OVERTAKEN_KILL_AGE_MS;

/** Whether a change lets a flag live on that was to be killed before it. */
export const overtakes = ({ kind }: { readonly kind: ChangeKind }): boolean =>
  kind === 'restored' || kind === 'created';

import type { ChangeKind, ProposableKind } from './change.ts';

/**
 * How long after it was written home may still judge a proposal: what is older would be applied unseen by its author. A
 * policy may ask for less, never for more.
 */
export const MAX_PROPOSAL_AGE_SECONDS = 900;

/** A kill that is older than this does not undo what was accepted since it was made. */
export const MAX_OVERTAKEN_KILL_AGE_MS = 5 * 60_000;

/** How far ahead a proposal may be scheduled. Its approvals and the state of its flag hold no longer either. */
export const MAX_SCHEDULE_DAYS = 90;
const MAX_SCHEDULE_MS = MAX_SCHEDULE_DAYS * 86_400_000;

interface Scheduled {
  readonly kind: ProposableKind;
  /** Epoch milliseconds. */
  readonly notBefore?: number | undefined;
}

/** From when on a proposal waits to be judged: it expires that long after its time has come, not after it was written. */
export const dueAt = ({ kind, notBefore = 0 }: Scheduled, writtenAt: number): number =>
  kind === 'killed' ? writtenAt : Math.max(writtenAt, notBefore);

/** `waiting`: it is judged later. `past`, `too-far`: nobody can have meant that. A kill is always due. */
export const scheduleOf = (
  proposal: Scheduled,
  { writtenAt, now }: Pick<Aged, 'writtenAt' | 'now'>,
): 'due' | 'waiting' | 'past' | 'too-far' => {
  const { kind, notBefore } = proposal;
  if (kind === 'killed' || notBefore === undefined) return 'due';
  if (notBefore - now > MAX_SCHEDULE_MS) return 'too-far';
  if (notBefore > now) return 'waiting';
  return writtenAt - notBefore > MAX_PROPOSAL_AGE_SECONDS * 1000 ? 'past' : 'due';
};

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

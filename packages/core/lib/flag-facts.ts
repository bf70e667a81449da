import { type Audience, isMember } from './audience.ts';
import type { ChangeKind } from './change.ts';
import type { Envelope } from './envelope.ts';
import { FACTS_STAY, type FactsChange } from './facts.ts';

/* What a flag is to other flags, as its revisions say it (rule 3). */

type Said = Pick<Envelope, 'flagState' | 'audience' | 'prerequisites'>;

const isThere = (flag: Said | null): flag is Said => flag !== null && flag.flagState !== 'archived';

/** The flags that a flag needs, sorted. A killed one keeps its needs, as it may be restored; an archived one has none. */
export const needsOf = (flag: Said | null): readonly string[] =>
  isThere(flag) ? [...new Set(flag.prerequisites)].sort() : [];

const someLack = (wanted: Audience, audience: Audience): boolean => {
  if (audience === '*') return false;
  return wanted === '*' || wanted.some((service) => !isMember(audience, service));
};

/** A change of one flag, as far as others are concerned. */
export interface FactsMove {
  readonly flagKey: string;
  /** The newest accepted revision before; `null`: the flag did not exist. */
  readonly before: Said | null;
  readonly after: Said & { readonly kind: ChangeKind };
}

/** Whether a change moves the facts of its flag. A kill never does, and waits for nobody. */
export const movesFacts = ({ before, after }: FactsMove): boolean => {
  if (after.kind === 'killed') return false;
  if (!isThere(before) || !isThere(after)) return isThere(before) !== isThere(after);
  return String(before.audience) !== String(after.audience) || needsOf(before).join() !== needsOf(after).join();
};

/** Whether a change takes the flag away from services that had it: from all, or from some. */
export const takesAway = (move: FactsMove): boolean => {
  const { before, after } = move;
  if (!isThere(before) || !movesFacts(move)) return false;
  return !isThere(after) || someLack(before.audience, after.audience);
};

/** Whether a flag is missing where another one, which needs it, is: everywhere, or in some services. */
export const isMissing = (needed: Said | null, needing: Said): boolean =>
  !isThere(needed) || someLack(needing.audience, needed.audience);

/** What a change does to facts by itself, whatever was seen of other flags. @param epoch in which it is accepted */
export const factsMoved = (move: FactsMove, epoch: number): FactsChange => {
  if (!movesFacts(move)) return FACTS_STAY;
  const [old, now] = [needsOf(move.before), needsOf(move.after)];
  return {
    ...FACTS_STAY,
    moves: true,
    epoch,
    begins: now.filter((key) => !old.includes(key)),
    ends: old.filter((key) => !now.includes(key)),
    since: move.before === null ? epoch : null,
  };
};

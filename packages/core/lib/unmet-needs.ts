import type { Need } from './change.ts';
import type { Envelope } from './envelope.ts';
import { type FactsMove, isMissing, movesFacts, needsOf, takesAway } from './flag-facts.ts';
import type { OtherFlags } from './other-flags.ts';

/** The flags that need this one and would lose it by the change: everywhere, or in services where they are. */
export const lostNeeds = async (move: FactsMove, others: OtherFlags): Promise<readonly Need[]> => {
  if (!takesAway(move)) return [];
  const { flagKey, after } = move;
  const needing = await others.needing(flagKey);
  return needing.filter((one) => isMissing(after, one)).map((one) => ({ needing: one.flagKey, needed: flagKey }));
};

/**
 * What a revert would leave without what it needs: other flags, or its own, when that is archived, not in all of its
 * services, or needs this very flag. A revert that carries a kill asks for nothing itself: the flag is off, and the rules ask when
 * somebody restores it.
 */
export const unmetNeeds = async (
  move: FactsMove & { readonly after: Envelope },
  others: OtherFlags,
): Promise<readonly Need[]> => {
  const { flagKey, after } = move;
  const lost = await lostNeeds(move, others);
  if (!movesFacts(move) || after.flagState !== 'live') return lost;
  const needs = needsOf(after);
  const chain = await others.chain(needs);
  const missing = needs.filter((key) => isMissing(chain.get(key) ?? null, after));
  const circle = [...chain].filter(([, flag]) => needsOf(flag).includes(flagKey)).map(([key]) => key);
  return [
    ...lost,
    ...missing.map((needed) => ({ needing: flagKey, needed })),
    // The link that closes the circle.
    ...circle.map((needing) => ({ needing, needed: flagKey })),
  ];
};

/** What of a proposal decides about its place among others. */
export interface Glance {
  readonly flagKey: string | undefined;
  readonly kind: string | undefined;
}

/** A cheap look at a proposal's text, not a reading: whatever it finds decides about nothing but an order. */
export const glanceAt = (text: string): Glance => ({
  flagKey: /"flagKey"\s*:\s*"([^"]*)"/.exec(text)?.[1],
  kind: /"kind"\s*:\s*"([^"]*)"/.exec(text)?.[1],
});

/** What a kill may overtake: it ends the same way, and no kill is refused because its flag is not there yet, or no more. */
const mayWait = new Set<string | undefined>(['updated', 'restored']);

/**
 * Kills first, as far as order allows: a kill goes before updates and restores of its flag that nobody has judged yet, which
 * then end as conflicts, but not before its creation or its end.
 */
export const killsFirst = <T>(
  items: readonly T[],
  glance: (item: T) => Glance,
): { readonly kills: readonly T[]; readonly others: readonly T[] } => {
  const ordered = new Set<string | undefined>();
  const kills: T[] = [];
  const others: T[] = [];
  for (const item of items) {
    const { flagKey, kind } = glance(item);
    if (kind === 'killed' && !ordered.has(flagKey)) kills.push(item);
    else {
      others.push(item);
      if (!mayWait.has(kind)) ordered.add(flagKey);
    }
  }
  return { kills, others };
};

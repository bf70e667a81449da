import { FACTS_STAY, type FactsChange, factsItems, MAX_FACTS_ITEMS, MAX_NEEDING } from '@flaghoist/core/facts';
import type { FactsMove } from '@flaghoist/core/flag-facts';
import type { OtherFlags } from '@flaghoist/core/other-flags';
import type { FlagStore } from '@flaghoist/core/ports/flag-store';
import type { Violation } from '@flaghoist/core/proposal';
import { lostNeeds } from '@flaghoist/core/unmet-needs';
import { inReportForm } from '@flaghoist/rules/violations';

interface FactsOfChange {
  readonly facts: FactsChange;
  /** What no rule of the catalogue can say, as it is about the other direction or about the transaction. */
  readonly violations: readonly Violation[];
}

const NAMED = 3;

/** What a change writes and relies on of other flags, when they allow it (rule 3). */
export const factsOfChange = async (
  move: FactsMove,
  others: OtherFlags,
  flags: Pick<FlagStore, 'needed'>,
): Promise<FactsOfChange> => {
  // An archived flag is lost to all that need it: that is FH-LIFE-12, which has been asked.
  const lost = move.after.flagState === 'archived' ? [] : await lostNeeds(move, others);
  const facts = await others.change(move);
  const violations = [
    ...narrowed(lost.map(({ needing }) => needing)),
    ...(factsItems(facts) > MAX_FACTS_ITEMS ? [tooMany()] : []),
    ...(await crowded(facts.begins, flags)),
  ];
  return violations.length === 0 ? { facts, violations } : { facts: FACTS_STAY, violations: inReportForm(violations) };
};

const narrowed = (needing: readonly string[]): readonly Violation[] => {
  if (needing.length === 0) return [];
  const more = needing.length > NAMED ? ` and ${needing.length - NAMED} more` : '';
  return [
    {
      ruleId: 'FH-FACTS-01',
      severity: 'error',
      pointer: '/audience',
      message: `The flag leaves services where ${needing.slice(0, NAMED).join(', ')}${more} need it.`,
      hint: 'Narrow their audience first, or take this flag out of their prerequisites.',
    },
  ];
};

const tooMany = (): Violation => ({
  ruleId: 'FH-FACTS-02',
  severity: 'error',
  pointer: '/prerequisites',
  message: `The change depends on more than ${MAX_FACTS_ITEMS} facts about other flags, which is the most that one transaction checks.`,
  hint: 'Take some prerequisites out in a change of their own, or do so in the flags that need this one.',
});

const crowded = async (begins: readonly string[], flags: Pick<FlagStore, 'needed'>): Promise<readonly Violation[]> => {
  const sets = await Promise.all(begins.map(async (key) => ({ key, ...(await flags.needed(key)) })));
  return sets
    .filter(({ keys }) => keys.length >= MAX_NEEDING)
    .map(({ key }) => ({
      ruleId: 'FH-FACTS-03',
      severity: 'error',
      pointer: '/prerequisites',
      message: `${MAX_NEEDING} flags need ${key} already; that is the most.`,
      hint: 'Need a flag between the two, or archive flags that need it and are not used any more.',
    }));
};

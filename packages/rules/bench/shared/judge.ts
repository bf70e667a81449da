import type { Envelope } from '@flaghoist/core/envelope';
import { allRules } from '../../lib/catalogue.ts';
import type { AnyRule } from '../../lib/rule.ts';
import { sharedRules } from './rules.ts';

/** The ids of the shared rules that an envelope breaks, in no order. */
export type Judge = (envelope: Envelope) => readonly string[];

/** The shared rules as the allRules has them, in its order. */
export const catalogued: readonly AnyRule[] = allRules.filter(({ id }) => sharedRules.some((rule) => rule.id === id));

const ruleOf = new Map(catalogued.map((rule) => [rule.id, rule]));

/** The shared rules that are asked about a kind of change; the same choice for every engine. */
export const rulesFor = (kind: Envelope['kind']) =>
  sharedRules.filter(({ id }) => {
    const appliesTo = ruleOf.get(id)?.appliesTo ?? 'all';
    return appliesTo === 'all' || appliesTo.includes(kind);
  });

/** Without those that build on a broken one: the allRules does not ask them. */
export const withoutFollowers = (broken: readonly string[]): readonly string[] => {
  if (broken.length < 2) return broken;
  const all = new Set(broken);
  const kept: string[] = [];
  for (const { id, after } of catalogued) {
    const follows = after.some((earlier) => all.has(earlier));
    if (follows) all.add(id);
    else if (all.has(id)) kept.push(id);
  }
  return kept;
};

import type { Envelope } from '@flaghoist/core/envelope';
import { catalogue } from '../../lib/catalogue.ts';
import type { AnyRule } from '../../lib/rule.ts';
import { sharedRules } from './rules.ts';

/** The ids of the shared rules that an envelope breaks, in no order. */
export type Judge = (envelope: Envelope) => readonly string[];

/** The shared rules as the catalogue has them, in its order. */
export const catalogued: readonly AnyRule[] = catalogue.filter(({ id }) => sharedRules.some((rule) => rule.id === id));

const ruleOf = new Map(catalogued.map((rule) => [rule.id, rule]));

/** The shared rules that are asked about a kind of change; the same choice for every engine. */
export const rulesFor = (kind: Envelope['kind']) =>
  sharedRules.filter(({ id }) => {
    const appliesTo = ruleOf.get(id)?.appliesTo ?? 'all';
    return appliesTo === 'all' || appliesTo.includes(kind);
  });

/** Without those that build on a broken one: the catalogue does not ask them. */
export const withoutFollowers = (broken: readonly string[]): readonly string[] => {
  if (broken.length < 2) return broken;
  const all = new Set(broken);
  return catalogued
    .filter(({ id, after }) => {
      if (!all.has(id)) return after.some((earlier) => all.has(earlier)) && all.add(id) && false;
      return !after.some((earlier) => all.has(earlier));
    })
    .map(({ id }) => id);
};

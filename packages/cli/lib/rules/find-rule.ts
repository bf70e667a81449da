import { FlaghoistError } from '@flaghoist/core/errors';
import { editsBetween, nearestName } from '@flaghoist/fleet/nearest-name';
import { protocolInOrder, rulesInOrder } from '@flaghoist/rules/describe-rule';
import type { AnyRule } from '@flaghoist/rules/rule';
import { familyOf, ruleFamilies } from '@flaghoist/rules/rule-families';

/** There is no such rule. */
class UnknownRuleError extends FlaghoistError {
  readonly code = 'FH_UNKNOWN_RULE';
}

const SUGGESTED = 3;

/**
 * The rule with an id; `key-1` will do for `FH-KEY-01`.
 *
 * @throws UnknownRuleError naming the nearest ids of its family, or of the one that it nearly spells
 */
export const findRule = (text: string): AnyRule => {
  const id = text
    .trim()
    .toUpperCase()
    .replace(/^(?!FH-)/, 'FH-')
    .replace(/-(\d)$/, '-0$1');
  const rules = [...rulesInOrder(), ...protocolInOrder()];
  const found = rules.find((rule) => rule.id === id);
  if (found !== undefined) return found;
  const family = nearestName(familyOf(id), Object.keys(ruleFamilies));
  const nearest = rules
    .filter((rule) => familyOf(rule.id) === family)
    .map((rule) => ({ id: rule.id, distance: editsBetween(id, rule.id) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, SUGGESTED)
    .map((rule) => rule.id);
  throw new UnknownRuleError(`there is no rule ${JSON.stringify(text)}`, {
    hint: `${nearest.length === 0 ? '' : `Did you mean ${nearest.join(', ')}? `}hoist rules lists them all.`,
    retryable: false,
  });
};

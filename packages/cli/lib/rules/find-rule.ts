import { FlaghoistError } from '@flaghoist/core/errors';
import { rulesInOrder } from '@flaghoist/rules/describe-rule';
import type { AnyRule } from '@flaghoist/rules/rule';

/** There is no such rule. */
class UnknownRuleError extends FlaghoistError {
  readonly code = 'FH_UNKNOWN_RULE';
}

const SUGGESTED = 3;

/**
 * The rule with an id; `key-1` will do for `FH-KEY-01`.
 *
 * @throws UnknownRuleError naming the nearest ids
 */
export const findRule = (text: string): AnyRule => {
  const id = text
    .trim()
    .toUpperCase()
    .replace(/^(?!FH-)/, 'FH-')
    .replace(/-(\d)$/, '-0$1');
  const rules = rulesInOrder();
  const found = rules.find((rule) => rule.id === id);
  if (found !== undefined) return found;
  const nearest = rules
    .map((rule) => ({ id: rule.id, distance: editsBetween(id, rule.id) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, SUGGESTED)
    .map((rule) => rule.id);
  throw new UnknownRuleError(`there is no rule ${JSON.stringify(text)}`, {
    hint: `Did you mean ${nearest.join(', ')}? hoist rules lists them all.`,
    retryable: false,
  });
};

/** Levenshtein distance: how many letters to add, drop or change. */
const editsBetween = (a: string, b: string): number => {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= Math.min(a.length, 64); row += 1) {
    const line = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const change = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      line.push(Math.min(change, (above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1));
    }
    above = line;
  }
  return above[b.length] ?? 0;
};

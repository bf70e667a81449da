import { isObject, own } from '@flaghoist/core/json';

/** Rules allow no more in a document; what refers to itself would never end. */
const MAX_DEPTH = 64;

/**
 * A targeting rule with its shared evaluators put in their places, those that they refer to as well: the evaluators of other
 * languages know no reference within a reference.
 *
 * @throws RangeError for a reference to nothing, or one that never ends
 */
export const inlined = (rule: unknown, evaluators: unknown, depth = 0): unknown => {
  if (depth > MAX_DEPTH) throw new RangeError(`the rule is deeper than ${MAX_DEPTH}, or refers to itself`);
  if (Array.isArray(rule)) return rule.map((member) => inlined(member, evaluators, depth + 1));
  if (!isObject(rule)) return rule;
  const name = own(rule, '$ref');
  if (typeof name === 'string') {
    const shared = isObject(evaluators) ? own(evaluators, name) : undefined;
    if (shared === undefined) throw new RangeError(`there is no shared evaluator ${JSON.stringify(name)}`);
    return inlined(shared, evaluators, depth + 1);
  }
  return Object.fromEntries(Object.entries(rule).map(([key, value]) => [key, inlined(value, evaluators, depth + 1)]));
};

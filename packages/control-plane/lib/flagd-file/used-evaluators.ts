import { isObject, own } from '@flaghoist/core/json';

interface Evaluator {
  readonly value: unknown;
  /** What it refers to itself, where that is known already. */
  readonly references?: ReadonlySet<string>;
}

/** The names that a rule refers to itself, whether or not there is such an evaluator. */
export const referencesIn = (rule: unknown): ReadonlySet<string> => {
  const names = new Set<string>();
  // A list of what is still to be looked at, because a rule may nest as deeply as its author likes.
  const pending: unknown[] = [rule];
  while (pending.length > 0) {
    const value = pending.pop();
    if (Array.isArray(value)) for (const member of value) pending.push(member);
    if (!isObject(value)) continue;
    for (const member of Object.values(value)) pending.push(member);
    const name = own(value, '$ref');
    if (typeof name === 'string') names.add(name);
  }
  return names;
};

/**
 * The shared evaluators that a rule refers to, and those that they refer to, by name.
 *
 * @param find where there is one of a name, what is known of it
 */
export const usedEvaluators = <T extends Evaluator>(
  rule: unknown,
  find: (name: string) => T | undefined,
): ReadonlyMap<string, T> => {
  const used = new Map<string, T>();
  const pending = [...referencesIn(rule)];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const found = used.has(name) ? undefined : find(name);
    if (found === undefined) continue;
    used.set(name, found);
    for (const next of found.references ?? referencesIn(found.value)) pending.push(next);
  }
  return used;
};

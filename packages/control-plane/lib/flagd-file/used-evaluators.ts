import { isObject, own } from '@flaghoist/core/json';

/**
 * The shared evaluators that a rule refers to, and those that they refer to, by name.
 *
 * @param find where there is one of a name, what is known of it
 */
export const usedEvaluators = <T extends { readonly value: unknown }>(
  rule: unknown,
  find: (name: string) => T | undefined,
): ReadonlyMap<string, T> => {
  const used = new Map<string, T>();
  // A list of what is still to be looked at, because a rule may nest as deeply as its author likes.
  const pending: unknown[] = [rule];
  while (pending.length > 0) {
    const value = pending.pop();
    if (Array.isArray(value)) for (const member of value) pending.push(member);
    if (!isObject(value)) continue;
    for (const member of Object.values(value)) pending.push(member);
    const name = own(value, '$ref');
    if (typeof name !== 'string' || used.has(name)) continue;
    const found = find(name);
    if (found === undefined) continue;
    used.set(name, found);
    pending.push(found.value);
  }
  return used;
};

import { isObject, own } from '@flaghoist/core/json';
import { pointerTo } from '@flaghoist/rules/pointer';
import type { Located } from './flag-in-file.ts';
import type { FlagSet } from './flag-set.ts';

export interface SharedEvaluator extends Located {
  readonly value: unknown;
}

/** The evaluators of all given files by name; flagd merges its sources, and a file's own come first. */
export type SharedEvaluators = ReadonlyMap<string, SharedEvaluator>;

const inSet = ({ evaluators, part, at }: FlagSet, name: string): SharedEvaluator => ({
  value: evaluators[name],
  part,
  pointer: at + pointerTo('$evaluators', name),
});

export const sharedBy = (sets: readonly FlagSet[]): SharedEvaluators => {
  const shared = new Map<string, SharedEvaluator>();
  for (const set of sets) {
    for (const name of Object.keys(set.evaluators)) if (!shared.has(name)) shared.set(name, inSet(set, name));
  }
  return shared;
};

/** Those evaluators that a rule refers to, and those that they refer to. */
export const usedIn = (rule: unknown, set: FlagSet, shared: SharedEvaluators): SharedEvaluators => {
  const used = new Map<string, SharedEvaluator>();
  if (shared.size === 0) return used;
  // A list of what is still to be looked at, because a rule may nest as deeply as its author likes.
  const pending: unknown[] = [rule];
  while (pending.length > 0) {
    const value = pending.pop();
    if (Array.isArray(value)) for (const member of value) pending.push(member);
    if (!isObject(value)) continue;
    for (const member of Object.values(value)) pending.push(member);
    const name = own(value, '$ref');
    if (typeof name !== 'string' || used.has(name)) continue;
    const found = Object.hasOwn(set.evaluators, name) ? inSet(set, name) : shared.get(name);
    if (found === undefined) continue;
    used.set(name, found);
    pending.push(found.value);
  }
  return used;
};

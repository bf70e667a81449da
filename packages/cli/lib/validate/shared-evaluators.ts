import { usedEvaluators } from '@flaghoist/control-plane/flagd-file/used-evaluators';
import type { Violation } from '@flaghoist/core/proposal';
import { pointerTo, show } from '@flaghoist/rules/pointer';
import { isSameJson } from '@flaghoist/rules/same-json';
import type { Located } from './flag-in-file.ts';
import type { FlagSet } from './flag-set.ts';

export interface SharedEvaluator extends Located {
  readonly value: unknown;
  /** Where another file has another one of this name. */
  readonly unlike?: Located;
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
    for (const name of Object.keys(set.evaluators)) {
      const known = shared.get(name);
      const here = inSet(set, name);
      if (known === undefined) shared.set(name, here);
      else if (known.unlike === undefined && !isSameJson(known.value, here.value))
        shared.set(name, { ...known, unlike: here });
    }
  }
  return shared;
};

/** Those evaluators that a rule refers to, and those that they refer to. */
export const usedIn = (rule: unknown, set: FlagSet, shared: SharedEvaluators): SharedEvaluators => {
  if (shared.size === 0) return new Map();
  return usedEvaluators(rule, (name) => (Object.hasOwn(set.evaluators, name) ? inSet(set, name) : shared.get(name)));
};

const placeOf = ({ part, pointer }: Located): string => {
  const { line, column } = part.positionOf(pointer);
  return `${part.file}:${line}:${column}`;
};

/** A flag of a file without it would get the one or the other, by the order of the files. */
export const ambiguousIn = (used: SharedEvaluators): readonly Violation[] =>
  [...used].flatMap(([name, evaluator]) =>
    evaluator.unlike === undefined
      ? []
      : [
          {
            ruleId: 'FH-FILE-03',
            severity: 'error',
            pointer: '/document/targeting',
            message: `The shared evaluator ${show(name)} is in these files twice and not the same, at ${placeOf(evaluator)} and ${placeOf(evaluator.unlike)}; expected one.`,
            hint: 'Rename one of the two, or put the right one into the file of the flag.',
          },
        ],
  );

import { isObject } from '@flaghoist/core/json';
import type { Examples } from '../examples/envelope.ts';
import { show } from '../pointer.ts';
import { type AnyRule, broken, onChange } from '../rule.ts';
import { branchesOf } from '../targeting/branches.ts';
import type { Operation } from '../targeting/operations.ts';
import { truthTelling } from '../targeting/operators.ts';
import { at, type Place, pointerOf } from '../targeting/place.ts';
import { asking, country, readable } from './targeting.ts';

const wellFormed = [...readable, 'FH-SAFE-03', 'FH-SAFE-04', 'FH-TARGET-03', 'FH-TARGET-04', 'FH-TARGET-05'];

/** Operators whose answer depends on who asks, or on what stands elsewhere. */
const asked = new Set(['var', 'missing', 'missing_some', 'fractional', '$ref']);

/** Whether a value is the same for every caller. */
const isConstant = (value: unknown, spend: () => void): boolean => {
  spend();
  if (Array.isArray(value)) return value.every((member) => isConstant(member, spend));
  if (!isObject(value)) return true;
  return Object.entries(value).every(([name, member]) => !asked.has(name) && isConstant(member, spend));
};

/** The places of conditions: what an if asks, and the terms of and, or. */
const conditionsOf = ({ operator, args, place }: Operation): readonly (readonly [unknown, Place])[] => {
  const inside = at(place, operator);
  if (operator === 'if') return branchesOf(args, inside).map(({ condition, place: where }) => [condition, where]);
  if (operator === 'and' || operator === 'or') return args.slice(0, -1).map((arg, index) => [arg, at(inside, index)]);
  return [];
};

/** Conditions that do not ask who calls. Those that do, and still have one outcome, are found by the evaluator. */
export const changeRules: readonly AnyRule[] = [
  onChange({
    id: 'FH-TARGET-17',
    title: 'A condition depends on who asks',
    rationale:
      '{ "==": ["country", "DE"] } compares two texts, not the attribute: it is false for everybody, without an error.',
    after: wellFormed,
    about: 'targeting',
    check: (subject) => {
      const spend = subject.spend.bind(subject);
      return subject.targeting.operations.flatMap((operation) => {
        const { operator, args, place } = operation;
        if (truthTelling.has(operator)) {
          if (!args.every((arg) => isConstant(arg, spend))) return [];
          return broken(
            pointerOf(place),
            `${show(operator)} compares what is the same for every caller; expected an attribute.`,
            'Write an attribute as { "var": "country" }.',
          );
        }
        return conditionsOf(operation).flatMap(([condition, where]) => {
          // Comparisons are found where they stand.
          if (isObject(condition) || !isConstant(condition, spend)) return [];
          return broken(
            pointerOf(where),
            `The condition is always ${show(condition)}; expected one that depends on the caller.`,
            'Write the condition, or leave the branch out.',
          );
        });
      });
    },
  }),
];

export const examples = (): Examples => ({
  'FH-TARGET-17': { failing: asking({ '==': ['country', 'DE'] }), passing: asking({ '==': [country, 'DE'] }) },
});

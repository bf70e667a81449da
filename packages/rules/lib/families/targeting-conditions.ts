import { canonicalJson } from '@flaghoist/core/canonical-json';
import { isObject } from '@flaghoist/core/json';
import { type Examples, withDocument } from '../examples/envelope.ts';
import { show } from '../pointer.ts';
import { type AnyRule, broken, onChange } from '../rule.ts';
import { branchesOf, elseIf, elseIndex } from '../targeting/branches.ts';
import { contradictionIn } from '../targeting/contradiction.ts';
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

/** Conditions with one possible outcome, and branches that nobody reaches: mistakes that look as if they worked. */
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
  onChange({
    id: 'FH-TARGET-19',
    title: 'What must hold together can hold together',
    rationale:
      'An attribute has one value: "DE" and "FR", or above 65 and below 18, is never true, and the branch never taken.',
    after: wellFormed,
    about: 'targeting',
    check: (subject) =>
      subject.targeting.operations.flatMap(({ operator, args, place }) => {
        subject.spend(args.length);
        const attribute = operator === 'and' ? contradictionIn(args, subject.spend.bind(subject)) : null;
        if (attribute === null) return [];
        return broken(
          pointerOf(place),
          `No value of ${show(attribute)} fulfils all of these conditions; expected ones that can hold together.`,
          'Join alternatives with "or", or correct the bounds.',
        );
      }),
  }),
  onChange({
    id: 'FH-TARGET-20',
    title: 'No condition is asked again after it was false',
    rationale:
      'The second branch of the same condition is never reached. It is what a merge of two changes leaves behind.',
    after: wellFormed,
    about: 'targeting',
    check: (subject) => {
      /** The arguments of every if that stands as an else: its chain was looked at from the head. */
      const inChain = new Set<unknown>();
      return subject.targeting.operations.flatMap(({ operator, operand, args, place }) => {
        subject.spend();
        if (operator !== 'if' || inChain.has(operand)) return [];
        return repeatedIn(args, at(place, 'if'), inChain, subject.spend.bind(subject)).flatMap((repeated) =>
          broken(
            pointerOf(repeated),
            'An earlier branch has the same condition, so this one is never taken; expected another condition.',
            'Remove the branch, or correct its condition.',
          ),
        );
      });
    },
  }),
];

/** The conditions of an if, and of every if down its chain of else, that an earlier one repeats. */
const repeatedIn = (
  head: readonly unknown[],
  inside: Place,
  inChain: Set<unknown>,
  spend: (steps: number) => void,
): readonly Place[] => {
  if (head.length <= 3 && elseIf(head) === null) return [];
  const repeated: Place[] = [];
  const seen = new Set<string>();
  let within = inside;
  for (let args: readonly unknown[] | null = head; args !== null; args = elseIf(args)) {
    spend(args.length);
    if (args !== head) inChain.add(args);
    for (const { condition, place } of branchesOf(args, within)) {
      const asText = canonicalJson(condition);
      if (seen.has(asText)) repeated.push(place);
      seen.add(asText);
    }
    within = at(at(within, elseIndex(args)), 'if');
  }
  return repeated;
};

const chain = (second: string) =>
  withDocument({
    targeting: { if: [{ '==': [country, 'DE'] }, 'on', { if: [{ '==': [country, second] }, 'on', 'off'] }] },
  });

const age = { var: 'age' };

export const examples = (): Examples => ({
  'FH-TARGET-17': { failing: asking({ '==': ['country', 'DE'] }), passing: asking({ '==': [country, 'DE'] }) },
  'FH-TARGET-19': {
    failing: asking({ and: [{ '>': [age, 65] }, { '<': [age, 18] }] }),
    passing: asking({ and: [{ '>': [age, 18] }, { '<': [age, 65] }] }),
  },
  'FH-TARGET-20': { failing: chain('DE'), passing: chain('FR') },
});

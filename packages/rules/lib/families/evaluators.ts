import { isObject } from '@flaghoist/core/json';
import { type Examples, withDocument } from '../examples/envelope.ts';
import { show } from '../pointer.ts';
import { type AnyRule, broken, standing } from '../rule.ts';
import { at, pointerOf } from '../targeting/place.ts';
import { placeOfEvaluator } from '../targeting/targeting.ts';
import { asking, country, readable } from './targeting.ts';
import { oneOf } from './variants.ts';

/** Rules that several flags share: flagd puts them in place of `{ "$ref": "name" }` before it evaluates. */
export const standingRules: readonly AnyRule[] = [
  standing({
    id: 'FH-PREREQ-10',
    title: 'Every reference names a shared evaluator',
    rationale:
      'flagd leaves a reference to nothing as it stands, and fails on the operator $ref at the first evaluation.',
    after: readable,
    check: (subject) => {
      const { operations, evaluators } = subject.targeting;
      return operations.flatMap(({ operator, operand, place }) => {
        subject.spend();
        if (operator !== '$ref' || (typeof operand === 'string' && Object.hasOwn(evaluators, operand))) return [];
        return broken(
          pointerOf(at(place, '$ref')),
          `There is no shared evaluator ${show(operand)}; ${oneOf(Object.keys(evaluators))}.`,
          'Write the rule out here, or import the flag with the file that has its $evaluators.',
        );
      });
    },
  }),
  standing({
    id: 'FH-PREREQ-11',
    title: 'Shared evaluators do not refer to each other',
    rationale:
      'flagd replaces references by text, once, in the order of the file: whether a nested one is found is chance.',
    after: readable,
    check: (subject) =>
      subject.targeting.operations.flatMap(({ operator, operand, place }) => {
        subject.spend();
        if (operator !== '$ref') return [];
        const where = pointerOf(place);
        if (!where.startsWith('/source/')) return [];
        return broken(
          where,
          `A shared evaluator refers to ${show(operand)}; expected none that refers to another.`,
          'Write the other rule out in this one.',
        );
      }),
  }),
  standing({
    id: 'FH-PREREQ-12',
    title: 'A shared evaluator is a rule',
    rationale:
      'flagd puts it in place of the reference as it is: a text there is an answer that no variant has, or always true.',
    after: readable,
    check: (subject) => {
      const { evaluators, usedEvaluators } = subject.targeting;
      return usedEvaluators.flatMap((name) => {
        subject.spend();
        const evaluator = evaluators[name];
        if (isObject(evaluator)) return [];
        return broken(
          pointerOf(placeOfEvaluator(name)),
          `The shared evaluator is ${show(evaluator)}; expected a rule.`,
          'Write a rule with one operator, such as { "in": [attribute, list] }.',
        );
      });
    },
  }),
];

const german = { $ref: 'german' };

const sharing = ($evaluators: Record<string, unknown>) => ({ ...asking(german), source: { $evaluators } });

const rule = { '==': [country, 'DE'] };

export const examples = (): Examples => ({
  'FH-PREREQ-10': { failing: sharing({ french: rule }), passing: sharing({ german: rule }) },
  'FH-PREREQ-11': {
    failing: sharing({ german: { and: [{ $ref: 'french' }, rule] }, french: rule }),
    passing: sharing({ german: { and: [{ '!!': [country] }, rule] } }),
  },
  'FH-PREREQ-12': {
    failing: sharing({ german: 'DE' }),
    passing: {
      ...withDocument({ targeting: german }),
      source: { $evaluators: { german: { if: [rule, 'on', 'off'] } } },
    },
  },
});

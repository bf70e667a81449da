import { isObject } from '@flaghoist/core/json';
import { type Examples, type Patch, withDocument, withPolicy } from '../examples/envelope.ts';
import { show } from '../pointer.ts';
import { type AnyRule, broken, type Finding, fine, onChange, type Subject, standing } from '../rule.ts';
import { alone, iterating, operators } from '../targeting/operators.ts';
import { at, pointerOf } from '../targeting/place.ts';
import { quoted } from './variants.ts';

/** What all rules about targeting build on. */
export const readable = ['FH-LIMIT-01', 'FH-TARGET-01'];

const countOf = (least: number, most: number): string => {
  if (least === most) return String(least);
  return most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${most}`;
};

/** What an operator with too few or too many arguments is told. @param arities by operator: at least, at most */
const miscounted =
  (arities: typeof operators) =>
  (subject: Subject): readonly Finding[] =>
    subject.targeting.operations.flatMap(({ operator, operand, args, place }) => {
      subject.spend();
      const [least, most] = arities.get(operator) ?? [0, Number.POSITIVE_INFINITY];
      const listed = Array.isArray(operand) || alone.has(operator);
      if (listed && args.length >= least && args.length <= most) return [];
      const found = listed ? `${args.length} argument${args.length === 1 ? '' : 's'}` : `${show(operand)} behind it`;
      return broken(
        pointerOf(at(place, operator)),
        `${show(operator)} has ${found}; expected a list of ${countOf(least, most)}.`,
        most === 1
          ? `Write { ${show(operator)}: [argument] }; join several conditions with "and" first.`
          : `Write the arguments as a list behind it: { ${show(operator)}: [${least > 1 ? 'first, second' : 'first'}${most > 2 ? ', …' : ''}] }.`,
      );
    });

/** As the first version had it: without a start value, "reduce" fails for the caller whose list is empty. */
const reduceFromNothing: typeof operators = new Map([...operators, ['reduce', [2, 3]]]);

/** What every evaluator must be able to read and to work through. */
export const standingRules: readonly AnyRule[] = [
  standing({
    id: 'FH-TARGET-01',
    title: 'Targeting is a rule',
    rationale:
      'flagd evaluates a JsonLogic object. What it makes of anything else is chance: a text may be served to everybody.',
    after: ['FH-DOC-02'],
    about: 'targeting',
    check: ({ definition: { targeting } }) => {
      if (targeting === undefined || isObject(targeting)) return fine;
      return broken(
        '/document/targeting',
        `Targeting is ${show(targeting)}; expected an object with one operator.`,
        'Write a rule such as { "if": [condition, "on", "off"] }, or leave targeting out.',
      );
    },
  }),
  standing({
    id: 'FH-TARGET-02',
    title: 'Targeting does not nest too deeply',
    rationale: 'Evaluators recurse. What one service’s stack can bear crashes another that calls it from deeper down.',
    needs: ['policy'],
    after: readable,
    about: 'targeting',
    check: ({ targeting: { depth, deepest }, facts: { policy } }) => {
      if (depth <= policy.maxTargetingDepth || deepest === null) return fine;
      return broken(
        pointerOf(deepest),
        `Targeting nests ${depth} levels here; at most ${policy.maxTargetingDepth} are allowed.`,
        'Split the rule: move conditions into a shared evaluator, or a list of alternatives into one "in".',
      );
    },
  }),
  standing({
    id: 'FH-TARGET-03',
    title: 'Every operator is one of flagd’s',
    rationale:
      'flagd’s loader lets others pass: a flag with an unknown operator fails in each service, at the first evaluation.',
    after: readable,
    about: 'targeting',
    changed: { version: 2 },
    check: (subject) =>
      subject.targeting.operations.flatMap(({ operator, place }) => {
        subject.spend();
        if (operators.has(operator)) return [];
        return broken(
          pointerOf(place),
          `There is no operator ${show(operator)}; expected one of flagd’s, such as "if", "in" or "fractional".`,
          'Correct the spelling; docs of flagd list the operators.',
        );
      }),
  }),
  standing({
    id: 'FH-TARGET-04',
    title: 'An object in targeting has one operator',
    rationale:
      'JsonLogic takes an object of several members, or of none, for plain data, which counts as true: everybody matches.',
    after: readable,
    about: 'targeting',
    check: (subject) =>
      subject.targeting.misshapen.flatMap(({ place, members }) => {
        subject.spend();
        return broken(
          pointerOf(place),
          `This object has the members ${quoted(members)}; expected one operator.`,
          'Join several conditions with { "and": [...] }.',
        );
      }),
  }),
  standing({
    id: 'FH-TARGET-05',
    title: 'Every operator has as many arguments as it takes',
    rationale:
      'flagd fails the evaluation where an argument is missing, and ignores one too many, in which a condition may stand.',
    after: [...readable, 'FH-TARGET-03'],
    about: 'targeting',
    changed: { version: 2, before: miscounted(reduceFromNothing) },
    check: miscounted(operators),
  }),
  standing({
    id: 'FH-TARGET-21',
    title: 'No list is walked within the walk of another',
    rationale: 'The caller sends the lists. A thousand entries in each of two is a million steps for every evaluation.',
    after: [...readable, 'FH-TARGET-03'],
    about: 'targeting',
    check: (subject) =>
      subject.targeting.operations.flatMap(({ operator, place, iterations }) => {
        subject.spend();
        if (iterations === 0 || !iterating.has(operator)) return [];
        return broken(
          pointerOf(place),
          `${show(operator)} walks a list for each member of another list; expected one walk at a time.`,
          'Have the caller send what you ask for as an attribute of its own.',
        );
      }),
  }),
];

export const changeRules: readonly AnyRule[] = [
  onChange({
    id: 'FH-TARGET-22',
    title: 'Targeting has a bounded number of operations',
    rationale: 'All of them may run for each request of each service; a thousand cost more than the request.',
    needs: ['policy'],
    after: readable,
    about: 'targeting',
    check: ({ targeting: { operations }, facts: { policy } }) => {
      if (operations.length <= policy.maxTargetingOperations) return fine;
      return broken(
        '/document/targeting',
        `Targeting has ${operations.length} operations; at most ${policy.maxTargetingOperations} are allowed.`,
        'Compute the group in the caller and target the group.',
      );
    },
  }),
];

/** Targeting that asks this, and answers on or off. */
export const asking = (condition: unknown): Patch => withDocument({ targeting: { if: [condition, 'on', 'off'] } });

export const country = { var: 'country' };

const negated = (times: number): unknown => (times === 0 ? country : { '!': [negated(times - 1)] });

const german = { '==': [country, 'DE'] };

export const examples = (): Examples => ({
  'FH-TARGET-01': { failing: withDocument({ targeting: 'on' }), passing: withDocument({ targeting: {} }) },
  'FH-TARGET-02': { failing: asking(negated(11)), passing: asking(negated(10)) },
  'FH-TARGET-03': { failing: asking({ equals: [country, 'DE'] }), passing: asking({ '==': [country, 'DE'] }) },
  'FH-TARGET-04': {
    failing: asking({ '==': [country, 'DE'], '!=': [country, 'FR'] }),
    passing: asking({ or: [german, { '==': [country, 'FR'] }] }),
  },
  'FH-TARGET-05': {
    failing: asking({ '!': [german, german] }),
    passing: asking({ '!': german }),
  },
  'FH-TARGET-21': {
    failing: asking({ some: [{ var: 'roles' }, { in: ['x', { map: [{ var: 'rights' }, { var: 'name' }] }] }] }),
    passing: asking({ some: [{ map: [{ var: 'roles' }, { var: 'name' }] }, { in: [{ var: '' }, ['x', 'y']] }] }),
  },
  'FH-TARGET-22': {
    failing: { ...asking({ or: [german, german] }), ...withPolicy({ maxTargetingOperations: 5 }) },
    passing: { ...asking({ or: [german, german] }), ...withPolicy({ maxTargetingOperations: 6 }) },
  },
});

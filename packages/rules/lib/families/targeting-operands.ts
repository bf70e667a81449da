import { isObject } from '@flaghoist/core/json';
import { type Examples, type Patch, withPolicy } from '../examples/envelope.ts';
import { pointerTo, show } from '../pointer.ts';
import { type AnyRule, broken, type Finding, onChange, type Rule, type Subject, standing } from '../rule.ts';
import { typeOf } from '../summary.ts';
import type { Operation } from '../targeting/operations.ts';
import { at, pointerOf } from '../targeting/place.ts';
import { asking, country, readable } from './targeting.ts';

/** Rules about single operations come after those about their form. */
const wellFormed = [...readable, 'FH-TARGET-03', 'FH-TARGET-04', 'FH-TARGET-05'];

/** A check of each operation of these operators. */
const each =
  (names: readonly string[], check: (operation: Operation, subject: Subject<'policy'>) => readonly Finding[]) =>
  (subject: Subject<'policy'>): readonly Finding[] =>
    subject.targeting.operations.flatMap((operation) => {
      subject.spend();
      return names.includes(operation.operator) ? check(operation, subject) : [];
    });

const placeOfArg = ({ place, operator }: Operation, ...parts: number[]): string =>
  pointerOf(at(place, operator)) + pointerTo(...parts);

const injected = ['$flagd.timestamp', '$flagd.flagKey'];

/** Whether this may name an attribute of the caller. In the walk of a list the empty name is the member itself. */
const isName = (name: unknown, iterations: number): boolean => {
  if (typeof name !== 'string') return false;
  if (name.startsWith('$flagd.')) return injected.includes(name);
  return name !== '' || iterations > 0;
};

const namesWrong = ({ operator, args, iterations }: Operation): boolean => {
  const [first, second] = args;
  if (operator === 'var') return !isName(first, iterations) || args.length > 2 || isObject(second);
  const names = operator === 'missing' ? args : second;
  if (!Array.isArray(names) || names.length === 0 || !names.every((name) => isName(name, iterations))) return true;
  return (
    operator === 'missing_some' && !(Number.isInteger(first) && Number(first) >= 1 && Number(first) <= names.length)
  );
};

const comparators = ['=', '!=', '>', '<', '>=', '<=', '~', '^'];

/** https://semver.org, with lengths that keep the work small. */
const version = /^(0|[1-9]\d{0,9})\.(0|[1-9]\d{0,9})\.(0|[1-9]\d{0,9})(-[0-9A-Za-z.-]{1,64})?(\+[0-9A-Za-z.-]{1,64})?$/;

/** An attribute by its name. */
const shownOperand = (value: unknown): string =>
  isObject(value) && typeof value['var'] === 'string' ? `the attribute ${show(value['var'])}` : show(value);

const isVersion = (value: unknown): boolean => isObject(value) || (typeof value === 'string' && version.test(value));

/** What flagd reads without complaint and evaluates to something else than was meant, or to an error. */
export const standingRules: readonly Rule<'policy'>[] = [
  standing({
    id: 'FH-TARGET-06',
    title: 'Attributes are named by text',
    rationale:
      'An empty name is the whole context, a number a position, and a misspelt $flagd name nothing: no rule matches.',
    after: wellFormed,
    about: 'targeting',
    check: each(['var', 'missing', 'missing_some'], (operation) =>
      namesWrong(operation)
        ? broken(
            placeOfArg(operation),
            `${show(operation.operator)} does not name attributes here; expected names such as "country" or "$flagd.timestamp".`,
            'Name the attribute by text; var may have a default behind it, missing_some begins with how many it needs.',
          )
        : [],
    ),
  }),
  standing({
    id: 'FH-TARGET-07',
    title: 'Only semantic versions are compared by sem_ver',
    rationale:
      'A semantic version has three numbers: whether 2.10 is one is left to the evaluator. For an unknown comparison flagd answers null, and everybody gets the default.',
    after: wellFormed,
    about: 'targeting',
    check: each(['sem_ver'], (operation) => {
      const [left, comparator, right] = operation.args;
      if (isVersion(left) && isVersion(right) && comparators.some((known) => known === comparator)) return [];
      return broken(
        placeOfArg(operation),
        `It compares ${shownOperand(left)} ${show(comparator)} ${shownOperand(right)}; expected versions such as "2.10.0" and one of ${comparators.join(' ')}.`,
        'Write versions with three numbers, and an attribute on one side.',
      );
    }),
  }),
  standing({
    id: 'FH-TARGET-08',
    title: 'Beginnings and ends are compared with text',
    rationale:
      'Every text begins and ends with nothing, so an empty one switches on for all; flagd answers false to a number.',
    after: wellFormed,
    about: 'targeting',
    check: each(['starts_with', 'ends_with'], (operation) =>
      operation.args.flatMap((arg, index) => {
        if (isObject(arg) || (typeof arg === 'string' && arg !== '')) return [];
        return broken(
          placeOfArg(operation, index),
          `The argument is ${show(arg)}; expected text that is not empty.`,
          'Name the text, such as "@example.com".',
        );
      }),
    ),
  }),
  standing({
    id: 'FH-TARGET-09',
    title: 'A search looks into a list or a text',
    rationale: 'In a number, a boolean or null nothing is found, so the branch is never taken and nobody is told.',
    after: wellFormed,
    about: 'targeting',
    check: each(['in'], (operation) => {
      const [, where] = operation.args;
      if (typeof where === 'string' || (typeof where === 'object' && where !== null)) return [];
      return broken(
        placeOfArg(operation, 1),
        `It searches ${show(where)}; expected a list.`,
        'Write { "in": [attribute, ["first", "second"]] }.',
      );
    }),
  }),
];

export const changeRules: readonly AnyRule[] = [
  onChange({
    id: 'FH-TARGET-10',
    title: 'An attribute is looked up in a list, not in a text',
    rationale:
      'In the text "DE,FR" are also "E,F", "D" and the empty text, which is what a caller sends who knows no country.',
    severity: 'warning',
    after: wellFormed,
    about: 'targeting',
    check: each(['in'], (operation) => {
      const [what, where] = operation.args;
      if (Array.isArray(what) && isObject(where)) {
        return broken(
          placeOfArg(operation, 0),
          'A list is searched in an attribute; expected the attribute first, and the list behind it.',
          'Turn them round: { "in": [attribute, ["DE", "FR"]] }.',
        );
      }
      if (!isObject(what) || typeof where !== 'string') return [];
      return broken(
        placeOfArg(operation, 1),
        `The attribute is searched in the text ${show(where)}; expected a list.`,
        'Write the alternatives as a list: ["DE", "FR"].',
      );
    }),
  }),
  onChange({
    id: 'FH-TARGET-11',
    title: 'A list that is searched has entries',
    rationale: 'Nothing is in an empty list: the pilot customers were deleted, and the branch stayed.',
    after: wellFormed,
    about: 'targeting',
    check: each(['in'], (operation) => {
      const [, where] = operation.args;
      if (!Array.isArray(where) || where.length > 0) return [];
      return broken(
        placeOfArg(operation, 1),
        'The list is empty; expected entries.',
        'Fill the list, or remove the branch.',
      );
    }),
  }),
  onChange({
    id: 'FH-TARGET-12',
    title: 'A list that is searched is short enough to be searched',
    rationale:
      'flagd compares one entry after the other for each evaluation. Long lists of customers belong to a segment.',
    needs: ['policy'],
    after: wellFormed,
    about: 'targeting',
    check: each(['in'], (operation, { facts: { policy } }) => {
      const [, where] = operation.args;
      if (!Array.isArray(where) || where.length <= policy.maxListEntries) return [];
      return broken(
        placeOfArg(operation, 1),
        `The list has ${where.length} entries; at most ${policy.maxListEntries} are allowed.`,
        'Have the caller send the group, and target the group.',
      );
    }),
  }),
  onChange({
    id: 'FH-TARGET-13',
    title: 'Entries of a list have one type',
    rationale: 'in compares without conversion: the customer "4711" is not in a list that has the number 4711.',
    after: wellFormed,
    about: 'targeting',
    check: each(['in'], (operation, subject) => {
      const [, where] = operation.args;
      if (!Array.isArray(where)) return [];
      subject.spend(where.length);
      const literals = where.filter((entry) => !isObject(entry));
      const stranger = literals.find((entry) => typeOf(entry) !== typeOf(literals[0]));
      if (stranger === undefined) return [];
      return broken(
        placeOfArg(operation, 1, where.indexOf(stranger)),
        `The entry ${show(stranger)} is of type ${typeOf(stranger)}; the first one is of type ${typeOf(literals[0])}.`,
        'Write all entries with the type that callers send.',
      );
    }),
  }),
  onChange({
    id: 'FH-TARGET-23',
    title: 'Greater and smaller compare numbers',
    rationale:
      'As text, "9.0" is greater than "10.0": the release that the condition waits for never counts as new enough.',
    after: wellFormed,
    about: 'targeting',
    check: each(['<', '<=', '>', '>='], (operation) =>
      operation.args.flatMap((arg, index) => {
        const version = versionIn(operation);
        if (typeof arg === 'number' && !Number.isInteger(arg) && version !== undefined) {
          const tenth = `${Math.trunc(arg)}.1`;
          return broken(
            placeOfArg(operation, index),
            `It compares the version ${show(version)} with the number ${arg}; as a number, ${tenth}0 is ${tenth}.`,
            `Compare versions as texts: { "sem_ver": [{ "var": ${JSON.stringify(version)} }, ">=", "${arg}.0"] }.`,
          );
        }
        // Time has a rule of its own, FH-FREEZE-06.
        if (typeof arg === 'number' || isObject(arg) || operation.args.some(isTime)) return [];
        return broken(
          placeOfArg(operation, index),
          `It compares with ${show(arg)}; expected a number.`,
          'Write the number without quotes; compare versions with sem_ver.',
        );
      }),
    ),
  }),
  onChange({
    id: 'FH-TARGET-24',
    title: 'Targeting asks for attributes that callers send',
    rationale: 'An attribute that nobody sends is null: the rule is evaluated without an error and never matches.',
    needs: ['policy'],
    after: [...wellFormed, 'FH-TARGET-06'],
    about: 'targeting',
    check: each(['var', 'missing', 'missing_some'], (operation, { facts: { policy } }) => {
      const { contextAttributes: sent } = policy;
      if (sent.length === 0 || operation.iterations > 0) return [];
      return namesOf(operation).flatMap((name) => {
        const [first = ''] = name.split('.');
        if (first === '$flagd' || first === 'targetingKey' || sent.includes(first) || sent.includes(name)) return [];
        return broken(
          placeOfArg(operation),
          `No caller sends ${show(name)}; expected one of the attributes of the policy.`,
          'Correct the spelling, or add the attribute to contextAttributes in the policy once callers send it.',
        );
      });
    }),
  }),
];

/** An attribute of an operation that is named as a version. */
const versionIn = ({ args }: Operation): string | undefined =>
  args
    .map((arg) => (isObject(arg) ? [arg['var']].flat()[0] : undefined))
    .find((name): name is string => typeof name === 'string' && /version$/i.test(name));

const isTime = (arg: unknown): boolean => isObject(arg) && arg['var'] === '$flagd.timestamp';

/** The attributes that an operation names; FH-TARGET-06 has seen that they are names. */
const namesOf = ({ operator, args }: Operation): readonly string[] => {
  const [first, second] = args;
  const named: readonly unknown[] =
    operator === 'var' ? [first] : operator === 'missing' ? args : Array.isArray(second) ? second : [];
  return named.filter((name) => typeof name === 'string');
};

const searching = (where: unknown, more: Patch = {}): Patch => ({ ...asking({ in: [country, where] }), ...more });

const sending = withPolicy({ contextAttributes: ['country', 'customer.segment'] });

export const examples = (): Examples => ({
  'FH-TARGET-06': {
    failing: asking({ '!!': [{ var: '$flagd.time' }] }),
    passing: asking({ '!!': [{ var: 'flagd.time' }] }),
  },
  'FH-TARGET-07': {
    failing: asking({ sem_ver: [{ var: 'app.version' }, '>=', '2.10'] }),
    passing: asking({ sem_ver: [{ var: 'app.version' }, '>=', '2.10.0'] }),
  },
  'FH-TARGET-08': { failing: asking({ starts_with: [country, ''] }), passing: asking({ starts_with: [country, 'D'] }) },
  'FH-TARGET-09': { failing: searching(null), passing: searching({ var: 'countries' }) },
  'FH-TARGET-10': { failing: searching('DE,FR'), passing: asking({ in: ['DE', country] }) },
  'FH-TARGET-11': { failing: searching([]), passing: searching(['DE']) },
  'FH-TARGET-12': {
    failing: searching(['DE', 'FR', 'IT'], withPolicy({ maxListEntries: 2 })),
    passing: searching(['DE', 'FR'], withPolicy({ maxListEntries: 2 })),
  },
  'FH-TARGET-13': { failing: searching(['DE', 33]), passing: searching(['DE', '33']) },
  'FH-TARGET-23': { failing: asking({ '>': [{ var: 'age' }, '18'] }), passing: asking({ '>': [{ var: 'age' }, 18] }) },
  'FH-TARGET-24': {
    failing: { ...asking({ '==': [{ var: 'customer.tier' }, 'gold'] }), ...sending },
    passing: { ...asking({ '==': [{ var: 'customer.segment' }, 'gold'] }), ...sending },
  },
});

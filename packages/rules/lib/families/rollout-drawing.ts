import type { Bucketing } from '@flaghoist/core/evaluator';
import { isObject } from '@flaghoist/core/json';
import { type Examples, withFacts } from '../examples/envelope.ts';
import { show } from '../pointer.ts';
import { type AnyRule, broken, fine, onChange, type Subject } from '../rule.ts';
import { bucketWeight, rolloutsOf, variantOf } from '../targeting/rollouts.ts';
import { drawable, drawing, each, placeIn, totalOf } from './rollout.ts';
import { quoted } from './variants.ts';

/** The attributes and the texts in an expression. */
interface Ingredients {
  readonly attributes: readonly string[];
  readonly texts: readonly string[];
}

const ingredientsOf = (expression: unknown, { spend }: Pick<Subject, 'spend'>): Ingredients => {
  const attributes: string[] = [];
  const texts: string[] = [];
  const visit = (value: unknown): void => {
    spend();
    if (typeof value === 'string') texts.push(value);
    else if (Array.isArray(value)) for (const member of value) visit(member);
    else if (isObject(value)) {
      for (const [operator, operand] of Object.entries(value)) {
        const name: unknown = operator === 'var' && Array.isArray(operand) ? operand[0] : operand;
        if (operator === 'var' && typeof name === 'string') attributes.push(name);
        else visit(operand);
      }
    }
  };
  visit(expression);
  return { attributes, texts };
};

const bounded = (subject: Subject): Pick<Subject, 'spend'> => ({ spend: subject.spend.bind(subject) });

const folded = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** What is made anew for each request, however it is spelt: `request_id`, `http.request.id`, `x-request-id`, `traceparent`. */
const perRequest =
  /(?:request|req|trace|span|correlation|transaction|txn?|message|event|invocation)(?:id|uuid|number)$|(?:traceparent|idempotency(?:key|id))$|^(?:uuid|jti|guid|random|nonce|now|time|timestamp|date)$|(?:random|nonce|timestamp)$/;
/** What a customer has for a while, or on one device only. */
const passing =
  /(?:session|sess|connection|tab|cookie)(?:id|uuid|key|token)?$|(?:^|client|remote|source|user)ip(?:address|addr|v4|v6)?$|^(?:ip|remote)addr(?:ess)?$|(?:^xforwardedfor|useragent|[cx]srftoken)$/;

/** A dotted name is looked at as a whole as well as by its last part. */
const spellings = (name: string): readonly string[] => [folded(name), folded(name.slice(name.lastIndexOf('.') + 1))];

const isVolatile = (name: string, listed: readonly string[]): boolean =>
  spellings(name).some((spelling) => perRequest.test(spelling) || listed.some((each) => folded(each) === spelling));

/** The defaults that an expression names for attributes that are left out. */
const defaultsIn = (expression: unknown, { spend }: Pick<Subject, 'spend'>): readonly string[] => {
  spend();
  if (Array.isArray(expression)) return expression.flatMap((member) => defaultsIn(member, { spend }));
  if (!isObject(expression)) return [];
  return Object.entries(expression).flatMap(([operator, operand]) => {
    const [name, fallback] = Array.isArray(operand) ? operand : [];
    if (operator === 'var')
      return typeof name === 'string' && typeof fallback !== 'object' && fallback !== undefined ? [name] : [];
    return defaultsIn(operand, { spend });
  });
};

/** Sums in which shares are read without a calculator. */
const readableTotals = [100, 1_000, 10_000, 100_000];

/** Who is drawn, and whether they stay where they are. */
export const changeRules: readonly AnyRule[] = [
  onChange({
    id: 'FH-ROLLOUT-05',
    title: 'Weights can be read as shares',
    rationale: 'Reviewers read a weight as percent: of 20 and 60, the first is a quarter of all callers, not a fifth.',
    severity: 'warning',
    after: [...drawable, 'FH-ROLLOUT-04'],
    check: each((rollout) => {
      const total = totalOf(rollout);
      const weights = new Set(rollout.buckets.map(bucketWeight));
      if (total === null || readableTotals.includes(total) || weights.size === 1) return fine;
      return broken(
        placeIn(rollout),
        `The weights add up to ${total}; expected 100, or 1000 for finer shares.`,
        'Give weights that add up to 100.',
      );
    }),
  }),
  onChange({
    id: 'FH-ROLLOUT-06',
    title: 'A variant has one bucket in a rollout',
    rationale:
      'Its share is the sum of its buckets; whoever widens the rollout changes the first and overlooks the second.',
    after: [...drawable, 'FH-ROLLOUT-01'],
    check: each((rollout) => {
      const names = rollout.buckets.map(variantOf);
      return names.flatMap((name, index) => {
        if (name === null || names.indexOf(name) === index) return [];
        return broken(
          placeIn(rollout, rollout.first + index),
          `The variant ${show(name)} has an earlier bucket; expected one.`,
          'Add the weight to the first bucket.',
        );
      });
    }),
  }),
  onChange({
    id: 'FH-ROLLOUT-07',
    title: 'Only time moves a weight',
    rationale:
      'A weight that depends on the caller is another rollout for each: nobody can say how many get the variant.',
    after: [...drawable, 'FH-ROLLOUT-03'],
    check: each((rollout, subject: Subject) =>
      rollout.buckets.flatMap((bucket, index) => {
        const weight: unknown = Array.isArray(bucket) ? bucket[1] : undefined;
        if (!isObject(weight)) return [];
        const stranger = ingredientsOf(weight, bounded(subject)).attributes.find((name) => name !== '$flagd.timestamp');
        if (stranger === undefined) return [];
        return broken(
          placeIn(rollout, rollout.first + index, 1),
          `The weight depends on ${show(stranger)}; expected a number, or one that depends on $flagd.timestamp alone.`,
          'Put the condition around the rollout: { "if": [condition, rollout, "off"] }.',
        );
      }),
    ),
  }),
  onChange({
    id: 'FH-ROLLOUT-08',
    title: 'Callers are told apart by something of theirs',
    rationale: 'The same text for everybody puts all callers into one bucket: the rollout is at 0 or at 100 percent.',
    after: [...drawable, 'FH-ROLLOUT-01'],
    check: each((rollout, subject: Subject) => {
      if (rollout.by === undefined) return fine;
      const { attributes } = ingredientsOf(rollout.by, bounded(subject));
      if (attributes.some((name) => name !== '$flagd.flagKey')) return fine;
      return broken(
        placeIn(rollout, 0),
        'It tells callers apart by what is the same for all of them; expected an attribute of the caller.',
        'Name one that stays with the customer: { "cat": [{ "var": "$flagd.flagKey" }, { "var": "customerId" }] }.',
      );
    }),
  }),
  onChange({
    id: 'FH-ROLLOUT-09',
    title: 'Callers are told apart by something that lasts',
    rationale: 'By request or by time, a customer sees the old price on one page and the new one on the next.',
    changed: { version: 2 },
    needs: ['policy'],
    after: [...drawable, 'FH-ROLLOUT-01'],
    check: each((rollout, subject: Subject<'policy'>) => {
      const { volatileAttributes } = subject.facts.policy;
      const { attributes } = ingredientsOf(rollout.by, bounded(subject));
      const found = attributes.find((name) => name === '$flagd.timestamp' || isVolatile(name, volatileAttributes));
      if (found === undefined) return fine;
      return broken(
        placeIn(rollout, 0),
        `It tells callers apart by ${show(found)}, which differs from one request to the next; expected what lasts.`,
        'Name an attribute that stays with the customer or the device.',
      );
    }),
  }),
  onChange({
    id: 'FH-ROLLOUT-10',
    title: 'Each rollout draws anew',
    rationale:
      'Without the key in the draw, the same customers come first in every rollout and meet all that is unfinished at once.',
    severity: 'warning',
    after: [...drawable, 'FH-ROLLOUT-08', 'FH-ROLLOUT-09'],
    check: each((rollout, subject: Subject) => {
      if (rollout.by === undefined) return fine;
      const { attributes, texts } = ingredientsOf(rollout.by, bounded(subject));
      if (attributes.includes('$flagd.flagKey') || texts.length > 0) return fine;
      return broken(
        placeIn(rollout, 0),
        'Neither the flag key nor a text is part of the draw; expected one, so that flags draw apart.',
        'Write { "cat": [{ "var": "$flagd.flagKey" }, attribute] }; a common text for flags that shall draw alike.',
      );
    }),
  }),
  onChange({
    id: 'FH-ROLLOUT-21',
    title: 'A flag that draws is for services that draw as the agents do',
    rationale:
      'Evaluators of different languages put the same customer into different buckets: of 10,000 customers drawn half and half, 5,000 see one thing in one service and another in the next. An agent does not send such a flag to a client that draws otherwise, so that a service which all caches count as holding it would not have it.',
    since: 2,
    unwaivable: true,
    needs: ['otherBucketings'],
    about: 'targeting',
    after: drawable,
    check: (subject) => {
      const { otherBucketings } = subject.facts;
      const [first] = rolloutsOf(subject.targeting);
      if (first === undefined || otherBucketings.length === 0) return fine;
      const found = otherBucketings.map(
        ({ bucketing, services, count }) =>
          `${bucketing} in ${quoted(services)}${count > services.length ? ` and ${count - services.length} more` : ''}`,
      );
      return broken(
        placeIn(first),
        `Services of the audience draw callers otherwise than the agents do: ${found.join('; ')}. Their clients would not get the flag.`,
        'Let these services evaluate through the agent ("evaluates": "remote" in topology.json), name an audience without them, or choose callers by a list instead of "fractional". No waiver helps.',
      );
    },
  }),
  onChange({
    id: 'FH-ROLLOUT-20',
    title: 'A customer stays where they were drawn',
    rationale:
      'By session or address, the same customer is drawn again tomorrow; with a default, all who are unknown are one customer.',
    severity: 'warning',
    since: 2,
    after: [...drawable, 'FH-ROLLOUT-01'],
    check: each((rollout, subject: Subject) => {
      const { attributes } = ingredientsOf(rollout.by, bounded(subject));
      const found = attributes.find((name) => spellings(name).some((spelling) => passing.test(spelling)));
      const [alike] = defaultsIn(rollout.by, bounded(subject));
      if (found === undefined && alike === undefined) return fine;
      return broken(
        placeIn(rollout, 0),
        found === undefined
          ? `Every caller who sends no ${show(alike)} is drawn into the same bucket.`
          : `It tells callers apart by ${show(found)}, which a customer does not keep.`,
        'Name an attribute that stays with the customer, without a default.',
      );
    }),
  }),
];

const halves = [
  ['on', 50],
  ['off', 50],
];

const key = { var: '$flagd.flagKey' };
const customer = { var: 'customerId' };

const growing = (by: string) => drawing(['on', { '-': [{ var: by }, 1_760_000_000] }], ['off', 1_000]);

const drawnBy = (...bucketings: readonly Bucketing[]) =>
  withFacts({
    otherBucketings: bucketings.map((bucketing) => ({ bucketing, services: ['cards', 'ledger', 'loans'], count: 78 })),
  });

export const examples = (): Examples => ({
  'FH-ROLLOUT-05': { failing: drawing(['on', 20], ['off', 60]), passing: drawing(['on', 20], ['off', 80]) },
  'FH-ROLLOUT-06': {
    failing: drawing(['on', 20], ['off', 60], ['on', 20]),
    passing: drawing(['on', 40], ['off', 60]),
  },
  'FH-ROLLOUT-07': { failing: growing('age'), passing: growing('$flagd.timestamp') },
  'FH-ROLLOUT-08': {
    failing: drawing({ cat: [key, 'x'] }, ...halves),
    passing: drawing({ cat: [customer, 'x'] }, ...halves),
  },
  'FH-ROLLOUT-09': {
    failing: drawing({ cat: [key, { var: 'http.requestId' }] }, ...halves),
    passing: drawing({ cat: [key, { var: 'http.customerId' }] }, ...halves),
  },
  'FH-ROLLOUT-20': {
    failing: drawing({ cat: [key, { var: 'http.sessionId' }] }, ...halves),
    passing: drawing({ cat: [key, { var: 'http.customerId' }] }, ...halves),
  },
  'FH-ROLLOUT-21': {
    failing: { ...drawing(...halves), ...drawnBy('v3') },
    passing: { ...drawing(...halves), ...drawnBy() },
  },
  'FH-ROLLOUT-10': { failing: drawing(customer, ...halves), passing: drawing({ cat: [key, customer] }, ...halves) },
});

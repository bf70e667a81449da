import fc from 'fast-check';
import { exampleEnvelope, withDocument } from '../lib/examples/envelope.ts';
import { reachOf } from '../lib/summary.ts';
import { contradictionIn } from '../lib/targeting/contradiction.ts';
import { pointerOf } from '../lib/targeting/place.ts';
import { targetingOf } from '../lib/targeting/targeting.ts';
import { validate } from '../lib/validate.ts';

const age = { var: 'age' };
const values = [0, 1, 2, 3, '1', 'DE', 'FR', true, null];
const value = fc.constantFrom(...values);
const number = fc.integer({ min: 0, max: 3 });

type Condition = Readonly<Record<string, readonly unknown[]>>;

const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc
    .tuple(fc.constantFrom('==', '===', '!=', '<', '<=', '>', '>='), fc.oneof(value, number), fc.boolean())
    .map(([operator, other, swapped]) => ({ [operator]: swapped ? [other, age] : [age, other] })),
  fc.array(value, { maxLength: 4 }).map((list) => ({ in: [age, list] })),
  fc.constant({ '!!': [age] }),
);

const text = (one: unknown): string => `${one}`;

/** JavaScript’s own comparisons, as json-logic-engine has them. */
const holds = (rule: Condition, actual: unknown): boolean => {
  const [operator = '', args = []] = Object.entries(rule)[0] ?? [];
  const [left, right] = args.map((arg) => (arg === age ? actual : arg));
  if (operator === 'in') return Array.isArray(right) && right.includes(left);
  if (operator === '===') return left === right;
  const numbers = typeof left === 'string' && typeof right === 'string' ? null : [Number(left), Number(right)];
  const [a, b] = numbers ?? [text(left), text(right)];
  if (a === undefined || b === undefined) return false;
  if (operator === '<') return a < b;
  if (operator === '<=') return a <= b;
  if (operator === '>') return a > b;
  if (operator === '>=') return a >= b;
  if (operator === '!!') return Boolean(left);
  const equal = left === null || right === null ? left === right : a === b;
  return operator === '==' ? equal : !equal;
};

it('calls nothing a contradiction that some value fulfils', () => {
  fc.assert(
    fc.property(fc.array(condition, { minLength: 1, maxLength: 5 }), (conditions) => {
      if (contradictionIn(conditions, () => undefined) === null) return;
      expect(values.filter((actual) => conditions.every((one) => holds(one, actual)))).toEqual([]);
    }),
    { numRuns: 5_000 },
  );
});

it.each([
  [[{ '===': [age, 1] }, { '===': [2, age] }]],
  [[{ in: [age, ['DE', 'FR']] }, { in: [age, ['IT']] }]],
  [[{ '==': [age, 'DE'] }, { in: [age, ['FR']] }]],
  [[{ '<': [age, 2] }, { '<=': [2, age] }]],
  [[{ '<': [2, age] }, { '<': [age, 2] }]],
])('finds the contradiction in %j', (conditions) => {
  expect(contradictionIn(conditions, () => undefined)).toBe('age');
});

it('says who may get what, through branches, rollouts and shared evaluators', () => {
  const { document } = exampleEnvelope(
    withDocument({
      variants: { on: 1, off: 0, half: 2, rest: 3 },
      targeting: {
        if: [
          age,
          {
            fractional: [
              ['on', 25],
              ['half', 75],
            ],
          },
          { $ref: 'others' },
        ],
      },
    }),
  );
  const source = {
    $evaluators: {
      others: {
        if: [
          age,
          null,
          {
            fractional: [
              ['rest', 1],
              ['on', 1],
            ],
          },
        ],
      },
    },
  };
  const targeting = targetingOf(document, source);
  expect(Object.fromEntries(reachOf(document, targeting))).toEqual({ on: 50, half: 75, off: 100, rest: 50 });
  expect(targeting.results.map(({ place }) => pointerOf(place))).toContain(
    '/source/$evaluators/others/if/2/fractional/0/0',
  );
});

it('looks at an evaluator once, also at one that refers to itself', () => {
  const rule = { or: [{ $ref: 'a' }, { $ref: 'a' }] };
  const { operations } = targetingOf({ targeting: rule }, { $evaluators: { a: { and: [{ $ref: 'a' }, age] } } });
  expect(operations.map(({ operator }) => operator)).toEqual(['or', '$ref', '$ref', 'and', '$ref', 'var']);
});

it('passes the first flag of a newcomer without a word', () => {
  const envelope = exampleEnvelope({
    flagKey: 'instant-payments-to-new-payees',
    kind: 'created',
    revision: 1,
    previousEnvelopeDigest: null,
    owner: 'team-payments',
    document: {
      state: 'ENABLED',
      variants: { on: true, off: false },
      defaultVariant: 'off',
      targeting: { if: [{ in: [{ var: 'channel' }, ['branch', 'phone']] }, 'on', 'off'] },
    },
    evidence: { ...exampleEnvelope().evidence, current: null, before: null, knownGood: null },
    change: {
      id: 'change-0001',
      actor: 'newcomer@example.com',
      authentication: 'local',
      reason: 'Try it out with two channels.',
      ticket: 'DEMO-1',
    },
  });
  expect(validate(envelope, ['change', 'standing'])).toEqual({ violations: [], skipped: [] });
});

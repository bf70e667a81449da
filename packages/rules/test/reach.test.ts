import fc from 'fast-check';
import { reachOf } from '../lib/targeting/reach.ts';

const of = (targeting: unknown, listed = 1, at?: number, more: object = {}) => {
  const document = { state: 'ENABLED', variants: {}, defaultVariant: 'off', targeting, ...more };
  const reach = reachOf(document, {}, at === undefined ? { listed } : { listed, at });
  return Object.fromEntries([...reach].map(([name, { atLeast, atMost }]) => [name, [round(atLeast), round(atMost)]]));
};
const round = (share: number): number => Number(share.toFixed(6));

const country = { var: 'country' };
const time = { var: '$flagd.timestamp' };
const half = {
  fractional: [
    ['on', 50],
    ['off', 50],
  ],
};

it.each([
  ['nothing is the default for all', {}, 1, { off: [1, 1] }],
  ['a lot is what its weights say', half, 1, { on: [0.5, 0.5], off: [0.5, 0.5] }],
  [
    'an equality may hold for nobody and for everybody',
    { if: [{ '==': [country, 'DE'] }, 'on', 'off'] },
    1,
    { on: [0, 1], off: [0, 1] },
  ],
  [
    'a list is at most what is assumed',
    { if: [{ in: [country, ['DE']] }, 'on', 'off'] },
    0.1,
    { on: [0, 0.1], off: [0.9, 1] },
  ],
  [
    'who is not in it is the rest',
    { if: [{ '!': [{ in: [country, ['KP']] }] }, 'on', 'off'] },
    0.1,
    { on: [0.9, 1], off: [0, 0.1] },
  ],
  [
    'a list beside another adds up',
    { if: [{ in: [country, ['DE']] }, 'on', { '==': [country, 'FR'] }, 'on', 'off'] },
    0.1,
    { on: [0, 0.2], off: [0.8, 1] },
  ],
  [
    'both of two lists are no more than one',
    { if: [{ and: [{ '==': [country, 'DE'] }, { '==': [{ var: 'tier' }, 'gold'] }] }, 'on', 'off'] },
    0.1,
    { on: [0, 0.1], off: [0.9, 1] },
  ],
  [
    'one of two may be as many as both',
    { if: [{ or: [{ '==': [country, 'DE'] }, { '==': [country, 'FR'] }] }, 'on', 'off'] },
    0.1,
    { on: [0, 0.2], off: [0.8, 1] },
  ],
  ['a lot among a list', { if: [{ in: [country, ['DE']] }, half, 'off'] }, 0.2, { on: [0, 0.1], off: [0.8, 1] }],
  [
    'a comparison may hold for anybody',
    { if: [{ '>': [{ var: 'age' }, 17] }, 'on', 'off'] },
    0.1,
    { on: [0, 1], off: [0, 1] },
  ],
  [
    'a computed weight may be the whole',
    {
      fractional: [
        ['on', { '-': [time, 1] }],
        ['off', 5],
      ],
    },
    1,
    { on: [0, 1], off: [0, 1] },
  ],
  ['no answer is the default', { if: [{ '==': [country, 'DE'] }, 'on'] }, 0.1, { on: [0, 0.1], off: [0.9, 1] }],
])('%s', (_says, targeting, listed, shares) => {
  expect(of(targeting, listed)).toEqual(shares);
});

it.each([
  ['nothing', { '==': [country, null] }],
  ['nothing, in a list', { in: [country, ['DE', null]] }],
  ['an empty text', { '===': [country, ''] }],
  ['zero', { '==': [{ var: 'age' }, 0] }],
  ['false', { '==': [{ var: 'blocked' }, false] }],
  ['a text that every text holds', { in: ['', country] }],
  ['what is its default', { '==': [{ var: ['country', 'DE'] }, 'DE'] }],
  ['what is its default, in a list', { in: [{ var: ['country', 'DE'] }, ['DE']] }],
  ['itself', { '==': ['DE', 'DE'] }],
  ['one of the list', { in: ['DE', ['DE']] }],
  ['what is computed', { '==': [{ cat: ['DE', country] }, 'DE'] }],
])('takes nobody for listed who need not send anything: %s', (_what, asked) => {
  expect(of({ if: [asked, 'on', 'off'] }, 0.1)['on']).toEqual([0, 1]);
  expect(of({ if: [{ '!': [asked] }, 'on', 'off'] }, 0.1)['on']).toEqual([0, 1]);
});

it('looks once at shared evaluators of which each refers to the next one twice', () => {
  const names = Array.from({ length: 40 }, (_, index) => `e${index}`);
  const evaluators = Object.fromEntries(
    names.map((name, index) => [name, { or: [{ $ref: `e${index + 1}` }, { $ref: `e${index + 1}` }] }]),
  );
  const document = { variants: {}, defaultVariant: 'off', targeting: { if: [{ $ref: 'e0' }, 'on', 'off'] } };
  expect(reachOf(document, evaluators, { listed: 1 }).get('on')).toEqual({ atLeast: 0, atMost: 1 });
});

it.each([
  { in: ['@', { var: 'email' }] },
  { ends_with: [{ var: 'email' }, '.'] },
  { starts_with: [{ var: 'id' }, '-'] },
])('knows nothing of a text without a letter or a digit, which may be in every one: %j', (condition) => {
  expect(of({ if: [condition, 'on', 'off'] }, 0.1)['on']).toEqual([0, 1]);
});

it('knows at a given time what the clock decides', () => {
  const window = { if: [{ '<=': [100, time, 200] }, 'on', 'off'] };
  expect(of(window, 1, 150)).toEqual({ on: [1, 1], off: [0, 0] });
  expect(of(window, 1, 250)).toEqual({ on: [0, 0], off: [1, 1] });
  expect(of(window)).toEqual({ on: [0, 1], off: [0, 1] });
});

it('is nothing for a disabled flag, which serves each caller a default of its own', () => {
  expect(of(half, 1, undefined, { state: 'DISABLED' })).toEqual({});
});

type Rule = string | { readonly [operator: string]: readonly unknown[] };
const condition = fc.constantFrom(
  { '==': [country, 'DE'] },
  { '!=': [country, 'FR'] },
  { in: [country, ['DE', 'FR']] },
  { '!': [{ '==': [country, 'DE'] }] },
  { or: [{ '==': [country, 'DE'] }, { '==': [country, 'FR'] }] },
  { and: [{ in: [country, ['DE', 'FR']] }, { '!=': [country, 'DE'] }] },
);
const { rule } = fc.letrec<{ rule: Rule }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Rule>('on', 'off', 'half'),
    fc.tuple(condition, tie('rule'), tie('rule')).map(([asked, yes, no]): Rule => ({ if: [asked, yes, no] })),
    fc.tuple(fc.integer({ min: 0, max: 4 }), tie('rule'), tie('rule')).map(
      ([weight, yes, no]): Rule => ({
        fractional: [
          [yes, weight],
          [no, 5],
        ],
      }),
    ),
  ),
}));

/** The true share of each answer among these callers. */
const shares = (node: Rule, callers: readonly string[]): Record<string, number> => {
  const sum: Record<string, number> = { on: 0, off: 0, half: 0 };
  for (const caller of callers) {
    const add = (one: Rule, weight: number): void => {
      if (typeof one === 'string') sum[one] = (sum[one] ?? 0) + weight / callers.length;
      else if ('if' in one) {
        const [asked, yes, no] = one['if'] as [object, Rule, Rule];
        add(holds(asked, caller) ? yes : no, weight);
      } else {
        const buckets = one['fractional'] as [Rule, number][];
        const total = buckets.reduce((all, [, part]) => all + part, 0);
        for (const [answer, part] of buckets) add(answer, (weight * part) / total);
      }
    };
    add(node, 1);
  }
  return sum;
};

const holds = (asked: object, caller: string): boolean => {
  const [[operator, args]] = Object.entries(asked) as [[string, readonly unknown[]]];
  const [left, right] = args;
  if (operator === '==') return caller === right;
  if (operator === '!=') return caller !== right;
  if (operator === 'in') return (right as readonly string[]).includes(caller);
  if (operator === '!') return !holds(left as object, caller);
  const all = (args as readonly object[]).map((arg) => holds(arg, caller));
  return operator === 'or' ? all.some(Boolean) : all.every(Boolean);
};

it('always has the true share between its bounds, whoever calls', () => {
  fc.assert(
    fc.property(rule, fc.array(fc.constantFrom('DE', 'FR', 'IT'), { minLength: 1, maxLength: 6 }), (node, callers) => {
      const targeting = typeof node === 'string' ? { if: [true, node] } : node;
      const found = of(targeting);
      for (const [name, share] of Object.entries(shares(node, callers))) {
        const [atLeast = 0, atMost = 0] = found[name] ?? [0, 0];
        expect(share).toBeGreaterThanOrEqual(atLeast - 1e-5);
        expect(share).toBeLessThanOrEqual(atMost + 1e-5);
      }
    }),
    { numRuns: 2_000 },
  );
});

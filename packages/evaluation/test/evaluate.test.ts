import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { evaluate } from '../lib/evaluate.ts';
import { EVALUATOR, evaluatorOf } from '../lib/evaluator.ts';

const on = { on: true, off: false };
const v = (name: string) => ({ var: name });

const evaluated = (targeting: unknown, more: object = {}, source?: unknown) =>
  evaluate({
    flagKey: 'checkout.form',
    document: { state: 'ENABLED', variants: on, defaultVariant: 'off', targeting, ...more },
    offVariant: 'off',
    source,
  });

const asking = (condition: unknown) => evaluated({ if: [condition, 'on', 'off'] });

const found = (condition: unknown): string[] =>
  asking(condition).findings.map(({ kind, pointer, context }) => `${kind} ${pointer} ${context}`);

it('names the evaluator that is installed', () => {
  const catalog = readFileSync(join(__dirname, '..', '..', '..', 'pnpm-workspace.yaml'), 'utf8');
  const [name, version] = EVALUATOR.split(' ');
  expect(catalog).toContain(`'${name}': ${version}\n`);
});

it('has flagd hash nothing of a flag, which would take longer than all else', () => {
  let reads = 0;
  const value = {
    get inside(): number {
      reads += 1;
      return 1;
    },
  };
  const targeting = { if: [v('beta'), 'on', 'off'] };
  const ask = evaluatorOf('checkout.form', { state: 'ENABLED', variants: { on: value, off: 0 }, targeting });
  expect([ask({ beta: true }), ask({})]).toEqual([{ variant: 'on' }, { variant: 'off' }]);
  expect(reads).toBe(0);
});

describe('what flagd fails at', () => {
  it.each([
    ['a text compared with a list', { '==': [v('country'), ['DE']] }, '/document/targeting/if/0', '{}'],
    ['a list on the other side', { '!=': [['DE'], v('country')] }, '/document/targeting/if/0', '{}'],
    ['a text that spells a boolean', { '==': [v('beta'), 'true'] }, '/document/targeting/if/0', '{"beta":true}'],
    ['one that Python spells', { '==': [v('beta'), 'False'] }, '/document/targeting/if/0', '{"beta":true}'],
    ['a default of another type', { '==': [{ var: ['age', 'unknown'] }, 18] }, '/document/targeting/if/0', '{}'],
    [
      'a part of what is absent',
      { '==': [{ substr: [v('iban'), 0, 2] }, 'DE'] },
      '/document/targeting/if/0/==/0',
      '{}',
    ],
    [
      'a quotient of what is absent',
      { '<': [{ '/': [v('used'), v('limit')] }, 1] },
      '/document/targeting/if/0/</0',
      '{}',
    ],
    ['a remainder of a text', { '==': [{ '%': [v('id'), 'x'] }, 0] }, '/document/targeting/if/0/==/0', '{}'],
    ['a largest number of what is absent', { '>': [{ max: [v('a'), 1] }, 2] }, '/document/targeting/if/0/>/0', '{}'],
  ])('is found in %s, with the caller', (_case, condition, pointer, context) => {
    expect(asking(condition).findings).toContainEqual(expect.objectContaining({ kind: 'failure', pointer, context }));
  });

  it('is found in a branch that only some callers reach', () => {
    const { findings } = evaluated({
      if: [
        { '==': [v('tier'), 'gold'] },
        'on',
        { if: [{ '==': [v('tier'), 'silver'] }, { if: [{ '==': [v('country'), ['DE']] }, 'on', 'off'] }, 'off'] },
      ],
    });
    expect(findings).toContainEqual(expect.objectContaining({ kind: 'failure', context: '{"tier":"silver"}' }));
  });

  it('is an answer that is no variant', () => {
    const { findings } = evaluated({ if: [{ '==': [v('tier'), 'gold'] }, v('wish'), 'off'] });
    expect(findings).toContainEqual(
      expect.objectContaining({ kind: 'failure', says: expect.stringContaining('not found') }),
    );
  });
});

describe('a condition that holds because an attribute is left out', () => {
  it.each([
    ['below', { '<': [v('age'), 18] }, 'opens /document/targeting/if/0 {}'],
    ['above, turned round', { '>': [18, v('age')] }, 'opens /document/targeting/if/0 {}'],
    ['another value', { '!=': [v('country'), 'US'] }, 'opens /document/targeting/if/0 {}'],
    ['not the same', { '!': [{ '==': [v('country'), 'US'] }] }, 'opens /document/targeting/if/0/!/0 {}'],
    ['not in a list', { '!': [{ in: [v('country'), ['KP', 'IR']] }] }, 'opens /document/targeting/if/0/!/0 {}'],
    ['not in a list, without brackets', { '!': { in: [v('country'), ['KP']] } }, 'opens /document/targeting/if/0/! {}'],
    ['none of a list', { none: [v('roles'), { '==': [v(''), 'clerk'] }] }, 'opens /document/targeting/if/0 {}'],
    ['does not begin with', { '!': [{ starts_with: [v('iban'), 'RU'] }] }, 'opens /document/targeting/if/0/!/0 {}'],
    [
      'beside another',
      { and: [{ '==': [v('tier'), 'gold'] }, { '!=': [v('country'), 'US'] }] },
      'opens /document/targeting/if/0/and/1 {"tier":"gold"}',
    ],
    [
      'as one of two ways in',
      { or: [{ '==': [v('vip'), true] }, { '!': [{ in: [v('country'), ['KP', 'IR']] }] }] },
      'opens /document/targeting/if/0 {"vip":false}',
    ],
    [
      'as the second of three',
      { or: [{ in: [v('tier'), ['gold']] }, { '<': [v('risk'), 50] }, { '==': [v('vip'), true] }] },
      'opens /document/targeting/if/0 {"tier":"goldx","vip":false}',
    ],
    [
      'of a member of a list, one of whose is asked for',
      { some: [v('accounts'), { '!=': [v('country'), 'IR'] }] },
      'opens /document/targeting/if/0 {"accounts":[{}]}',
    ],
    [
      'of a member of a list, all of whose are asked for',
      { all: [v('accounts'), { '!': [{ in: [v('country'), ['IR', 'KP']] }] }] },
      'opens /document/targeting/if/0 {"accounts":[{}]}',
    ],
    [
      'of a member of a list, beside another',
      { some: [v('accounts'), { and: [{ '==': [v('kind'), 'x'] }, { '<': [v('balance'), 100] }] }] },
      'opens /document/targeting/if/0 {"accounts":[{"kind":"x"}]}',
    ],
    [
      'of a member of a list in an object, up to a number',
      { some: [v('customer.accounts'), { '<=': [v('risk'), 3] }] },
      'opens /document/targeting/if/0 {"customer":{"accounts":[{}]}}',
    ],
    ['of two that are compared', { '==': [v('home'), v('country')] }, 'opens /document/targeting/if/0 {}'],
    [
      'of two that are joined into one text',
      { '!=': [{ cat: [v('country'), '-', v('product')] }, 'IR-loan'] },
      'opens /document/targeting/if/0 {"product":"loan"}',
    ],
    [
      'of two that are joined without a sign between them, and looked for in a list',
      { '!': [{ in: [{ cat: [v('country'), v('product')] }, ['IRA', 'KPA']] }] },
      'opens /document/targeting/if/0/!/0 {"product":"RA"}',
    ],
    [
      'not in lists that are put together',
      { '!': [{ in: [v('country'), { merge: [['KP'], ['IR']] }] }] },
      'opens /document/targeting/if/0/!/0 {}',
    ],
    [
      'a list whose sum must stay below a number',
      { '<': [{ reduce: [v('risks'), { '+': [v('current'), v('accumulator')] }, 0] }, 50] },
      'opens /document/targeting/if/0 {}',
    ],
    [
      'as the last of six ways in',
      { or: [...['a', 'b', 'c', 'd', 'e'].map((it) => ({ '==': [v(it), 'x'] })), { '!=': [v('country'), 'IR'] }] },
      'opens /document/targeting/if/0 {"a":"xx","b":"xx","c":"xx","d":"xx","e":"xx"}',
    ],
    ['inside of an object', { '!=': [v('customer.country'), 'US'] }, 'opens /document/targeting/if/0 {}'],
  ])('is found: %s', (_case, condition, finding) => {
    expect(found(condition)).toContain(finding);
  });

  it('is found behind branches that hang together by their attributes', () => {
    const pair = (first: string, second: string) => ({ and: [{ '==': [v(first), 'y'] }, { '==': [v(second), 'x'] }] });
    const chain = ['ab', 'bc', 'cd', 'de', 'ef'].flatMap(([first = '', second = '']) => [pair(first, second), 'on']);
    const last = { and: [{ '==': [v('f'), 'y'] }, { '!=': [v('country'), 'IR'] }] };
    const { findings } = evaluated({ if: [...chain, last, 'on', 'off'] });
    expect(findings).toEqual([expect.objectContaining({ kind: 'opens', pointer: '/document/targeting/if/10/and/1' })]);
  });

  it('is found in the last of twenty branches on twenty attributes', () => {
    const branches = Array.from({ length: 20 }, (_, index) => [
      {
        and: [
          { in: [v(`a${(index * 7) % 10}`), [`x${index}`, `y${index}`]] },
          { '>=': [v(`n${index % 10}`), index * 10] },
          { '==': [v(`b${(index * 5) % 10}`), `k${index % 3}`] },
        ],
      },
      'on',
    ]);
    const last = { and: [{ '==': [v('a1'), 'last'] }, { '!=': [v('country'), 'IR'] }] };
    const { findings } = evaluated({ if: [...branches.flat(), last, 'on', 'off'] });
    expect(findings).toContainEqual(
      expect.objectContaining({ kind: 'opens', pointer: '/document/targeting/if/40/and/1' }),
    );
  });

  it('is found where the answer is the first of several that is one', () => {
    const { findings } = evaluated({ or: [{ if: [{ '!=': [v('country'), 'IR'] }, 'on', null] }, 'off'] });
    expect(findings).toEqual([
      expect.objectContaining({ kind: 'opens', pointer: '/document/targeting/or/0/if/0', context: '{}' }),
    ]);
  });

  it('is something to think about where no member of a list may be one of those', () => {
    expect(found({ none: [v('licences'), { '==': [v('state'), 'expired'] }] })).toContain(
      'admits /document/targeting/if/0 {"licences":[{}]}',
    );
  });

  it('is found in a list of those who get nothing, and in who is not blocked, as something to think about', () => {
    expect(found({ '!': [v('blocked')] })).toEqual(['admits /document/targeting/if/0 {}']);
    const { findings } = evaluated({ if: [{ in: [v('country'), ['KP', 'IR']] }, 'off', 'on'] });
    expect(findings).toEqual([
      {
        kind: 'admits',
        pointer: '/document/targeting/if/0',
        context: '{}',
        says: 'a caller who sends no "country" gets "on", others get "off"',
      },
    ]);
  });

  it.each([
    ['it is asked for', { and: [{ '!!': [v('country')] }, { '!=': [v('country'), 'US'] }] }],
    ['it is asked for after', { and: [{ '!=': [v('country'), 'US'] }, { '!!': v('country') }] }],
    ['missing answers', { and: [{ '!': [{ missing: ['country'] }] }, { '!=': [v('country'), 'US'] }] }],
    ['a default says what counts', { '!=': [{ var: ['country', 'XX'] }, 'US'] }],
    ['null is named', { or: [{ '==': [v('country'), null] }, { '!=': [v('country'), 'US'] }] }],
    ['its value is named', { in: [v('country'), ['DE', 'FR']] }],
    [
      'it is asked for in each member of a list',
      { all: [v('accounts'), { and: [{ '!!': [v('country')] }, { '!=': [v('country'), 'IR'] }] }] },
    ],
    [
      'null is named, of a member of a list',
      { some: [v('accounts'), { or: [{ '==': [v('country'), null] }, { '!=': [v('country'), 'IR'] }] }] },
    ],
    ['a member of a list must be the same', { some: [v('accounts'), { '==': [v('country'), 'DE'] }] }],
    ['entries of a list are texts', { some: [v('roles'), { '!=': [v(''), 'blocked'] }] }],
    ['members of a list are asked', { in: ['admin', { map: [v('memberships'), v('role')] }] }],
    ['it must be larger', { '>=': [v('age'), 18] }],
    ['a default says what counts in a sum', { '>': [{ '+': [{ var: ['a', 0] }, { var: ['b', 0] }] }, 10] }],
    [
      'two are asked for and must differ',
      { and: [{ '!!': [v('maker')] }, { '!!': [v('checker')] }, { '!=': [v('maker'), v('checker')] }] },
    ],
    [
      'numbers of a list are added up',
      { '>': [{ reduce: [v('items'), { '+': [v('current'), v('accumulator')] }, 0] }, 100] },
    ],
    [
      'numbers of the members of a list are added up',
      { '>': [{ reduce: [v('items'), { '+': [{ var: ['current.amount', 0] }, v('accumulator')] }, 0] }, 100] },
    ],
    ['time alone decides', { '<': [v('$flagd.timestamp'), 1_800_000_000] }],
  ])('is none when %s', (_case, condition) => {
    expect(found(condition)).toEqual([]);
  });

  it('is none where the branch is the safe one', () => {
    expect(evaluated({ if: [{ '!=': [v('country'), 'DE'] }, 'off', 'on'] }).findings).toEqual([]);
    expect(evaluated({ if: [{ '<': [v('age'), 18] }, null, 'on'] }).findings).toEqual([]);
  });

  it('is none where falling past a branch keeps nobody out', () => {
    const tiers = { if: [{ '==': [v('tier'), 'gold'] }, 'on', 'half'] };
    expect(evaluated(tiers, { variants: { on: 'a', half: 'b', off: 'c' } }).findings).toEqual([]);
  });

  it('is found where nothing is written but the condition', () => {
    const { findings } = evaluated(
      { '!=': [v('country'), 'US'] },
      { variants: { true: true, false: false }, defaultVariant: 'false' },
    );
    expect(findings.map(({ kind }) => kind)).toEqual(['opens']);
  });
});

describe('what nobody reaches', () => {
  const tiers = (first: number, second: number) => ({
    if: [{ '>=': [v('amount'), first] }, 'on', { '>=': [v('amount'), second] }, 'half', 'off'],
  });
  const three = { variants: { on: 'a', half: 'b', off: 'c' } };

  it('is found behind a wider condition, with a caller who should get it', () => {
    expect(evaluated(tiers(100, 1_000), three).findings).toEqual([
      {
        kind: 'unreached',
        pointer: '/document/targeting/if/3',
        context: '{"amount":1000}',
        says: 'is reached by no caller: whoever fulfils its condition gets "on" from an earlier branch',
      },
    ]);
    expect(evaluated(tiers(1_000, 100), three).findings).toEqual([]);
  });

  it('is found in a list that an earlier list contains', () => {
    const listed = (first: string[], second: unknown) =>
      evaluated({ if: [{ in: [v('country'), first] }, 'on', { if: [second, 'half', 'off'] }] }, three).findings.map(
        ({ kind }) => kind,
      );
    expect(listed(['DE', 'FR'], { '==': [v('country'), 'DE'] })).toEqual(['unreached']);
    expect(listed(['FR'], { '==': [v('country'), 'DE'] })).toEqual([]);
  });

  it('is found through a shared evaluator, at the place where it is written', () => {
    const { findings } = evaluated(
      { if: [{ $ref: 'grown' }, 'on', 'off'] },
      {},
      { $evaluators: { grown: { '<': [65, v('age'), 18] } } },
    );
    expect(findings).toEqual([expect.objectContaining({ kind: 'constant', pointer: '/source/$evaluators/grown' })]);
  });

  it.each([
    ['always', { or: [{ '!=': [v('plan'), 'gold'] }, { '!=': [v('plan'), 'silver'] }] }],
    ['never: an empty range', { '<': [65, v('age'), 18] }],
    ['never: two texts', { and: [{ '==': [v('country'), 'DE'] }, { '==': [v('country'), 'FR'] }] }],
    ['never: two ranges', { and: [{ '>': [v('age'), 65] }, { '<': [v('age'), 18] }] }],
    ['never: two versions', { and: [{ sem_ver: [v('app'), '>=', '5.0.0'] }, { sem_ver: [v('app'), '<', '4.0.0'] }] }],
    ['never: two beginnings', { and: [{ starts_with: [v('id'), 'a'] }, { '==': [v('id'), 'b'] }] }],
    [
      'never, beside what may hold',
      { or: [{ '==': [v('tier'), 'gold'] }, { and: [{ '>': [v('age'), 65] }, { '<': [v('age'), 18] }] }] },
    ],
  ])('is a condition that holds %s', (_case, condition) => {
    expect(asking(condition).findings.map(({ kind }) => kind)).toContain('constant');
  });

  it.each([
    ['begins otherwise', { starts_with: [v('id'), 'a'] }],
    ['ends otherwise', { ends_with: [v('id'), 'e'] }],
    ['does not hold it', { in: ['value', v('id')] }],
    ['is not that text', { '===': [v('id'), 'another value'] }],
  ])('is reached by who %s, whatever the text is', (_who, asked) => {
    const { findings } = asking({ and: [{ '!!': [v('id')] }, { '!': [asked] }] });
    expect(findings.filter(({ kind }) => kind === 'constant')).toEqual([]);
    const last = { if: [{ '!': [{ '!!': [v('id')] }] }, 'off', asked, 'on', 'half'] };
    expect(evaluated(last, three).findings).toEqual([]);
  });

  it('is found behind a part of the same beginning or end', () => {
    const parts = (operator: string, first: string, second: string) =>
      evaluated(
        { if: [{ [operator]: [v('id'), first] }, 'on', { [operator]: [v('id'), second] }, 'half', 'off'] },
        three,
      ).findings.map(({ kind, context }) => `${kind} ${context}`);
    expect(parts('starts_with', 'a', 'ab')).toEqual(['unreached {"id":"ab"}']);
    expect(parts('ends_with', '.example', '.bank.example')).toEqual(['unreached {"id":".bank.example"}']);
    expect(parts('starts_with', 'ab', 'a')).toEqual([]);
    expect(parts('starts_with', 'a', 'b')).toEqual([]);
  });

  it.each([
    ['never: identical to a list', { '===': [v('country'), ['DE']] }],
    ['always: not identical to a list', { '!==': [['DE', 'AT'], v('country')] }],
    [
      'never: two beginnings of which none contains the other',
      { and: ['de', 'fr'].map((it) => ({ starts_with: [v('locale'), it] })) },
    ],
  ])('is a condition about a text or list that holds %s', (_case, condition) => {
    expect(asking(condition).findings.map(({ kind }) => kind)).toContain('constant');
  });

  it('claims nothing of values that it can only guess', () => {
    const both = { and: [{ in: ['a', v('roles')] }, { in: ['b', v('roles')] }] };
    expect(found(both)).toEqual([]);
    expect(found({ some: [v('roles'), { and: [{ '==': [v('name'), 'x'] }, { '==': [v('kind'), 'y'] }] }] })).toEqual(
      [],
    );
    expect(found({ and: [{ starts_with: [v('id'), 'a'] }, { ends_with: [v('id'), 'z'] }] })).toEqual([]);
  });

  it('is searched for in long lists too', () => {
    const customers = Array.from({ length: 1_000 }, (_, index) => `customer-${index}`);
    const { contexts, findings } = evaluated(
      {
        if: [
          { in: [v('customer'), customers] },
          'on',
          { if: [{ '==': [v('customer'), 'customer-777'] }, 'half', 'off'] },
        ],
      },
      three,
    );
    expect(findings.map(({ kind }) => kind)).toEqual(['unreached']);
    expect(contexts).toBeLessThan(30);
  });
});

const names = ['a', 'b'];
const literal = fc.constantFrom<unknown>('DE', 'FR', 'x', 1, 2, 3);
const attribute = fc.constantFrom(...names).map(v);
const comparison = fc.oneof(
  fc
    .tuple(fc.constantFrom('===', '!=='), attribute, literal)
    .map(([operator, left, right]) => ({ [operator]: [left, right] })),
  fc
    .tuple(fc.constantFrom('<', '>='), attribute, fc.constantFrom(1, 2, 3))
    .map(([operator, left, right]) => ({ [operator]: [left, right] })),
  fc.tuple(attribute, fc.array(literal, { minLength: 1, maxLength: 3 })).map(([left, list]) => ({ in: [left, list] })),
  fc
    .tuple(fc.constantFrom('starts_with', 'ends_with'), attribute, fc.constantFrom('D', 'DE', 'E', 'x', 'a'))
    .map(([operator, left, right]) => ({ [operator]: [left, right] })),
  fc.tuple(fc.constantFrom('D', 'E', 'value'), attribute).map(([part, text]) => ({ in: [part, text] })),
);
const { condition } = fc.letrec<{ condition: unknown }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 2 },
    comparison,
    fc.array(tie('condition'), { minLength: 2, maxLength: 2 }).map((terms) => ({ and: terms })),
    fc.array(tie('condition'), { minLength: 2, maxLength: 2 }).map((terms) => ({ or: terms })),
    tie('condition').map((term) => ({ '!': [term] })),
  ),
}));

it('never claims of a condition what some caller contradicts', () => {
  const values = [
    'DE',
    'FR',
    'x',
    'y',
    'D',
    'Dy',
    'E',
    'ED',
    'a',
    'value',
    'another value',
    0,
    1,
    1.5,
    2,
    2.5,
    3,
    4,
    null,
    undefined,
  ];
  fc.assert(
    fc.property(condition, (asked) => {
      const { findings } = asking(asked);
      const claim = findings.find(({ kind, pointer }) => kind === 'constant' && pointer === '/document/targeting/if/0');
      if (claim === undefined) return;
      const ask = evaluatorOf('x', {
        state: 'ENABLED',
        variants: on,
        defaultVariant: 'off',
        targeting: { if: [asked, 'on', 'off'] },
      });
      const answers = values.flatMap((a) =>
        values.map((b) => ask({ ...(a === undefined ? {} : { a }), ...(b === undefined ? {} : { b }) })),
      );
      const variants = new Set(answers.flatMap((answer) => ('variant' in answer ? [answer.variant] : [])));
      expect([...variants]).toHaveLength(1);
    }),
    { numRuns: 400, seed: 11 },
  );
});

it('throws for no targeting at all, and says the same twice', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (targeting) => {
      expect(evaluated(targeting)).toEqual(evaluated(targeting));
    }),
    { numRuns: 300 },
  );
});

it('asks a bounded number of callers, whatever the rule', () => {
  const many = Array.from({ length: 60 }, (_, index) => ({ '==': [v(`a${index}`), index] }));
  const { contexts } = evaluated({ if: [{ and: many }, 'on', 'off'] });
  expect(contexts).toBeGreaterThan(100);
  expect(contexts).toBeLessThanOrEqual(400);
});

/** Thirty, of which each asks for the next one twice: written out, a thousand million conditions. */
const doubling = Object.fromEntries(
  Array.from({ length: 30 }, (_, index) => [
    `e${index}`,
    { and: [{ $ref: `e${index + 1}` }, { $ref: `e${index + 1}` }] },
  ]),
);

it('does not write out shared evaluators that refer to others, which a rule refuses', () => {
  expect(evaluated({ if: [{ $ref: 'e0' }, 'on', 'off'] }, {}, { $evaluators: doubling })).toMatchObject({
    contexts: 0,
  });
});

it('refuses a rule that a large evaluator makes too large to be asked', () => {
  const large = { or: Array.from({ length: 240 }, (_, index) => ({ '==': [v('id'), `c-${index}`] })) };
  const { findings } = evaluated(
    { if: [{ or: Array.from({ length: 240 }, () => ({ $ref: 'large' })) }, 'on', 'off'] },
    {},
    { $evaluators: { large } },
  );
  expect(findings).toEqual([
    expect.objectContaining({ kind: 'failure', says: expect.stringContaining('more than 20000 operations') }),
  ]);
});

it('refuses a rule that a long list makes too large, because it refers to it again and again', () => {
  const list = Array.from({ length: 14_000 }, (_, index) => `c-${10_000 + index}`);
  const long = { in: [v('id'), list] };
  const referring = (times: number) =>
    evaluated(
      { if: [{ or: Array.from({ length: times }, () => ({ $ref: 'long' })) }, 'on', 'off'] },
      {},
      { $evaluators: { long } },
    ).findings.map(({ says }) => says);
  expect(referring(480)).toEqual([expect.stringContaining('more than 1000000 characters')]);
  expect(referring(2)).not.toContainEqual(expect.stringContaining('characters'));
});

it('has nothing to ask where nothing is targeted', () => {
  expect(evaluated(undefined)).toEqual({ evaluator: EVALUATOR, contexts: 0, findings: [] });
  expect(evaluate({ flagKey: 'x', document: null, offVariant: null })).toMatchObject({ contexts: 0 });
});

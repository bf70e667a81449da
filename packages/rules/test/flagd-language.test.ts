import type { Envelope } from '@flaghoist/core/envelope';
import { exampleEnvelope, withDocument } from '../lib/examples/envelope.ts';
import { validate } from '../lib/validate.ts';

const a = { var: 'a' };
const is = (value: string) => ({ '==': [a, value] });
const on = (condition: unknown) => ({ if: [condition, 'on', 'off'] });

const errors = (envelope: Envelope): readonly string[] =>
  validate(envelope, ['change', 'standing'])
    .violations.filter(({ severity }) => severity === 'error')
    .map(({ ruleId }) => ruleId);

const variants = { on: 'a', off: 'b', true: 'c', 1: 'd' };
const asking = (targeting: unknown): Envelope => exampleEnvelope(withDocument({ variants, targeting }));

// Each form was asked of flagd-core 4.0.1: its schema takes it, and it evaluates as written.
it.each([
  ['if without an else', { if: [is('x'), 'on'] }],
  ['if with two conditions and no else', { if: [is('x'), 'on', is('y'), 'off'] }],
  ['if, else if, else', { if: [is('x'), 'on', is('y'), 'off', null] }],
  ['if with many branches', { if: [is('x'), 'on', is('y'), 'off', is('z'), true, is('w'), 'on', 'off'] }],
  ['/', on({ '<': [{ '/': [a, 4] }, 0.8] })],
  ['! without a list', on({ '!': a })],
  ['!! without a list', on({ '!!': a })],
  ['! in a list', on({ '!': [a] })],
  ['- of three', on({ '>': [{ '-': [a, 2, 1] }, 5] })],
  ['- of one', on({ '>': [{ '-': [a] }, -5] })],
  ['+ of one', on({ '>': [{ '+': [a] }, 5] })],
  ['< between', on({ '<': [1, a, 5] })],
  ['reduce with a start', on({ '>': [{ reduce: [a, { '+': [{ var: 'current' }, { var: 'accumulator' }] }, 0] }, 3] })],
  ['one bucket', { fractional: [{ var: 'targetingKey' }, ['on', 100]] }],
  ['one bucket without a weight', { fractional: [['on']] }],
  [
    'buckets named by true and a number',
    {
      fractional: [
        [true, 50],
        [1, 50],
      ],
    },
  ],
  [
    'a bucket of the default variant',
    {
      fractional: [
        ['on', 10],
        [null, 90],
      ],
    },
  ],
])('%s is flagd’s language', (_form, targeting) => {
  expect(errors(asking(targeting))).toEqual([]);
});

// … its schema refuses it, or it answers nothing that was written.
it.each([
  ['if without arguments', { if: [] }, 'FH-TARGET-05'],
  ['if without a list', { if: a }, 'FH-TARGET-05'],
  ['/ of three', on({ '<': [{ '/': [a, 4, 2] }, 1] }), 'FH-TARGET-05'],
  ['* of one', on({ '<': [{ '*': [a] }, 1] }), 'FH-TARGET-05'],
  ['== of one', on({ '==': [a] }), 'FH-TARGET-05'],
  ['== of three', on({ '==': [a, 1, 1] }), 'FH-TARGET-05'],
  ['< of four', on({ '<': [1, a, 3, 4] }), 'FH-TARGET-05'],
  ['- without a list', on({ '<': [{ '-': a }, 1] }), 'FH-TARGET-05'],
  ['! with a second condition, which is ignored', on({ '!': [is('x'), is('y')] }), 'FH-TARGET-05'],
  ['reduce without a start', on({ '>': [{ reduce: [a, { '+': [1, 2] }] }, 3] }), 'FH-TARGET-05'],
  ['an operator of JsonLogic that flagd has not', on({ log: a }), 'FH-TARGET-03'],
  ['no bucket', { fractional: [a] }, 'FH-ROLLOUT-01'],
  ['a bucket that is no variant', { fractional: [[false, 50]] }, 'FH-ROLLOUT-02'],
  ['an else that is no variant', { if: [is('x'), 'on', is('y'), 'off', 'nobody'] }, 'FH-TARGET-14'],
])('%s is refused', (_form, targeting, ruleId) => {
  expect(errors(asking(targeting))).toContain(ruleId);
});

it('keeps its old answer for flags that were accepted before: reduce could begin with nothing', () => {
  const targeting = on({ '>': [{ reduce: [a, { '+': [1, 2] }] }, 3] });
  const old = exampleEnvelope({ ...withDocument({ variants, targeting }), rulesVersion: 1 });
  expect(validate(old, ['standing']).violations).toEqual([]);
});

it('says how an argument is written, as that operator has it', () => {
  const hintOf = (targeting: unknown) => validate(asking(targeting), ['standing']).violations[0];
  expect(hintOf(on({ '!': [a, a] }))).toMatchObject({
    message: '"!" has 2 arguments; expected a list of 1.',
    hint: 'Write { "!": [argument] }; join several conditions with "and" first.',
  });
  expect(hintOf(on({ '==': [a] }))?.message).toBe('"==" has 1 argument; expected a list of 2.');
});

describe('a chain of else-ifs', () => {
  const ids = (targeting: unknown) =>
    validate(asking(targeting), ['change']).violations.filter(({ ruleId }) => ruleId.startsWith('FH-TARGET-'));

  it('has no condition that is always the same', () => {
    expect(ids({ if: [is('x'), 'on', true, 'off', 'on'] })).toMatchObject([
      { ruleId: 'FH-TARGET-17', pointer: '/document/targeting/if/2' },
    ]);
  });

  it('ends with two answers that differ', () => {
    expect(ids({ if: [is('x'), 'off', is('y'), 'on', 'on'] })).toMatchObject([{ ruleId: 'FH-TARGET-18' }]);
    expect(ids({ if: [is('x'), 'off', is('y'), 'on'] })).toEqual([]);
  });
});

it.each([[undefined], [null], ['']])(
  'a default variant may be left to the callers’ code (%j), with a warning',
  (defaultVariant) => {
    const found = validate(exampleEnvelope(withDocument({ defaultVariant })), ['change', 'standing']).violations;
    expect(found.map(({ ruleId, severity }) => `${severity} ${ruleId}`)).toEqual(['warning FH-VARIANT-17']);
  },
);

it('a variant may have any name that is seen, with a warning where a query must escape it', () => {
  const named = (name: string) =>
    validate(
      exampleEnvelope(
        withDocument({ variants: { on: 1, off: 0, [name]: 2 }, targeting: { if: [is('x'), 'on', name] } }),
      ),
      ['change', 'standing'],
    ).violations.map(({ ruleId, severity }) => `${severity} ${ruleId}`);
  expect(named('10%')).toEqual(['warning FH-VARIANT-18']);
  expect(named('groß')).toEqual(['warning FH-VARIANT-18']);
  expect(named('half ')).toEqual(['error FH-VARIANT-05']);
});

describe('a message says what flagd has instead', () => {
  const messages = (members: Record<string, unknown>) =>
    validate(exampleEnvelope(withDocument(members)), ['standing']).violations.map(({ message, hint }) => [
      message,
      hint,
    ]);

  it('of variants that are all arrays', () => {
    expect(messages({ variants: { on: ['1'], off: [] } })[0]).toEqual([
      'The variant is of type array; expected a boolean, text, a number or an object.',
      'flagd serves no arrays: put the list into an object, such as { "values": [] }.',
    ]);
  });

  it('of a weight that is no share', () => {
    const weighing = (weight: unknown) =>
      messages({
        targeting: {
          fractional: [
            ['on', weight],
            ['off', 100],
          ],
        },
      })[0]?.[1];
    expect([-50, '25', null].map(weighing)).toEqual(
      Array(3).fill('Write a whole number; 0 for a bucket that nobody is drawn into.'),
    );
    expect(weighing(0.5)).toBe('Multiply all weights by ten for finer shares.');
  });

  it('of an attribute, by its name', () => {
    expect(messages({ targeting: on({ sem_ver: [{ var: 'app' }, '>=', 'v1.0.0'] }) })[0]?.[0]).toMatch(
      /^It compares the attribute "app" ">=" "v1\.0\.0"; /,
    );
  });
});

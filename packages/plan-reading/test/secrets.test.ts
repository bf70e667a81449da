import fc from 'fast-check';
import { treeOf } from '../lib/normalise-value.ts';
import { readPlan } from '../lib/plan.ts';
import { secretMarks } from '../lib/secret-marks.ts';
import { secretsIn, secretsOfPlans, withoutSecrets } from '../lib/secrets.ts';
import { planText, resource } from './plan-text.ts';

it('finds marked texts wherever they stand, but not those that are too short to be told from others', () => {
  const value = { a: ['a long secret'], policy: '{"key":"another secret"}', pin: '1234567', open: 'not a secret' };
  const marks = { sensitive: { a: [true], policy: true, pin: true } };
  expect(secretsIn([treeOf(value, marks)])).toEqual(new Set(['a long secret', 'another secret']));
});

it('hides each line of a secret that has several, as a decoded text is shown by its lines', () => {
  const key = '-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nabc\n';
  const secrets = secretsIn([treeOf({ key }, { sensitive: { key: true } })]);
  expect(withoutSecrets('line 2 is MIIEvQIBADANBgkq', secrets)).toBe('line 2 is (sensitive)');
  expect(withoutSecrets('abc', secrets)).toBe('abc');
});

it('finds what any version, the state, an output or an input marks', () => {
  const change = (before: string, after: string, marks: object) => ({ actions: ['update'], before, after, ...marks });
  const plan = readPlan(
    planText({
      variables: { password: { value: 'secret of an input' }, size: { value: 'not one, really' } },
      configuration: { root_module: { variables: { password: { sensitive: true }, size: {} } } },
      resource_drift: [
        { ...resource('aws_x.a'), change: change('before drift', 'after drift', { before_sensitive: true }) },
      ],
      resource_changes: [
        { ...resource('aws_x.a'), change: change('before plan', 'after plan', { after_sensitive: true }) },
      ],
      output_changes: { out: change('output before', 'output after', { after_sensitive: true }) },
      prior_state: {
        values: {
          root_module: {
            resources: [{ ...resource('aws_x.b'), values: { a: 'secret of a state' }, sensitive_values: { a: true } }],
          },
        },
      },
    }),
    'the plan',
  );
  expect([...secretsOfPlans([plan])].sort()).toEqual([
    'after drift',
    'after plan',
    'before drift',
    'before plan',
    'output after',
    'output before',
    'secret of a state',
    'secret of an input',
  ]);
});

it('hides a secret that begins with another one in full', () => {
  const secrets = new Set(['s3cr3t-value', 's3cr3t-value-2']);
  expect(withoutSecrets('key s3cr3t-value-2', secrets)).toBe('key (sensitive)');
});

it('hides a secret also as JSON writes it', () => {
  expect(withoutSecrets(JSON.stringify({ a: 'say "cheese"' }), new Set(['say "cheese"']))).toBe('{"a":"(sensitive)"}');
});

it('hides secrets that overlap, and leaves nothing of either', () => {
  expect(withoutSecrets('<abcdefghijkl> <ijklmnopqrs>', new Set(['abcdefgh', 'efghijkl']))).toBe(
    '<(sensitive)> <ijklmnopqrs>',
  );
  expect(withoutSecrets('secret-1secret-2', new Set(['secret-1', 'secret-2']))).toBe('(sensitive)(sensitive)');
});

it('leaves none of many secrets in any text', () => {
  const secret = fc.string({ minLength: 8, maxLength: 12, unit: fc.constantFrom('a', 'b', '"') });
  fc.assert(
    fc.property(
      fc.array(secret, { minLength: 1, maxLength: 20 }),
      fc.string({ unit: fc.constantFrom('a', 'b', '"'), maxLength: 80 }),
      (secrets, text) => {
        const shown = withoutSecrets(text, new Set(secrets));
        expect(shown.split('(sensitive)').filter((part) => secrets.some((each) => part.includes(each)))).toEqual([]);
        expect(withoutSecrets('', new Set(secrets))).toBe('');
      },
    ),
  );
});

describe('a common word that is marked', () => {
  const marked = (value: string, others: readonly object[] = []) =>
    readPlan(
      planText({
        prior_state: {
          values: {
            root_module: {
              resources: [
                { ...resource('aws_x.p'), values: { value: value }, sensitive_values: { value: true } },
                ...others,
              ],
            },
          },
        },
      }),
      'the plan',
    );
  const other = (name: string, values: object) => ({ ...resource(`aws_x.${name}`), values });

  it.each([
    ['a region', 'us-west-2', []],
    ['a part of a name', 'production', [other('a', { name: 'production-flags-cluster' })]],
    ['a part of an ARN', 'control-plane', [other('a', { arn: 'arn:aws:ecs:eu-west-1:1:cluster/control-plane' })]],
    ['a part of an address', 'database', [other('database', {})]],
    ['the name of an attribute', 'description', [other('a', { description: '' })]],
    [
      'a word of several settings',
      'disabled',
      [other('a', { logging: 'disabled', status: 'disabled', mode: [{ state: 'disabled' }] })],
    ],
  ])('is not hidden everywhere when it is %s', (_case, word, others) => {
    expect([...secretsOfPlans([marked(word, others)])]).toEqual([]);
  });

  it.each([
    ['stands in another value', 'hunter2-hunter2', [other('a', { environment: 'PASSWORD=hunter2-hunter2' })]],
    [
      'is the same attribute of many',
      'hunter2-hunter2',
      ['a', 'b', 'c', 'd'].map((name) => other(name, { password: 'hunter2-hunter2' })),
    ],
    ['is no plain word', 'x9$kQ-2!mmZ', [other('a', { a: 'x9$kQ-2!mmZ', b: 'x9$kQ-2!mmZ', c: 'x9$kQ-2!mmZ' })]],
    ['is only a part of a longer word', 'product1', [other('a', { name: 'product1on-flags' })]],
    [
      'is marked in the other name, too',
      'production',
      [{ ...other('a', { name: 'production' }), sensitive_values: { name: true } }],
    ],
  ])('stays hidden everywhere when it %s', (_case, word, others) => {
    expect([...secretsOfPlans([marked(word, others)])]).toEqual([word]);
  });
});

describe('marks of several versions', () => {
  it('hold in all of them', () => {
    expect(secretMarks([{ a: true }, { b: { c: true } }])({ a: 1, b: { c: 2, d: 3 } })).toEqual({
      a: true,
      b: { c: true },
    });
  });

  it('hold in every element, because elements change places', () => {
    expect(secretMarks([{ list: [{}, { k: true }] }])({ list: [{ k: 1 }, { k: 2 }, {}] })).toEqual({
      list: [{ k: true }, { k: true }, { k: true }],
    });
  });

  it('are none where nothing is marked', () => {
    expect(secretMarks([{ a: false, list: [] }, undefined])({ a: 1 })).toBe(false);
  });
});

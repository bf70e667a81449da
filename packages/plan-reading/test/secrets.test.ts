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

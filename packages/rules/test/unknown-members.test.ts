import { exampleEnvelope, withDocument } from '../lib/examples/envelope.ts';
import { misspelt } from '../lib/misspelt.ts';
import { validate } from '../lib/validate.ts';

const found = (members: Record<string, unknown>) =>
  validate(exampleEnvelope(withDocument(members)), ['change', 'standing']).violations.map(
    ({ ruleId, severity, pointer }) => `${severity} ${ruleId} ${pointer}`,
  );

it.each([
  ['targetting'],
  ['Targeting'],
  ['target_ing'],
  ['variantes'],
  ['default_variant'],
  ['defaultVarient'],
  ['metdata'],
])('%s is taken for a misspelling', (name) => {
  expect(found({ [name]: {} })).toEqual([`error FH-DOC-05 /document/${name}`]);
});

it.each([['description'], ['key'], ['stage'], ['status'], ['name'], ['owner'], ['tags'], ['x'.repeat(128)]])(
  '%.20s is a name of its own',
  (name) => {
    expect(found({ [name]: '' })).toEqual([expect.stringMatching(/^warning FH-DOC-15 /)]);
  },
);

it('a name that is cut short, or a little like one, is a misspelling where that one is missing', () => {
  const known = ['state', 'variants', 'defaultVariant', 'targeting', 'metadata'];
  const meant = (name: string, ...others: string[]) => misspelt(name, known, [name, ...others]);
  expect(['default', 'target', 'stat', 'variant'].map((name) => meant(name))).toEqual([
    'defaultVariant',
    'targeting',
    'state',
    'variants',
  ]);
  expect([meant('default', 'defaultVariant'), meant('stat', 'state'), meant('rules')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

it('keeps its old answer about the source of a flag that was accepted before', () => {
  const source = { $evaluator: {} };
  const ids = (rulesVersion: number) =>
    validate(exampleEnvelope({ source, rulesVersion }), ['standing']).violations.map(({ ruleId }) => ruleId);
  expect(ids(1)).toEqual([]);
  expect(ids(2)).toEqual(['FH-DOC-05']);
});

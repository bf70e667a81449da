import { exampleDocument, exampleEnvelope, withFacts } from '../lib/examples/envelope.ts';
import { validate } from '../lib/validate.ts';

const policy = { version: 1, residencies: [{ name: 'eu', regions: [...exampleEnvelope().regions] }] };

const broken = (metadata: Record<string, string>, service: object): readonly string[] =>
  validate(
    exampleEnvelope({
      ...withFacts({
        services: [{ name: 'cards', owner: 'payments', cell: 'cell-1', ...service }],
        before: null,
        policy,
      }),
      audience: ['cards'],
      document: { ...exampleDocument, metadata },
    }),
    ['change'],
  ).violations.map(({ ruleId }) => ruleId);

it.each(['confidential', 'restricted'])('a service that was never assessed gets no %s flag', (dataClass) => {
  expect(broken({ dataClass }, {})).toEqual(['FH-AUDIENCE-11']);
  expect(broken({ dataClass }, { dataClass: 'restricted' })).toEqual([]);
});

it.each(['public', 'internal'])('a service that was never assessed may have a %s flag', (dataClass) => {
  expect(broken({ dataClass }, {})).toEqual([]);
});

it('a service that nobody has registered for a residency gets none of its flags', () => {
  expect(broken({ residency: 'eu' }, {})).toEqual(['FH-AUDIENCE-09']);
  expect(broken({ residency: 'eu' }, { residencies: ['eu'] })).toEqual([]);
  expect(broken({}, {})).toEqual([]);
});

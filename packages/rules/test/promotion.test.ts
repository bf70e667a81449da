import { archival, exampleDocument, exampleEnvelope, type Patch, withFacts } from '../lib/examples/envelope.ts';
import { validate } from '../lib/validate.ts';

const { evidence: asking } = withFacts({
  upstream: 'unreachable',
  policy: { version: 1, environments: ['dev', 'staging', 'prod'], promotionRequired: true },
});

const said = (patch: Patch): readonly string[] =>
  validate(exampleEnvelope(patch), ['change', 'standing']).violations.map(
    ({ ruleId, message }) => `${ruleId} ${message}`,
  );

describe('when the environment before cannot be asked', () => {
  it('nothing is promoted, and that is what is said', () => {
    expect(said({ evidence: asking })).toEqual(['FH-PROMOTE-03 "staging" could not be asked.']);
  });

  it('nothing is archived', () => {
    const evidence = { ...asking, before: archival.evidence?.['before'] };
    expect(said({ ...archival, evidence })).toEqual(['FH-PROMOTE-11 "staging" could not be asked.']);
  });

  it('flags that need no promotion pass', () => {
    const document = { ...exampleDocument, metadata: { type: 'ops', reviewBy: '2026-01-01' } };
    expect(said({ evidence: asking, document })).toEqual([]);
  });
});

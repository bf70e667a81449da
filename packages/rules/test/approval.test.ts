import { exampleEnvelope, exampleEvidence, withChange } from '../lib/examples/envelope.ts';
import { validate } from '../lib/validate.ts';

const { proposalDigest = '' } = exampleEvidence;
const { accepted } = exampleEnvelope().at;
const HOUR = 3_600_000;

type Approval = NonNullable<ReturnType<typeof exampleEnvelope>['change']['approvals']>[number];

const said = (approval: Partial<Approval>): readonly string[] => {
  const given = { actor: 'noor', at: accepted - HOUR, proposalDigest, ...approval };
  const { violations } = validate(exampleEnvelope(withChange({ approvals: [given] })), ['change']);
  return violations.map(({ ruleId, pointer, message }) => `${ruleId} ${pointer} ${message}`);
};

describe('an approval', () => {
  it('of this very change is taken', () => {
    expect(said({})).toEqual([]);
  });

  it('that names nothing is refused: it would be good for any document', () => {
    const nothing = withChange({ approvals: [{ actor: 'noor', at: accepted - HOUR }] });
    expect(validate(exampleEnvelope(nothing), ['change']).violations).toMatchObject([
      { ruleId: 'FH-APPROVE-04', message: 'The approval by "noor" names nothing; this change is dddddddddddd….' },
    ]);
  });

  it('of another change is refused, and both are named', () => {
    expect(said({ proposalDigest: 'e'.repeat(64) })).toEqual([
      'FH-APPROVE-04 /change/approvals/0 The approval by "noor" names eeeeeeeeeeee…; this change is dddddddddddd….',
    ]);
  });

  it('may be dated ahead by what clocks differ, and no more', () => {
    expect(said({ at: accepted + 300_000 })).toEqual([]);
    expect(said({ at: accepted + 300_001 })).toEqual([
      'FH-APPROVE-05 /change/approvals/0 The approval is dated 2025-10-09T08:58Z, after the acceptance.',
    ]);
  });
});

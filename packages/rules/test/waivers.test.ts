import { exampleEnvelope, kill, type Patch, withDocument, withFacts, withPolicy } from '../lib/examples/envelope.ts';
import { readPolicy } from '../lib/policy.ts';
import { validateStanding } from '../lib/standing.ts';
import { validate } from '../lib/validate.ts';
import { covers, daysLeft, readWaivers, type Waiver, waiversFor, withUselessWaivers } from '../lib/waivers.ts';

const waiver: Waiver = {
  rule: 'FH-SAFE-10',
  flag: 'checkout.*',
  owner: 'payments',
  reason: 'The acquirer numbers its merchants like cards.',
  ticket: 'PAY-1042',
  approver: 'noor@bank.example',
  expires: '2025-12-31',
};
const card = withDocument({ variants: { on: '4111 1111 1111 1111', off: 'none' } });
const waived = (otherwise: Partial<Waiver> = {}): Patch => ({
  ...card,
  ...withFacts({ waivers: [{ ...waiver, ...otherwise }] }),
});
const judged = (patch: Patch): readonly string[] =>
  validate(exampleEnvelope(patch), ['change', 'standing']).violations.map(
    ({ ruleId, severity }) => `${ruleId} ${severity}`,
  );

describe('a waiver that is sealed into an envelope', () => {
  it('makes a warning of what its rule refuses, which names it', () => {
    expect(judged(card)).toEqual(['FH-SAFE-10 error']);
    expect(judged(waived())).toEqual(['FH-SAFE-10 warning']);
    const [violation] = validateStanding(exampleEnvelope(waived())).violations;
    expect(violation?.message).toContain('Waived until 2025-12-31 by PAY-1042.');
  });

  it.each<[string, Partial<Waiver>]>([
    ['another rule', { rule: 'FH-SAFE-11' }],
    ['another flag', { flag: 'ledger.*' }],
    ['a key that only begins alike', { flag: 'checkout' }],
  ])('does nothing when it is about %s', (_other, otherwise) => {
    expect(judged(waived(otherwise))).toEqual(['FH-SAFE-10 error']);
  });

  it('holds in every region for ever, also for a revert to it long after its end', () => {
    const long = { proposed: 1_960_000_000_000, accepted: 1_960_000_000_250 };
    for (const patch of [waived(), { ...waived({ expires: '2001-01-01' }), at: long }]) {
      expect(validateStanding(exampleEnvelope(patch)).violations.map(({ severity }) => severity)).toEqual(['warning']);
    }
  });

  it('is named from thirty days before its end on, at acceptance and nowhere else', () => {
    // Examples are accepted on 9 October 2025.
    expect(judged(waived({ expires: '2025-11-09' }))).toEqual(['FH-SAFE-10 warning']);
    const ending = exampleEnvelope(waived({ expires: '2025-11-08' }));
    const [notice] = validate(ending, ['change', 'standing']).violations;
    expect(notice).toMatchObject({ ruleId: 'FH-RULES-05', severity: 'warning' });
    expect(notice?.message).toContain('PAY-1042 from FH-SAFE-10 for checkout.* ends on 2025-11-08, in 30 days');
    expect(validateStanding(ending).violations.map(({ ruleId }) => ruleId)).toEqual(['FH-SAFE-10']);
  });

  it('is not named when its flag keeps the rule', () => {
    expect(judged(withFacts({ waivers: [{ ...waiver, expires: '2025-10-10' }] }))).toEqual([]);
  });

  it('waives none of the protocol’s own rules', () => {
    const forged: Patch = {
      ...withFacts({ waivers: [{ ...waiver, rule: 'FH-REV-02' }] }),
      previousEnvelopeDigest: 'f'.repeat(64),
    };
    expect(judged(forged)).toEqual(['FH-REV-02 error']);
    const lowered = withPolicy({ severities: [{ rule: 'FH-REV-02', severity: 'warning' }] });
    expect(judged({ ...lowered, previousEnvelopeDigest: 'f'.repeat(64) })).toEqual(['FH-REV-02 error']);
  });

  it('waives no firm rule, and no policy lowers it', () => {
    const drawing = withDocument({
      targeting: {
        fractional: [
          ['on', 50],
          ['off', 50],
        ],
      },
    });
    const others = { otherBucketings: [{ bucketing: 'v3' as const, services: ['cards'], count: 1 }] };
    const forged = { ...drawing, ...withFacts({ ...others, waivers: [{ ...waiver, rule: 'FH-ROLLOUT-21' }] }) };
    expect(judged(forged)).toEqual(['FH-ROLLOUT-21 error']);
    const { evidence } = withPolicy({ severities: [{ rule: 'FH-ROLLOUT-21', severity: 'warning' }] });
    expect(judged({ ...drawing, evidence: { ...evidence, ...others } })).toEqual(['FH-ROLLOUT-21 error']);
  });

  it('lets the rules be asked that build on the waived one', () => {
    const two = withDocument({
      variants: { on: `ghp_${'a1B2'.repeat(9)}`, off: 'none' },
      metadata: { password: 'hunter22' },
    });
    expect(judged(two)).toEqual(['FH-SAFE-07 error']);
    const open = { ...two, ...withFacts({ waivers: [{ ...waiver, rule: 'FH-SAFE-07' }] }) };
    expect(judged(open)).toEqual(expect.arrayContaining(['FH-SAFE-07 warning', 'FH-SAFE-09 warning']));
  });

  it('goes along with a kill, which carries the document', () => {
    const killed = {
      ...kill,
      document: { state: 'ENABLED', variants: { on: '4111 1111 1111 1111', off: 'none' }, defaultVariant: 'off' },
    };
    const evidence = { ...waived().evidence };
    expect(
      validateStanding(exampleEnvelope({ ...killed, evidence })).violations.every(
        ({ severity }) => severity === 'warning',
      ),
    ).toBe(true);
  });
});

describe('the severity of a rule', () => {
  it('is the policy’s, in both directions, at every hop', () => {
    const lower = { ...card, ...withPolicy({ severities: [{ rule: 'FH-SAFE-10', severity: 'warning' }] }) };
    expect(validateStanding(exampleEnvelope(lower)).violations).toMatchObject([{ severity: 'warning' }]);
    const phone = withDocument({ variants: { on: '+49 30 1234567', off: 'none' } });
    expect(judged(phone)).toEqual(['FH-SAFE-13 warning']);
    expect(judged({ ...phone, ...withPolicy({ severities: [{ rule: 'FH-SAFE-13', severity: 'error' }] }) })).toEqual([
      'FH-SAFE-13 error',
    ]);
  });

  it('is error or warning: no policy switches a rule off', () => {
    expect(() => readPolicy({ severities: [{ rule: 'FH-SAFE-13', severity: 'off' }] })).toThrow('severity');
  });
});

describe('which waivers a change is accepted under', () => {
  const day = (text: string): number => Date.parse(`${text}T12:00Z`);
  const under = (now: number, actor = 'mia', flagKey = 'checkout.new-payment-form') =>
    waiversFor([waiver], { flagKey, actor, now });

  it('holds to the end of its last day, in UTC', () => {
    expect(under(day('2025-12-31'))).toEqual([waiver]);
    expect(under(Date.parse('2025-12-31T23:59:59.999Z'))).toEqual([waiver]);
    expect(under(Date.parse('2026-01-01T00:00Z'))).toEqual([]);
    expect(daysLeft(waiver, day('2025-12-31'))).toBe(0);
    expect(daysLeft(waiver, day('2026-01-01'))).toBe(-1);
  });

  it('holds only when it ends within a year', () => {
    expect(under(day('2024-12-30'))).toEqual([waiver]);
    expect(under(day('2024-12-29'))).toEqual([]);
    const { violations } = validate(exampleEnvelope(card), ['standing']);
    const who = { flagKey: 'checkout.new-payment-form', actor: 'mia', now: day('2024-12-29') };
    expect(withUselessWaivers(violations, [waiver], who)[0]?.hint).toContain(
      'ends on 2025-12-31, and one holds only when it ends within 366 days',
    );
  });

  it('is nobody’s own', () => {
    expect(under(day('2025-12-01'), 'Noor@bank.example ')).toEqual([]);
  });

  it('covers a key, or keys with one beginning', () => {
    expect(covers({ flag: 'checkout.*' }, 'checkout.form')).toBe(true);
    expect(covers({ flag: 'checkout.form' }, 'checkout.form')).toBe(true);
    expect(covers({ flag: 'checkout.form' }, 'checkout.former')).toBe(false);
    expect(covers({ flag: 'checkout.*' }, 'checkouts')).toBe(false);
  });

  it('says to a refused change why a waiver does not help it', () => {
    const { violations } = validate(exampleEnvelope(card), ['standing']);
    const who = { flagKey: 'checkout.new-payment-form', actor: 'mia' };
    const late = withUselessWaivers(violations, [waiver], { ...who, now: day('2026-02-01') });
    expect(late[0]?.hint).toContain('The waiver of PAY-1042 ended on 2025-12-31.');
    const own = withUselessWaivers(violations, [waiver], {
      ...who,
      actor: 'noor@bank.example',
      now: day('2025-12-01'),
    });
    expect(own[0]?.hint).toContain('approved by noor@bank.example, who makes the change');
    expect(withUselessWaivers(violations, [], { ...who, now: 0 })).toEqual(violations);
  });
});

describe('a list of waivers', () => {
  it.each<[string, Partial<Record<keyof Waiver, unknown>>, string]>([
    ['without a reason', { reason: '' }, 'reason'],
    ['without an approver', { approver: '' }, 'approver'],
    ['without a ticket', { ticket: '' }, 'ticket'],
    ['without an owner', { owner: '' }, 'owner'],
    ['without an end', { expires: 'never' }, 'expires'],
    ['with an end that there is not', { expires: '2026-02-30' }, 'expires'],
    ['for all flags', { flag: '*' }, 'flag'],
    ['for all flags that begin with a letter', { flag: 'c*' }, 'flag'],
    ['with a reason of blanks', { reason: ' '.repeat(12) }, 'reason'],
    ['with a ticket of blanks', { ticket: ' ' }, 'ticket'],
    ['from all rules', { rule: '*' }, 'rule'],
  ])('is refused %s', (_what, otherwise, named) => {
    expect(() => readWaivers({ waivers: [{ ...waiver, ...otherwise }] })).toThrow(named);
  });

  it('has each rule and flag once', () => {
    expect(readWaivers({ waivers: [waiver] })).toEqual([waiver]);
    expect(() => readWaivers({ waivers: [waiver, waiver] })).toThrow('waived for this flag already');
  });
});

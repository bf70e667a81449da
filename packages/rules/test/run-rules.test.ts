import { allRules } from '../lib/catalogue.ts';
import { exampleCurrent, exampleDocument, exampleEnvelope, exampleEvidence, kill } from '../lib/examples/envelope.ts';
import type { AnyRule, Rule } from '../lib/rule.ts';
import { refuses, runRules } from '../lib/run-rules.ts';
import { validateStanding } from '../lib/standing.ts';
import { standingRules } from '../lib/standing-rules.ts';
import { phasesAtAcceptance, validate } from '../lib/validate.ts';
import { RULES_VERSION } from '../lib/version.ts';

const ruleOf = (change: Partial<Rule>): Rule => ({
  id: 'FH-TEST-01',
  title: 'A rule of this test',
  rationale: 'To see the runner.',
  severity: 'error',
  appliesTo: 'all',
  phase: 'standing',
  since: 1,
  needs: [],
  after: [],
  check: () => [{ pointer: '/x', message: 'Found.', hint: 'Change it.' }],
  ...change,
});
const run = (...rules: AnyRule[]) => runRules(rules, exampleEnvelope(), ['standing']);
const idsOf = ({ violations }: { violations: readonly { ruleId: string }[] }) => violations.map(({ ruleId }) => ruleId);

it('returns all violations at once, by rule and place', () => {
  const envelope = exampleEnvelope({
    owner: '',
    document: { ...exampleDocument, state: 'on', variants: { b: 1, a: true, c: 'x' } },
  });
  const found = validate(envelope, ['change', 'standing']).violations.map(({ ruleId, pointer }) => [ruleId, pointer]);
  expect(found.toSorted()).toEqual(found);
  expect(found).toEqual(
    expect.arrayContaining([
      ['FH-DOC-03', '/document/state'],
      ['FH-KILL-01', '/offVariant'],
      ['FH-LIFE-01', '/owner'],
      ['FH-VARIANT-02', '/document/variants/b'],
      ['FH-VARIANT-02', '/document/variants/c'],
      ['FH-VARIANT-03', '/document/defaultVariant'],
    ]),
  );
});

it('skips what builds on a broken structure, and says so', () => {
  const { violations, skipped } = validateStanding(exampleEnvelope({ document: {} }));
  expect(violations.map(({ ruleId }) => ruleId)).toEqual(['FH-DOC-02']);
  expect(skipped.toSorted()).toEqual(skipped);
  expect(skipped).toEqual(
    expect.arrayContaining(['FH-DOC-03', 'FH-KILL-01', 'FH-KILL-02', 'FH-TARGET-01', 'FH-TARGET-02', 'FH-VARIANT-01']),
  );
  // Skipped itself, it is no ground to stand on either.
  expect(skipped).toEqual(expect.arrayContaining(['FH-VARIANT-02', 'FH-VARIANT-03']));
});

it('makes a violation of a rule that throws', () => {
  const thrower = ruleOf({
    check: () => {
      throw new Error('no');
    },
  });
  const result = run(thrower, ruleOf({ id: 'FH-TEST-02', after: ['FH-TEST-01'] }), ruleOf({ id: 'FH-TEST-03' }));
  expect(idsOf(result)).toEqual(['FH-RULES-01', 'FH-TEST-03']);
  expect(result.skipped).toEqual(['FH-TEST-02']);
});

it('stops a rule that takes too many steps, and gives the next one a full budget', () => {
  const endless = ruleOf({
    check: (subject) => {
      for (;;) subject.spend();
    },
  });
  const long = ruleOf({
    id: 'FH-TEST-02',
    check: (subject) => {
      subject.spend(200_000);
      return [];
    },
  });
  expect(idsOf(run(endless, long))).toEqual(['FH-RULES-02']);
});

it('fails closed when a fact is missing or malformed, naming it once', () => {
  const { policy: _policy, ...rest } = exampleEvidence;
  const found = validateStanding(
    exampleEnvelope({ evidence: { ...rest, current: { ...exampleCurrent, revision: 'two' } } }),
  );
  expect(found.violations.map(({ ruleId, pointer }) => [ruleId, pointer])).toEqual([
    ['FH-RULES-03', '/evidence/current'],
    ['FH-RULES-03', '/evidence/policy'],
  ]);
  const judged = standingRules.filter(({ appliesTo }) => appliesTo === 'all' || appliesTo.includes('updated'));
  const inNeed = judged.filter(({ needs }) => needs.includes('current') || needs.includes('policy'));
  expect(found.skipped).toEqual(expect.arrayContaining(inNeed.map(({ id }) => id)));
});

it('takes the default for a parameter that the sealed policy does not have yet', () => {
  const envelope = exampleEnvelope({ evidence: { ...exampleEvidence, policy: { version: 7 } } });
  expect(validateStanding(envelope).violations).toEqual([]);
});

it('does not judge an envelope by rules that came after it', () => {
  const newer = ruleOf({ since: RULES_VERSION + 1 });
  expect(idsOf(run(newer))).toEqual([]);
  expect(idsOf(runRules([newer], exampleEnvelope({ rulesVersion: RULES_VERSION + 1 }), ['standing']))).toEqual([
    'FH-TEST-01',
  ]);
});

it('judges an envelope by what a rule answered under its version', () => {
  const stricter = ruleOf({ changed: { version: 3, before: () => [] } });
  const looser = ruleOf({ id: 'FH-TEST-02', changed: { version: 3 }, check: () => [] });
  const under = (rulesVersion: number) =>
    idsOf(runRules([stricter, looser], exampleEnvelope({ rulesVersion }), ['standing']));
  expect(under(2)).toEqual([]);
  expect(under(3)).toEqual(['FH-TEST-01']);
  // What names no version is judged by the answers of today.
  expect(under(Number.NaN)).toEqual(['FH-TEST-01']);
});

it('reports a warning without refusing', () => {
  const result = run(ruleOf({ severity: 'warning' }));
  expect(result.violations).toHaveLength(1);
  expect(refuses(result)).toBe(false);
  expect(refuses(run(ruleOf({})))).toBe(true);
});

it('keeps the report small enough for an event, whatever was proposed', () => {
  const many = ruleOf({
    check: () =>
      Array.from({ length: 5_000 }, (_, place) => ({
        pointer: `/${place}/${'x'.repeat(9_000)}`,
        message: '\ud83d\ude00'.repeat(5_000),
        hint: 'Change it.',
      })),
  });
  const { violations } = run(many);
  expect(violations).toHaveLength(100);
  expect(violations.at(-1)?.ruleId).toBe('FH-RULES-04');
  expect(violations.every(({ pointer, message }) => pointer.isWellFormed() && message.isWellFormed())).toBe(true);
  expect(JSON.stringify(violations).length).toBeLessThan(200_000);
});

it('reports half a surrogate pair in a name as what UTF-8 has for it, since no event could carry it', () => {
  const envelope = exampleEnvelope({ document: { ...exampleDocument, metadata: { 'a\ud83d': 1 } } });
  const { violations } = validate(envelope, ['standing']);
  expect(violations).toMatchObject([{ ruleId: 'FH-DOC-08' }, { ruleId: 'FH-SAFE-03' }]);
  expect(violations.map(({ pointer }) => pointer)).toEqual(Array(2).fill('/document/metadata/a\ufffd'));
});

it('lets a kill pass without paperwork, but not without sense', () => {
  const phases = phasesAtAcceptance('killed');
  const hasty = exampleEnvelope({
    ...kill,
    change: { id: 'change-0003', actor: ' ', authentication: 'x', reason: '' },
  });
  expect(validate(hasty, phases).violations).toEqual([]);
  const unknown = exampleEnvelope({
    ...kill,
    revision: 1,
    previousEnvelopeDigest: null,
    evidence: { ...exampleEvidence, current: null },
  });
  expect(idsOf(validate(unknown, phases))).toEqual(['FH-KIND-01']);
});

it('is not fooled by what an object inherits', () => {
  const document = { state: 'ENABLED', variants: { on: true }, defaultVariant: 'toString' };
  expect(idsOf(validateStanding(exampleEnvelope({ document, offVariant: 'valueOf' })))).toEqual([
    'FH-KILL-01',
    'FH-VARIANT-03',
  ]);
});

it('gives the same answer in any order of the rules', () => {
  const phases = ['change', 'standing'] as const;
  const reversed = allRules.toReversed();
  for (const patch of [
    { flagKey: 'a--b', owner: '', offVariant: 'x' },
    { document: {} },
    { document: { variants: 1 } },
  ]) {
    const envelope = exampleEnvelope(patch);
    expect(runRules(reversed, envelope, phases)).toEqual(runRules(allRules, envelope, phases));
  }
});

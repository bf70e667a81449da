import { creation, exampleEnvelope, exampleEvidence } from '../lib/examples/envelope.ts';
import { lookalikesOf } from '../lib/families/key.ts';
import type { KeyStyle, Policy } from '../lib/policy.ts';
import { validate } from '../lib/validate.ts';

const found = (flagKey: string, policy: Partial<Policy> = {}, rulesVersion = 2) =>
  validate(
    exampleEnvelope({
      ...creation,
      flagKey,
      rulesVersion,
      evidence: { ...exampleEvidence, current: null, before: null, knownGood: null, policy: { version: 1, ...policy } },
    }),
    ['change', 'standing'],
  ).violations.map(({ ruleId }) => ruleId);

it.each([['newWelcomeBanner'], ['IBANCheck'], ['Checkout.newForm'], ['iso-20022'], ['s1p-pairing'], ['feature-store']])(
  '%s is a key',
  (key) => expect(found(key)).toEqual([]),
);

it('of capitals was none before', () => {
  expect(found('newWelcomeBanner', {}, 1)).toContain('FH-KEY-01');
});

it.each([['toString'], ['hasOwnProperty'], ['Constructor'], ['NULL'], ['valueOf']])(
  '%s means something else to programs, in any capitals',
  (key) => expect(found(key)).toContain('FH-KEY-03'),
);

it('is looked for in all ways to join its words', () => {
  const all = ['pay-now', 'pay.now', 'pay_now', 'paynow'];
  expect(lookalikesOf('payNow').toSorted()).toEqual(all);
  expect(lookalikesOf('PAY_NOW').toSorted()).toEqual(all);
  expect(lookalikesOf('pay.now').toSorted()).toEqual(['pay-now', 'pay_now', 'paynow']);
});

it('begins with words of the platform or a team also in capitals', () => {
  expect(found('flagdSync')).toEqual(['FH-KEY-04']);
  expect(found('cardsLimit', { keyNamespaces: [{ prefix: 'cards', owner: 'card-team' }] })).toEqual(['FH-KEY-12']);
});

it.each([
  ['lower-case', ['new-form', 'new_form', 'checkout.new-form'], 'newForm'],
  ['kebab-case', ['new-form', 'checkout.new-form'], 'new_form'],
  ['snake_case', ['new_form', 'checkout.new_form'], 'new-form'],
  ['camelCase', ['newForm', 'checkout.newForm', 'form'], 'new-form'],
] as [KeyStyle, string[], string][])('may have to be in %s, where the policy says so', (keyStyle, right, wrong) => {
  expect(right.flatMap((key) => found(key, { keyStyle }))).toEqual([]);
  expect(found(wrong, { keyStyle })).toEqual(['FH-KEY-15']);
});

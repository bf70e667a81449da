import { exampleEnvelope, type Patch, withDocument, withPolicy } from '../lib/examples/envelope.ts';
import { validate } from '../lib/validate.ts';

/** The rules about money that a flag breaks. */
const broken = (patch: Patch): readonly string[] => [
  ...new Set(
    validate(exampleEnvelope(patch), ['change', 'standing'])
      .violations.map(({ ruleId }) => ruleId)
      .filter((id) => id.startsWith('FH-MONEY')),
  ),
];
const values = (on: unknown, off: unknown, metadata: object = {}): Patch =>
  withDocument({ variants: { on, off }, metadata });
const from = (operator: string, codes: unknown): Patch =>
  withDocument({ targeting: { if: [{ [operator]: [{ var: 'country' }, codes] }, 'on', 'off'] } });

it.each<[string, Patch]>([
  ['a rate below zero', values('-0.50', '0.00', { valueKind: 'rate', unit: 'percent' })],
  ['an adjustment below zero', values('-2.50', '0.00', { valueKind: 'amount', unit: 'EUR' })],
  ['backups that are kept', values({ daily: 7, weekly: 4, monthly: 12 }, { daily: 1, weekly: 1, monthly: 1 })],
  ['a window of the night', values({ from: 22, to: 6 }, { from: 1, to: 2 })],
  ['a campaign', values({ currency: 'EUR', from: '2026-12-01', to: '2026-12-31' }, { currency: 'EUR' })],
  ['an exchange rate', values({ currency: 'EUR', from: 'EUR', to: 'USD' }, { currency: 'EUR' })],
  ['opening hours', values({ currency: 'EUR', from: '08:30', to: '17:00' }, { currency: 'EUR' })],
  ['alert levels', values({ levels: [{ threshold: 99.9 }, { threshold: 99 }] }, { levels: [{ threshold: 1 }] })],
  ['a crypto-asset', values({ currency: 'BTC' }, { currency: 'EUR' })],
  ['points', values({ currency: 'points', amount: 100 }, { currency: 'EUR', amount: 1 })],
  ['a stable coin', values({ currencies: ['USDC'] }, { currencies: [] })],
  ['the name of a country', values({ country: 'Germany' }, { country: 'France' })],
  ['small letters', from('in', ['us', 'de'])],
  ['three letters', from('in', ['DEU', 'FRA'])],
  ['the union', from('in', ['EU', 'CH'])],
  ['unknown', from('!=', 'unknown')],
])('has nothing against %s', (_what, patch) => {
  expect(broken(patch)).toEqual([]);
});

it.each<[string, Patch, string]>([
  ['a fee below zero', values('-9.90', '0.00', { valueKind: 'fee', unit: 'EUR' }), 'FH-MONEY-06'],
  ['a limit below zero', values({ currency: 'EUR', limit: -500 }, { currency: 'EUR' }), 'FH-MONEY-06'],
  ['a lower bound above the upper one', values({ min: 10, max: 5 }, { min: 1, max: 5 }), 'FH-MONEY-07'],
  ['limits that shrink with time', values({ currency: 'EUR', daily: 900, weekly: 500 }, {}), 'FH-MONEY-07'],
  ['an amount with a comma', values({ currency: 'EUR', from: '9,90' }, { currency: 'EUR' }), 'FH-MONEY-02'],
  ['a currency in small letters', values({ currency: 'eur' }, { currency: 'EUR' }), 'FH-MONEY-04'],
  ['a currency that is gone', values({ currency: 'HRK' }, { currency: 'EUR' }), 'FH-MONEY-04'],
  ['the sign of a currency', values({ currency: '€' }, { currency: 'EUR' }), 'FH-MONEY-04'],
  ['a name under the mark', values('Germany', 'DE', { valueKind: 'country' }), 'FH-MONEY-10'],
  ['UK', from('in', ['UK', 'FR']), 'FH-MONEY-10'],
])('finds %s', (_what, patch, id) => {
  expect(broken(patch)).toEqual([id]);
});

it('leaves rates, fees below zero and other assets to the policy', () => {
  const rate = values('-0.50', '0.00', { valueKind: 'rate', unit: 'percent' });
  expect(broken({ ...rate, ...withPolicy({ minRatePercent: 0 }) })).toEqual(['FH-MONEY-09']);
  const fee = values('-9.90', '0.00', { valueKind: 'fee', unit: 'EUR' });
  expect(broken({ ...fee, ...withPolicy({ negativeAmounts: true }) })).toEqual([]);
  const asset = values({ currency: 'XMR' }, { currency: 'EUR' });
  expect(broken(asset)).toEqual(['FH-MONEY-04']);
  expect(broken({ ...asset, ...withPolicy({ otherCurrencies: ['XMR'] }) })).toEqual([]);
});

describe('the mark that a policy demands', () => {
  const demand = { owners: [], keyPrefixes: [], services: [] };
  const limit = values({ maxAmount: 9_999_999_999, feeRate: 250 }, { maxAmount: 1, feeRate: 0 });

  it.each<[string, Patch, object]>([
    ['of an owner', { owner: 'treasury' }, { ...demand, owners: ['treasury'] }],
    ['of a key', { flagKey: 'limits.payout' }, { ...demand, keyPrefixes: ['limits'] }],
    ['of a service', { audience: ['ledger'] }, { ...demand, services: ['ledger'] }],
  ])('is asked %s', (_whose, patch, asked) => {
    const policy = withPolicy({ valueKindRequired: [asked as typeof demand] });
    expect(broken({ ...limit, ...patch, ...policy })).toContain('FH-MONEY-13');
    expect(broken({ ...values(true, false), ...patch, ...policy })).toEqual([]);
    expect(broken({ ...limit, ...policy })).toEqual([]);
  });
});

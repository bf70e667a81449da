import type { History } from './history.ts';

const config = (more: Record<string, unknown>) => ({ type: 'config', reviewBy: '2026-12-01', ...more });

const approved = (hoursAgo: number) => ({
  approvals: [{ actor: 'noor.haddad@example.com', at: Date.UTC(2026, 1, 3, 9) - hoursAgo * 3_600_000 }],
});

const people = [
  { actor: 'mia.keller@example.com', teams: ['team-payments'], roles: ['author'], human: true, active: true },
  { actor: 'noor.haddad@example.com', teams: ['team-risk'], roles: ['risk'], human: true, active: true },
];

/** Flags that carry amounts, rates, countries and times: what a financial company must not get wrong. */
export const values: Readonly<Record<string, History>> = {
  'fees.instant-transfer': [
    {
      document: {
        state: 'ENABLED',
        variants: { standard: '0.25', free: '0.00' },
        defaultVariant: 'standard',
        targeting: { if: [{ '==': [{ var: 'plan' }, 'premium'] }, 'free', 'standard'] },
        metadata: config({ valueKind: 'fee', unit: 'EUR' }),
      },
      offVariant: 'standard',
      change: approved(3),
      world: { people },
      policy: { approvalsRequired: 1, valueApproverRoles: ['risk'], moneyCaps: [{ currency: 'EUR', max: 25 }] },
    },
  ],
  'fees.card-replacement': [
    {
      document: {
        state: 'ENABLED',
        variants: { normal: 990, express: 2490 },
        defaultVariant: 'normal',
        targeting: { if: [{ '==': [{ var: 'delivery' }, 'express'] }, 'express', 'normal'] },
        metadata: config({ valueKind: 'fee', unit: 'EUR-minor' }),
      },
      offVariant: 'normal',
      owner: 'team-cards',
    },
    {
      document: {
        state: 'ENABLED',
        variants: { normal: 1090, express: 2490 },
        defaultVariant: 'normal',
        targeting: { if: [{ '==': [{ var: 'delivery' }, 'express'] }, 'express', 'normal'] },
        metadata: config({ valueKind: 'fee', unit: 'EUR-minor' }),
      },
      policy: { maxValueChangePercent: 20 },
    },
  ],
  'fees.foreign-exchange-table': [
    {
      document: {
        state: 'ENABLED',
        variants: {
          retail: {
            tiers: [
              { upTo: '1000', feePercent: '0.50', currency: 'EUR' },
              { upTo: '10000', feePercent: '0.35', currency: 'EUR' },
              { feePercent: '0.20', currency: 'EUR' },
            ],
          },
          corporate: {
            tiers: [
              { upTo: '50000', feePercent: '0.15', currency: 'EUR' },
              { feePercent: '0.08', currency: 'EUR' },
            ],
          },
        },
        defaultVariant: 'retail',
        targeting: { if: [{ '==': [{ var: 'segment' }, 'corporate'] }, 'corporate', 'retail'] },
        metadata: config({}),
      },
      offVariant: 'retail',
    },
  ],
  'limits.daily-transfer': [
    {
      document: {
        state: 'ENABLED',
        variants: { standard: 10_000, raised: 50_000, none: 0 },
        defaultVariant: 'standard',
        targeting: {
          if: [
            { '==': [{ var: 'verified' }, true] },
            'raised',
            { if: [{ '==': [{ var: 'blocked' }, true] }, 'none', 'standard'] },
          ],
        },
        metadata: config({ valueKind: 'limit', unit: 'EUR' }),
      },
      offVariant: 'none',
    },
  ],
  'limits.card': [
    {
      document: {
        state: 'ENABLED',
        variants: {
          adult: { currency: 'EUR', daily: 2_000, weekly: 5_000, monthly: 12_000 },
          youth: { currency: 'EUR', daily: 100, weekly: 300, monthly: 800 },
        },
        defaultVariant: 'youth',
        targeting: { if: [{ '>=': [{ var: 'age' }, 18] }, 'adult', 'youth'] },
        metadata: config({}),
      },
      offVariant: 'youth',
      owner: 'team-cards',
    },
  ],
  'thresholds.strong-authentication': [
    {
      document: {
        state: 'ENABLED',
        variants: { psd2: 30, strict: 0 },
        defaultVariant: 'psd2',
        targeting: { if: [{ '==': [{ var: 'risk' }, 'high'] }, 'strict', 'psd2'] },
        metadata: config({ valueKind: 'threshold', unit: 'EUR', regulation: 'RTS SCA, article 16' }),
      },
      offVariant: 'strict',
    },
  ],
  'thresholds.report-cash': [
    {
      document: {
        state: 'ENABLED',
        variants: {
          'euro-area': { currency: 'EUR', threshold: 10_000 },
          sweden: { currency: 'SEK', threshold: 110_000 },
        },
        defaultVariant: 'euro-area',
        targeting: { if: [{ '==': [{ var: 'country' }, 'SE'] }, 'sweden', 'euro-area'] },
        metadata: config({}),
      },
      offVariant: 'euro-area',
    },
  ],
  'rates.savings': [
    {
      document: {
        state: 'ENABLED',
        variants: { base: '1.25', loyal: '1.75' },
        defaultVariant: 'base',
        targeting: { if: [{ '>=': [{ var: 'yearsAsCustomer' }, 5] }, 'loyal', 'base'] },
        metadata: config({ valueKind: 'rate', unit: 'percent' }),
      },
      offVariant: 'base',
    },
  ],
  'rates.overdraft-bps': [
    {
      document: {
        state: 'ENABLED',
        variants: { standard: 899, hardship: 0 },
        defaultVariant: 'standard',
        targeting: { if: [{ in: [{ var: 'region' }, ['flooded']] }, 'hardship', 'standard'] },
        metadata: config({ valueKind: 'rate', unit: 'basis-points' }),
      },
      offVariant: 'standard',
    },
  ],
  'accounts.currencies': [
    {
      document: {
        state: 'ENABLED',
        variants: { home: 'EUR', swiss: 'CHF', british: 'GBP', japanese: 'JPY' },
        defaultVariant: 'home',
        targeting: {
          if: [
            { '==': [{ var: 'country' }, 'CH'] },
            'swiss',
            {
              if: [
                { in: [{ var: 'country' }, ['GB', 'IM', 'JE']] },
                'british',
                { if: [{ '==': [{ var: 'country' }, 'JP'] }, 'japanese', 'home'] },
              ],
            },
          ],
        },
        metadata: config({ valueKind: 'currency' }),
      },
      offVariant: 'home',
      owner: 'team-accounts',
    },
  ],
  'payments.cut-off': [
    {
      document: {
        state: 'ENABLED',
        variants: {
          sepa: { at: '16:30', cutOffTimeZone: 'Europe/Berlin' },
          fedwire: { at: '18:00', cutOffTimeZone: 'America/New_York' },
        },
        defaultVariant: 'sepa',
        targeting: { if: [{ '==': [{ var: 'scheme' }, 'fedwire'] }, 'fedwire', 'sepa'] },
        metadata: config({}),
      },
      offVariant: 'sepa',
    },
  ],
  'compliance.blocked-countries': [
    {
      document: {
        state: 'ENABLED',
        variants: {
          current: { countries: ['IR', 'KP', 'SY'] },
          extended: { countries: ['BY', 'IR', 'KP', 'RU', 'SY'] },
        },
        defaultVariant: 'extended',
        targeting: { if: [{ '==': [{ var: 'product' }, 'domestic'] }, 'current', 'extended'] },
        metadata: config({ dataClass: 'internal' }),
      },
      offVariant: 'extended',
    },
  ],
  'compliance.eu-data': [
    {
      document: {
        state: 'ENABLED',
        variants: { on: true, off: false },
        defaultVariant: 'on',
        metadata: { type: 'permission', reviewBy: '2026-12-01', residency: 'worldwide', dataClass: 'internal' },
      },
      audience: ['accounts', 'payments'],
      policy: { residencies: [{ name: 'worldwide', regions: ['eu-west-1', 'us-east-1', 'ap-southeast-2'] }] },
      world: {
        services: [
          {
            name: 'accounts',
            owner: 'team-accounts',
            cell: 'cell-1',
            state: 'serving',
            dataClass: 'confidential',
            residencies: ['worldwide'],
          },
          {
            name: 'payments',
            owner: 'team-payments',
            cell: 'cell-2',
            state: 'serving',
            dataClass: 'restricted',
            residencies: ['worldwide'],
          },
        ],
      },
    },
  ],
  'tax.withholding': [
    {
      document: {
        state: 'ENABLED',
        variants: { germany: '26.375', austria: '27.5', none: '0' },
        defaultVariant: 'none',
        targeting: {
          if: [
            { '==': [{ var: 'taxCountry' }, 'DE'] },
            'germany',
            { if: [{ '==': [{ var: 'taxCountry' }, 'AT'] }, 'austria', 'none'] },
          ],
        },
        metadata: config({ valueKind: 'rate', unit: 'percent' }),
      },
      offVariant: 'none',
    },
  ],
  'trading.hours': [
    {
      document: {
        state: 'ENABLED',
        variants: { on: true, off: false },
        defaultVariant: 'off',
        targeting: { if: [{ '<=': [9, { var: 'localHour' }, 17] }, 'on', 'off'] },
        metadata: config({}),
      },
      policy: {
        freezes: [{ name: 'Year end', from: '2026-12-18T00:00Z', to: '2027-01-04T06:00Z', owners: [], exceptions: [] }],
        changeHours: [{ days: [1, 2, 3, 4], from: '07:00', to: '15:00' }],
      },
    },
  ],
};

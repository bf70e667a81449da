import type { History } from './history.ts';

const toggle = (more: Record<string, unknown> = {}) => ({
  state: 'ENABLED',
  variants: { on: true, off: false },
  defaultVariant: 'off',
  ...more,
});

/** A release that is on for so many percent of all customers. */
const rollout = (percent: number, more: Record<string, unknown> = {}) =>
  toggle({
    targeting: {
      fractional: [
        ['on', percent],
        ['off', 100 - percent],
      ],
    },
    metadata: { type: 'release', expires: '2026-06-30', owner: 'team-payments' },
    ...more,
  });

const careful = { maxRolloutStepPercent: 50, widenFromKnownGoodOnly: true, minBakeSeconds: 3_600 };

/** Flags that bring something new to customers, a few at a time. */
export const releases: Readonly<Record<string, History>> = {
  'instant-payments-to-new-payees': [
    { document: toggle({ targeting: { if: [{ in: [{ var: 'channel' }, ['mobile', 'web']] }, 'on', 'off'] } }) },
  ],
  'statements.pdf-download': [{ document: toggle() }, { document: toggle({ defaultVariant: 'on' }) }],
  'payments.iso20022-addresses': [
    { document: rollout(1), policy: careful },
    { document: rollout(10), policy: careful },
    { document: rollout(50), policy: careful },
    { document: rollout(100), policy: careful },
    {
      document: toggle({
        defaultVariant: 'on',
        metadata: { type: 'release', expires: '2026-06-30', owner: 'team-payments' },
      }),
      policy: careful,
    },
    { kind: 'archived' },
  ],
  'cards.virtual-card': [
    {
      document: toggle({
        targeting: {
          if: [
            { in: [{ var: 'country' }, ['DE', 'AT', 'NL']] },
            {
              fractional: [{ cat: [{ var: '$flagd.flagKey' }, { var: 'customerId' }] }, ['on', 25], ['off', 75]],
            },
            'off',
          ],
        },
        metadata: { type: 'release', expires: '2026-05-31' },
      }),
      owner: 'team-cards',
    },
  ],
  'login.passkeys': [
    {
      document: toggle({
        targeting: {
          if: [
            {
              and: [
                { sem_ver: [{ var: 'appVersion' }, '>=', '7.2.0'] },
                { in: [{ var: 'platform' }, ['ios', 'android']] },
              ],
            },
            'on',
            'off',
          ],
        },
      }),
      owner: 'team-accounts',
    },
  ],
  'dashboard.new-charts': [
    {
      document: toggle({
        targeting: { if: [{ ends_with: [{ var: 'email' }, '@staff.example.com'] }, 'on', 'off'] },
        metadata: { type: 'release', expires: '2026-04-30' },
      }),
      policy: { emailDomains: ['staff.example.com'] },
    },
  ],
  'onboarding.flow': [
    {
      document: {
        state: 'ENABLED',
        variants: { classic: 'classic', guided: 'guided', express: 'express' },
        defaultVariant: 'classic',
        targeting: {
          fractional: [
            ['classic', 34],
            ['guided', 33],
            ['express', 33],
          ],
        },
        metadata: { type: 'experiment', expires: '2026-03-31', hypothesis: 'A guide halves the calls to support' },
      },
      offVariant: 'classic',
      owner: 'team-accounts',
    },
  ],
  'loans.early-access': [
    {
      document: toggle({
        targeting: {
          if: [
            { starts_with: [{ var: 'contract' }, 'LN-'] },
            { if: [{ '>=': [{ var: 'monthsAsCustomer' }, 12] }, 'on', 'off'] },
            'off',
          ],
        },
      }),
    },
  ],
  'spring.campaign': [
    {
      document: toggle({
        targeting: {
          if: [
            {
              and: [
                { '>=': [{ var: '$flagd.timestamp' }, 1_772_323_200] },
                { '<': [{ var: '$flagd.timestamp' }, 1_775_001_600] },
              ],
            },
            'on',
            'off',
          ],
        },
        metadata: { type: 'release', expires: '2026-04-15' },
      }),
    },
  ],
  'search.suggestions': [
    { document: toggle(), audience: ['accounts'] },
    { document: toggle(), audience: ['accounts', 'statements'], world: {} },
  ],
  'transfers.confirmation-of-payee': [
    {
      document: toggle({ targeting: { if: [{ '==': [{ var: 'scheme' }, 'sepa-instant'] }, 'on', 'off'] } }),
      prerequisites: ['payments.iso20022-addresses'],
      world: {
        prerequisites: [
          {
            flagKey: 'payments.iso20022-addresses',
            epoch: 1,
            revision: 4,
            flagState: 'live',
            audience: '*',
            type: 'boolean',
            proven: true,
            requires: [],
            depth: 1,
          },
        ],
      },
    },
  ],
  'portfolio.dark-mode': [
    { document: toggle() },
    { document: toggle({ defaultVariant: 'on' }) },
    { kind: 'rolled-back' },
    { document: toggle({ targeting: { if: [{ '==': [{ var: 'beta' }, true] }, 'on', 'off'] } }) },
  ],
  'kyc.video-ident': [
    { document: toggle({ defaultVariant: 'on' }), owner: 'team-accounts' },
    { kind: 'killed', change: { reason: 'The provider is down.' } },
    { kind: 'restored', document: toggle({ defaultVariant: 'on' }), change: { reason: 'The provider is back.' } },
  ],
  'cards.contactless-limit-screen': [
    { document: toggle({ defaultVariant: 'on' }), owner: 'team-cards' },
    { kind: 'killed', change: { reason: '', actor: 'on-call' }, hoursLater: 400 },
    { document: toggle({ targeting: { if: [{ '==': [{ var: 'country' }, 'FR'] }, 'on', 'off'] } }) },
    { kind: 'restored', document: toggle({ targeting: { if: [{ '==': [{ var: 'country' }, 'FR'] }, 'on', 'off'] } }) },
  ],
  'statements.paper-opt-out': [
    { document: toggle() },
    { kind: 'archived', change: { reason: 'Built in since release 12.' } },
    { kind: 'restored', document: toggle(), change: { reason: 'Archived by mistake.' } },
  ],
  'payments.bulk-upload': [
    {
      document: toggle({ targeting: { if: [{ $ref: 'corporate' }, 'on', 'off'] } }),
      source: {
        $evaluators: {
          corporate: { and: [{ '==': [{ var: 'segment' }, 'corporate'] }, { in: [{ var: 'country' }, ['DE', 'FR']] }] },
        },
        metadata: { flagSetId: 'payments' },
      },
    },
  ],
};

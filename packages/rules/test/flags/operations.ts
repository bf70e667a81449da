import type { History } from './history.ts';

const permanent = (type: string, more: Record<string, unknown> = {}) => ({ type, reviewBy: '2026-12-01', ...more });

const checked = {
  state: 'ENABLED',
  variants: { on: true, off: false },
  defaultVariant: 'on',
  metadata: permanent('ops', { dataClass: 'internal' }),
};

/** Flags that run the company's systems: switches, limits of load, settings. */
export const operations: Readonly<Record<string, History>> = {
  'payments.outgoing': [
    {
      document: {
        state: 'ENABLED',
        variants: { on: true, off: false },
        defaultVariant: 'on',
        metadata: permanent('kill-switch', { runbook: 'https://runbooks.example.com/payments-outgoing' }),
      },
    },
    { kind: 'killed', change: { reason: 'Duplicate bookings.', actor: 'on-call' } },
  ],
  'ledger.read-replica': [
    {
      document: {
        state: 'ENABLED',
        variants: { primary: 'primary', replica: 'replica' },
        defaultVariant: 'primary',
        targeting: { if: [{ in: [{ var: 'service' }, ['statements', 'accounts']] }, 'replica', 'primary'] },
        metadata: permanent('ops'),
      },
      offVariant: 'primary',
      owner: 'team-ledger',
    },
  ],
  'payments.request-rate': [
    {
      document: {
        state: 'ENABLED',
        variants: { normal: 250, reduced: 50, closed: 0 },
        defaultVariant: 'normal',
        targeting: {
          if: [
            { '==': [{ var: 'tier' }, 'batch'] },
            'reduced',
            { if: [{ '==': [{ var: 'tier' }, 'blocked'] }, 'closed', 'normal'] },
          ],
        },
        metadata: permanent('ops', { per: 'second' }),
      },
      offVariant: 'closed',
    },
  ],
  'ledger.retry-policy': [
    {
      document: {
        state: 'ENABLED',
        variants: {
          patient: { attempts: 6, firstDelayMs: 200, factor: 2, jitter: true },
          hasty: { attempts: 2, firstDelayMs: 50, factor: 1, jitter: true },
        },
        defaultVariant: 'patient',
        targeting: { if: [{ '==': [{ var: 'interactive' }, true] }, 'hasty', 'patient'] },
        metadata: permanent('config'),
      },
      offVariant: 'patient',
      owner: 'team-ledger',
    },
  ],
  'maintenance.banner': [
    {
      document: {
        state: 'ENABLED',
        variants: { none: '', planned: 'On Sunday from 02:00 to 04:00 UTC payments may take longer.' },
        defaultVariant: 'none',
        targeting: {
          if: [
            {
              and: [
                { '>=': [{ var: '$flagd.timestamp' }, 1_772_323_200] },
                { '<': [{ var: '$flagd.timestamp' }, 1_772_424_000] },
              ],
            },
            'planned',
            'none',
          ],
        },
        metadata: permanent('ops'),
      },
      offVariant: 'none',
    },
  ],
  'cards.log-level': [
    {
      document: {
        state: 'ENABLED',
        variants: { info: 'info', debug: 'debug' },
        defaultVariant: 'info',
        targeting: { if: [{ in: [{ var: 'instance' }, ['cards-7', 'cards-8']] }, 'debug', 'info'] },
        metadata: permanent('ops'),
      },
      offVariant: 'info',
      owner: 'team-cards',
      audience: ['cards'],
    },
  ],
  'accounts.cache-seconds': [
    {
      document: {
        state: 'ENABLED',
        variants: { short: 5, long: 300 },
        defaultVariant: 'long',
        targeting: {
          fractional: [
            ['short', 10],
            ['long', 90],
          ],
        },
        metadata: permanent('config'),
      },
      offVariant: 'short',
      owner: 'team-accounts',
    },
  ],
  'statements.languages': [
    {
      document: {
        state: 'ENABLED',
        variants: { all: { languages: ['de', 'en', 'fr', 'nl'] }, english: { languages: ['en'] } },
        defaultVariant: 'all',
        targeting: { if: [{ '==': [{ var: 'channel' }, 'api'] }, 'english', 'all'] },
        metadata: permanent('config'),
      },
      offVariant: 'english',
      owner: 'team-accounts',
    },
  ],
  'support.chat-hours': [
    {
      document: {
        state: 'ENABLED',
        variants: {
          weekdays: { opens: '08:00', closes: '20:00', timeZone: 'Europe/Berlin', weekend: false },
          always: { opens: '00:00', closes: '24:00', timeZone: 'UTC', weekend: true },
        },
        defaultVariant: 'weekdays',
        targeting: { if: [{ '==': [{ var: 'segment' }, 'corporate'] }, 'always', 'weekdays'] },
        metadata: permanent('config'),
      },
      offVariant: 'weekdays',
    },
  ],
  'reports.export-formats': [
    {
      document: {
        state: 'ENABLED',
        variants: {
          standard: { formats: ['csv', 'pdf'] },
          extended: { formats: ['csv', 'pdf', 'xlsx', 'mt940', 'camt053'] },
        },
        defaultVariant: 'standard',
        targeting: { if: [{ in: [{ var: 'plan' }, ['business', 'enterprise']] }, 'extended', 'standard'] },
        metadata: permanent('permission'),
      },
      offVariant: 'standard',
      owner: 'team-accounts',
    },
  ],
  'api.partner-endpoint': [
    {
      document: {
        state: 'ENABLED',
        variants: { current: 'https://api.partner.example/v2', next: 'https://api.partner.example/v3' },
        defaultVariant: 'current',
        targeting: { if: [{ '==': [{ var: 'canary' }, true] }, 'next', 'current'] },
        metadata: permanent('config'),
      },
      offVariant: 'current',
    },
  ],
  'ledger.double-entry-check': [
    { document: checked, owner: 'team-ledger', audience: ['ledger', 'payments'] },
    { document: checked, owner: 'team-payments', change: { reason: 'The check moves to the payments team.' } },
  ],
  'mobile.minimum-version': [
    {
      document: {
        state: 'ENABLED',
        variants: { supported: 'supported', outdated: 'outdated' },
        defaultVariant: 'supported',
        targeting: {
          if: [
            {
              or: [
                { sem_ver: [{ var: 'appVersion' }, '<', '6.0.0'] },
                { sem_ver: [{ var: 'osVersion' }, '<', '15.0.0'] },
              ],
            },
            'outdated',
            'supported',
          ],
        },
        metadata: permanent('config'),
      },
      offVariant: 'supported',
      owner: 'team-accounts',
    },
  ],
  'fraud.model-version': [
    {
      document: {
        state: 'ENABLED',
        variants: { stable: 'gradient-2025-11', candidate: 'gradient-2026-01' },
        defaultVariant: 'stable',
        targeting: {
          fractional: [{ cat: [{ var: '$flagd.flagKey' }, { var: 'accountId' }] }, ['candidate', 5], ['stable', 95]],
        },
        metadata: { type: 'experiment', expires: '2026-04-01' },
      },
      offVariant: 'stable',
      owner: 'team-payments',
    },
  ],
};

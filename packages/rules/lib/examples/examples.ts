import { DEFAULT_POLICY } from '../policy.ts';
import { after, archival, creation, exampleDocument, exampleEvidence, kill, type Patch } from './envelope.ts';

/** A flag that breaks one rule and no other, and its nearest neighbour that breaks none. */
export interface Example {
  readonly failing: Patch;
  readonly passing: Patch;
}

const document = (members: Record<string, unknown>): Patch => ({ document: { ...exampleDocument, ...members } });

const metadata = (value: unknown): Patch => document({ metadata: { note: value } });

const nested = (depth: number): unknown => (depth === 0 ? 'leaf' : { a: nested(depth - 1) });

const change = (members: Partial<NonNullable<Patch['change']>>): Patch => ({
  change: {
    id: 'change-0002',
    actor: 'mia',
    authentication: 'arn:aws:iam::123456789012:role/author',
    reason: 'Show the new form in Germany and France.',
    ...members,
  },
});

const revert: Patch = { kind: 'rolled-back', ...change({ causeId: 'change-0001' }) };

const audienceOf = (...names: string[]): Patch => ({
  audience: names,
  evidence: {
    ...exampleEvidence,
    services: ['cards', 'ledger'].map((name) => ({ name, owner: 'payments', cell: 'cell-1' })),
  },
});

const requiring = (...prerequisites: string[]): Patch => ({
  prerequisites,
  evidence: {
    ...exampleEvidence,
    prerequisites: [{ flagKey: 'ledger.v2', epoch: 1, revision: 4, flagState: 'live' }],
  },
});

const kilobytes = (count: number): string => 'x'.repeat(count * 1024);

const proposedAt = (proposed: number): Patch => ({ at: { proposed, accepted: 1_760_000_000_000 } });

/** By rule id. The catalogue shows them and the tests run them; the Lambdas do not carry them. */
export const examples: Readonly<Record<string, Example>> = {
  'FH-KEY-01': { failing: { flagKey: 'checkout--form' }, passing: { flagKey: 'checkout-form' } },
  'FH-KIND-01': {
    failing: { ...kill, ...after('archived') },
    passing: { ...kill, ...after('killed') },
  },
  'FH-KIND-02': {
    failing: after('killed'),
    passing: { ...after('killed'), document: kill.document ?? null, flagState: 'killed' },
  },
  'FH-REV-01': { failing: { revision: 3 }, passing: { revision: 2, epoch: 2 } },
  'FH-REV-02': { failing: { ...creation, previousEnvelopeDigest: 'b'.repeat(64) }, passing: creation },
  'FH-REV-03': { failing: change({ causeId: 'change-0001' }), passing: revert },
  'FH-DOC-01': { failing: { document: null }, passing: archival },
  'FH-DOC-02': { failing: { document: {} }, passing: document({}) },
  'FH-DOC-03': { failing: document({ state: 'enabled' }), passing: document({ state: 'DISABLED' }) },
  'FH-VARIANT-01': { failing: document({ variants: {} }), passing: document({ variants: { on: true, off: false } }) },
  'FH-VARIANT-02': {
    failing: document({ variants: { on: 1, off: '0' } }),
    passing: document({ variants: { on: 1, off: 0 } }),
  },
  'FH-VARIANT-03': {
    failing: document({ defaultVariant: 'constructor' }),
    passing: document({ defaultVariant: 'on' }),
  },
  'FH-VARIANT-04': {
    failing: document({ variants: { off: false } }),
    passing: document({ variants: { off: false, on: true } }),
  },
  'FH-KILL-01': { failing: { offVariant: 'disabled' }, passing: { offVariant: 'on' } },
  'FH-KILL-02': {
    failing: { ...kill, document: { ...kill.document, targeting: exampleDocument.targeting } },
    passing: { ...kill, document: { ...kill.document, targeting: {} } },
  },
  'FH-TARGET-01': { failing: document({ targeting: 'on' }), passing: document({ targeting: {} }) },
  'FH-TARGET-02': {
    failing: document({ targeting: nested(DEFAULT_POLICY.maxTargetingDepth + 1) }),
    passing: document({ targeting: nested(DEFAULT_POLICY.maxTargetingDepth) }),
  },
  'FH-AUDIENCE-01': { failing: audienceOf('cards', 'ledgers'), passing: audienceOf('cards', 'ledger') },
  'FH-PREREQ-01': {
    failing: requiring(...Array.from({ length: 11 }, () => 'ledger.v2')),
    passing: requiring(...Array.from({ length: 10 }, () => 'ledger.v2')),
  },
  'FH-PREREQ-02': { failing: requiring('ledger.v3'), passing: requiring('ledger.v2') },
  'FH-LIFE-01': { failing: { owner: ' ' }, passing: { owner: 'p' } },
  'FH-SAFE-01': { failing: metadata(JSON.parse('{"__proto__":1}')), passing: metadata(JSON.parse('{"proto":1}')) },
  'FH-SAFE-02': { failing: metadata('a\u0000b'), passing: metadata('a\tb') },
  'FH-SAFE-03': { failing: metadata('\ud83d'), passing: metadata('\ud83d\ude00') },
  'FH-SAFE-04': { failing: metadata(Number('1e999')), passing: metadata(1e308) },
  'FH-LIMIT-01': { failing: metadata(nested(62)), passing: metadata(nested(61)) },
  'FH-LIMIT-02': { failing: metadata(kilobytes(100)), passing: metadata(kilobytes(99)) },
  'FH-LIMIT-03': {
    failing: { source: Array.from({ length: 5 }, () => kilobytes(51)) },
    passing: { source: Array.from({ length: 5 }, () => kilobytes(50)) },
  },
  'FH-RECORD-01': { failing: change({ actor: ' ' }), passing: change({ actor: 'm' }) },
  'FH-RECORD-02': { failing: change({ reason: '\n' }), passing: change({ reason: 'Why not.' }) },
  'FH-RECORD-03': { failing: proposedAt(1_760_000_301_000), passing: proposedAt(1_760_000_300_000) },
};

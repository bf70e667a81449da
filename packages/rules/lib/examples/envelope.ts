import { digestOf } from '@flaghoist/core/canonical-json';
import { type Envelope, seal, type UnsealedEnvelope } from '@flaghoist/core/envelope';
import type { Evidence, SealedEvidence } from '../evidence.ts';
import type { Policy } from '../policy.ts';
import type { Proven } from '../proven.ts';
import type { Summary } from '../summary.ts';
import { RULES_VERSION } from '../version.ts';

const digest = (digit: string): string => digit.repeat(64);

/** The revision before the example: live, order 1.1. */
export const exampleCurrent = { epoch: 1, revision: 1, envelopeDigest: digest('a'), flagState: 'live' } as const;

export const exampleBefore: Summary = {
  acceptedAt: 1_759_000_000_000,
  topologyVersion: 1,
  changeId: 'change-0001',
  documentDigest: digest('c'),
  owner: 'payments',
  audience: '*',
  prerequisites: [],
  offVariant: 'off',
  offValue: digestOf(false),
  amounts: [],
  type: null,
  reach: [
    { variant: 'off', percent: 100 },
    { variant: 'on', percent: 100 },
  ],
  rollouts: [],
};

/** It shows everybody what the example shows some. */
export const exampleProven: Proven = {
  acceptedAt: 1_759_000_000_000,
  offVariant: 'off',
  audience: '*',
  rule: digest('e'),
  reach: [{ variant: 'on', atLeast: 1, atMost: 1 }],
};

export const exampleEvidence: SealedEvidence = {
  current: exampleCurrent,
  before: exampleBefore,
  knownGood: { epoch: 1, revision: 1, envelopeDigest: exampleCurrent.envelopeDigest },
  proven: exampleProven,
  services: [],
  otherBucketings: [],
  prerequisites: [],
  lookalikes: [],
  dependents: [],
  serviceCount: 156,
  rulesVersion: RULES_VERSION,
  proposalDigest: digest('d'),
  people: [],
  writer: { by: 'person', principal: 'AROAPRDAUTHOREXAMPLE3:mia' },
  missingApprovals: [],
  upstream: null,
  evaluation: null,
  policy: { version: 1 },
};

export const exampleDocument = {
  state: 'ENABLED',
  variants: { on: true, off: false },
  defaultVariant: 'off',
  targeting: { if: [{ in: [{ var: 'country' }, ['DE', 'FR']] }, 'on', 'off'] },
};

/** The envelope in which examples replace something; it breaks no rule. */
export const exampleBase: UnsealedEnvelope = {
  schema: 1,
  flagKey: 'checkout.new-payment-form',
  environment: 'prod',
  epoch: 1,
  revision: 2,
  kind: 'updated',
  flagState: 'live',
  document: exampleDocument,
  offVariant: 'off',
  audience: '*',
  departed: [],
  owner: 'payments',
  regions: ['eu-west-1', 'us-east-1'],
  topologyVersion: 1,
  rulesVersion: RULES_VERSION,
  evidence: exampleEvidence,
  change: {
    id: 'change-0002',
    actor: 'mia',
    authentication: 'arn:aws:iam::123456789012:role/author',
    reason: 'Show the new form in Germany and France.',
  },
  at: { proposed: 1_760_000_000_000, accepted: 1_760_000_000_250 },
  previousEnvelopeDigest: exampleCurrent.envelopeDigest,
};

/** What an example changes in the envelope that breaks no rule. The document's digest is computed unless it is named. */
export type Patch = Partial<Omit<Envelope, 'envelopeDigest'>>;

/** A flag that breaks one rule and no other, and its nearest neighbour that breaks none. */
export interface Example {
  readonly failing: Patch;
  readonly passing: Patch;
}

/** By rule id. A family exports a function that returns them, because a bundler drops that when nobody calls it. */
export type Examples = Readonly<Record<string, Example>>;

/** An update of a live flag, accepted, sealed, that breaks no rule, with some fields replaced. */
export const exampleEnvelope = (patch: Patch = {}): Envelope => patched(exampleBase, patch);

/** The same for another base. */
export const patched = (base: UnsealedEnvelope, { documentDigest, ...patch }: Patch): Envelope => {
  const sealed = sealedOrNot({ ...base, ...patch });
  if (documentDigest === undefined) return sealed;
  const { envelopeDigest: _sealed, ...content } = { ...sealed, documentDigest };
  return { ...content, envelopeDigest: digestOf(content) };
};

const sealedOrNot = (unsealed: UnsealedEnvelope): Envelope => {
  try {
    return seal(unsealed);
  } catch {
    // Some rules refuse what has no canonical form, and so no digest.
    return { ...unsealed, documentDigest: digest('0'), envelopeDigest: digest('0') };
  }
};

/** The first revision of a flag. */
export const creation: Patch = {
  kind: 'created',
  revision: 1,
  previousEnvelopeDigest: null,
  evidence: { ...exampleEvidence, current: null, before: null, knownGood: null, proven: null },
};

/** The revision that kills it. */
export const kill: Patch = {
  kind: 'killed',
  flagState: 'killed',
  document: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' },
};

/** The revision that archives it. */
export const archival: Patch = {
  kind: 'archived',
  flagState: 'archived',
  document: null,
  evidence: { ...exampleEvidence, before: { ...exampleBefore, reach: [{ variant: 'on', percent: 100 }] } },
};

/** Evidence that the flag was in another state before. */
export const after = (flagState: 'killed' | 'archived'): Pick<UnsealedEnvelope, 'evidence'> => ({
  evidence: { ...exampleEvidence, current: { ...exampleCurrent, flagState } },
});

/** The document with some members replaced. */
export const withDocument = (members: Record<string, unknown>): Patch => ({
  document: { ...exampleDocument, ...members },
});

export const withChange = (members: Partial<UnsealedEnvelope['change']>): Patch => ({
  change: { ...exampleBase.change, ...members },
});

/** Evidence with some facts replaced. */
export const withFacts = (facts: SealedEvidence): Pick<UnsealedEnvelope, 'evidence'> => ({
  evidence: { ...exampleEvidence, ...facts },
});

export const withPolicy = (parameters: Partial<Policy>): Pick<UnsealedEnvelope, 'evidence'> =>
  withFacts({ policy: { version: 1, ...parameters } });

/** A value that nests this many levels. */
export const nested = (depth: number): unknown => (depth === 0 ? 'leaf' : { a: nested(depth - 1) });

export const kilobytes = (count: number): string => 'x'.repeat(count * 1024);

type Prerequisite = NonNullable<Evidence['prerequisites']>[number];

/** Waits for live flags, some of whose members are replaced. */
export const requiring = (
  different: Partial<Prerequisite> = {},
  prerequisites = ['ledger.v2'],
  existing = ['ledger.v2'],
  policy: Partial<Policy> = {},
): Patch => ({
  prerequisites,
  ...withFacts({
    prerequisites: existing.map((flagKey) => ({
      flagKey,
      epoch: 1,
      revision: 4,
      flagState: 'live',
      audience: '*',
      type: 'boolean',
      proven: true,
      requires: [],
      depth: 1,
      ...different,
    })),
    policy: { version: 1, ...policy },
  }),
});

import type { ChangeRecord } from '../lib/change.ts';
import type { Envelope } from '../lib/envelope.ts';
import type { Proof } from '../lib/proof.ts';
import type { Proposal } from '../lib/proposal.ts';
import { type AcceptanceContext, buildRevision } from '../lib/revision.ts';
import type { MemberState, Topology } from '../lib/topology.ts';
import type { Verdict } from '../lib/verdict.ts';

interface Members {
  version?: number;
  regions?: Record<string, MemberState>;
  services?: Record<string, MemberState>;
}

export const topologyOf = ({
  version = 1,
  regions = { 'eu-west-1': 'serving', 'us-east-1': 'serving' },
  services = { billing: 'serving', search: 'serving', ledger: 'serving' },
}: Members = {}): Topology => ({
  version,
  home: 'eu-west-1',
  regions: Object.entries(regions).map(([name, state]) => ({ name, state })),
  services: Object.entries(services).map(([name, state]) => ({ name, state, cell: 'cell-1', owner: 'team' })),
});

export const proposalOf = (changed: Partial<Proposal> = {}): Proposal => ({
  flagKey: 'checkout.new-basket',
  kind: 'updated',
  basedOn: null,
  document: {
    state: 'ENABLED',
    variants: { on: true, off: false },
    defaultVariant: 'on',
    targeting: { if: [true, 'on'] },
  },
  offVariant: 'off',
  owner: 'team-checkout',
  change: { id: 'change-0001', actor: 'ada', authentication: 'local', reason: 'a test' },
  proposedAt: 1_700_000_000_000,
  ...changed,
});

export const revisionOf = (proposal: Partial<Proposal> = {}, context: Partial<AcceptanceContext> = {}): Envelope =>
  buildRevision(proposalOf(proposal), {
    written: { author: 'local:ada', proposedDigest: '0'.repeat(64) },
    environment: 'dev',
    epoch: 1,
    rulesVersion: 1,
    topology: topologyOf(),
    current: null,
    currentVerified: false,
    evidence: {},
    now: 1_700_000_001_000,
    ...context,
  });

export const recordWith = (revision: number, changed: Partial<ChangeRecord> = {}): ChangeRecord => ({
  changeId: `change-${revision}`,
  flagKey: 'flag',
  order: { epoch: 1, revision },
  kind: 'updated',
  flagState: 'live',
  state: 'accepted',
  envelopeDigest: `envelope-${revision}`,
  documentDigest: `document-${revision}`,
  regions: ['eu-west-1', 'us-east-1'],
  topologyVersion: 1,
  acceptedAt: revision,
  ...changed,
});

/** What a region says of a change that is just coming. */
export const proofWith = (region: string, verdict: Verdict, changed: Partial<Proof> = {}): Proof => ({
  region,
  verdict,
  services: [],
  degraded: [],
  look: 1,
  seenAt: 0,
  holding: verdict === 'consistent' ? 3 : 0,
  refusing: [],
  ...changed,
});

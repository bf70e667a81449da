import { approvedDigestOf } from '@flaghoist/core/approved-digest';
import { type Envelope, parseEnvelope, serialiseEnvelope } from '@flaghoist/core/envelope';
import type { Proposal } from '@flaghoist/core/proposal';
import { buildRevert, buildRevision } from '@flaghoist/core/revision';
import type { Topology } from '@flaghoist/core/topology';
import { type Evidence, facts, sealEvidence } from '../../lib/evidence.ts';
import { DEFAULT_POLICY, type Policy } from '../../lib/policy.ts';
import { provenOf } from '../../lib/proven.ts';
import { summaryOf } from '../../lib/summary.ts';
import { RULES_VERSION } from '../../lib/version.ts';

const ENVIRONMENT = 'prod';
const HOUR_MS = 3_600_000;
/** Tuesday, 3 February 2026, 09:00 UTC. */
const START = Date.UTC(2026, 1, 3, 9);

const service = (name: string, owner: string, cell = 'cell-1') => ({ name, owner, cell, state: 'serving' as const });

const topology: Topology = {
  version: 7,
  home: 'eu-west-1',
  regions: ['eu-west-1', 'us-east-1', 'ap-southeast-2'].map((name) => ({ name, state: 'serving' })),
  services: [
    service('accounts', 'team-accounts'),
    service('cards', 'team-cards'),
    service('ledger', 'team-ledger', 'cell-2'),
    service('payments', 'team-payments', 'cell-2'),
    service('statements', 'team-accounts', 'cell-3'),
  ],
};

/** What one change of a flag says; the rest stays as it is, or is that of a careful author. */
export interface Step {
  readonly kind?: Proposal['kind'] | 'rolled-back';
  readonly document?: Proposal['document'];
  readonly offVariant?: string;
  readonly audience?: Proposal['audience'];
  readonly owner?: string;
  readonly prerequisites?: string[];
  readonly change?: Partial<Proposal['change']>;
  readonly policy?: Partial<Policy>;
  /** Facts about the world around the flag. */
  readonly world?: Partial<Evidence>;
  /** What an import kept of the flag's file. */
  readonly source?: Record<string, unknown>;
  /** How long after the change before, in hours. */
  readonly hoursLater?: number;
}

/** A flag's changes, oldest first: at least its creation. */
export type History = readonly [Step, ...Step[]];

const evidenceFor = (step: Step, current: Envelope | null, now: number): Evidence => {
  const audience = step.audience ?? current?.audience ?? '*';
  return {
    current: current === null ? null : currentOf(current),
    before: current === null ? null : summaryOf(current),
    knownGood: current === null ? null : currentOf(current),
    proven: current === null ? null : provenOf(current, now, { ...DEFAULT_POLICY, ...step.policy }.assumedShare),
    services: topology.services.filter(({ name }) => audience !== '*' && audience.includes(name)),
    prerequisites: [],
    otherBucketings: [],
    lookalikes: [],
    dependents: [],
    serviceCount: topology.services.length,
    rulesVersion: RULES_VERSION,
    people: [],
    writer: { by: 'person', principal: 'AROAPRDAUTHOREXAMPLE3:mia.keller@example.com' },
    missingApprovals: [],
    upstream: null,
    evaluation: null,
    policy: { ...DEFAULT_POLICY, ...step.policy },
    ...step.world,
  };
};

const currentOf = ({ epoch, revision, envelopeDigest, flagState }: Envelope) => ({
  epoch,
  revision,
  envelopeDigest,
  flagState,
});

const proposed = (flagKey: string, index: number, step: Step, current: Envelope | null, now: number): Proposal => {
  const { policy: _policy, world: _world, hoursLater: _hours, kind = 'updated', ...parts } = step;
  return {
    flagKey,
    ...(current === null ? { offVariant: 'off', audience: '*' as const, owner: 'team-payments' } : {}),
    ...parts,
    kind: kind === 'rolled-back' || current === null ? 'created' : kind,
    basedOn: current === null ? null : { epoch: current.epoch, revision: current.revision },
    change: {
      id: `change-${String(index + 1).padStart(4, '0')}`,
      actor: 'mia.keller@example.com',
      authentication: 'arn:aws:sts::123456789012:assumed-role/flag-author/mia.keller@example.com',
      reason: 'Agreed on in the weekly release meeting.',
      ticket: 'PAY-1042',
      ...step.change,
    },
    proposedAt: now - 2_000,
  };
};

/** The proposal once those who approve it have said what they approve. */
const approved = (proposal: Proposal, proposalDigest: string): Proposal => {
  const { approvals, ...change } = proposal.change;
  if (approvals === undefined) return proposal;
  return { ...proposal, change: { ...change, approvals: approvals.map((each) => ({ ...each, proposalDigest })) } };
};

const accepted = (proposal: Proposal, step: Step, current: Envelope | null, now: number): Envelope => {
  const proposalDigest = approvedDigestOf(proposal, ENVIRONMENT);
  return buildRevision(approved(proposal, proposalDigest), {
    environment: ENVIRONMENT,
    epoch: 1,
    rulesVersion: RULES_VERSION,
    topology,
    current,
    currentVerified: true,
    evidence: sealEvidence({ ...evidenceFor(step, current, now), proposalDigest }, facts),
    now,
  });
};

/** The revisions that a flag's changes become, as every region reads them. */
export const revisionsOf = (flagKey: string, steps: History): readonly Envelope[] => {
  const revisions: Envelope[] = [];
  let now = START;
  for (const [index, step] of steps.entries()) {
    const current = revisions.at(-1) ?? null;
    now += (step.hoursLater ?? (index === 0 ? 0 : 26)) * HOUR_MS;
    const built =
      step.kind === 'rolled-back' && current !== null
        ? buildRevert({
            judged: current,
            target: revisions.at(-2) ?? null,
            epoch: 1,
            rulesVersion: revisions.at(-2)?.rulesVersion ?? RULES_VERSION,
            topology,
            now,
            reason: 'A cache did not hold it.',
          })
        : accepted(proposed(flagKey, index, step, current, now), step, current, now);
    revisions.push(parseEnvelope(serialiseEnvelope(built)));
  }
  return revisions;
};

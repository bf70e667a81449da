import { type Envelope, seal } from '@flaghoist/core/envelope';
import type { Proposal } from '@flaghoist/core/proposal';
import { buildRevision } from '@flaghoist/core/revision';
import type { Topology } from '@flaghoist/core/topology';
import { type Evidence, type Fact, facts, sealEvidence } from '@flaghoist/rules/evidence';
import type { Policy } from '@flaghoist/rules/policy';
import { unsealable } from '@flaghoist/rules/unsealable';
import { phasesAtAcceptance } from '@flaghoist/rules/validate';
import { RULES_VERSION } from '@flaghoist/rules/version';
import type { Subject } from './subject.ts';

/** What is taken as given around a file. */
export interface Surroundings {
  readonly topology: Topology;
  readonly policy: Policy;
  /** When it would be accepted, in epoch milliseconds. */
  readonly now: number;
}

/** The facts that can be told without the environment. */
const evidenceFor = (proposal: Proposal, { topology, policy }: Surroundings): Evidence => {
  const { audience = '*', prerequisites = [], kind } = proposal;
  const named = new Set(audience === '*' ? [] : audience);
  return {
    policy,
    services: topology.services
      .filter(({ name }) => named.has(name))
      .map(({ name, owner, cell, state }) => ({ name, owner, cell, state })),
    serviceCount: topology.services.filter(({ state }) => state !== 'draining').length,
    ...(isNew(proposal) ? { current: null, before: null, knownGood: null } : {}),
    ...(prerequisites.length === 0 ? { prerequisites: [] } : {}),
    ...(kind === 'archived' ? {} : { dependents: [] }),
  };
};

/** Made against nothing: the flag does not exist yet. A kill does not care what it was made against. */
const isNew = ({ basedOn, kind }: Proposal): boolean => basedOn === null && kind !== 'killed';

const unknownDigest = '0'.repeat(64);

/** The revision that a proposal would become. What a file cannot say (the revision before) is made up. */
const revisionFor = (
  proposal: Proposal,
  evidence: Evidence,
  source: unknown,
  { topology, now }: Surroundings,
): Envelope => {
  const { documentDigest: _document, ...built } = buildRevision(proposal, {
    environment: 'unknown',
    epoch: proposal.basedOn?.epoch ?? 1,
    rulesVersion: RULES_VERSION,
    topology,
    current: null,
    currentVerified: true,
    evidence: sealEvidence(evidence, facts),
    now,
  });
  const later = { revision: (proposal.basedOn?.revision ?? 1) + 1, previousEnvelopeDigest: unknownDigest };
  return seal({ ...built, ...(isNew(proposal) ? {} : later), ...(source === undefined ? {} : { source }) });
};

/**
 * @param source the shared evaluators and metadata of a flagd file
 */
export const subjectFrom = (
  proposal: Proposal,
  inFile: Subject['inFile'],
  surroundings: Surroundings,
  source?: unknown,
): Subject => {
  const evidence = evidenceFor(proposal, surroundings);
  const whole = source === undefined ? proposal : { ...proposal, source };
  const obstacles = unsealable(whole);
  return {
    flagKey: proposal.flagKey,
    kind: proposal.kind,
    envelope: obstacles.length > 0 ? null : revisionFor(proposal, evidence, source, surroundings),
    phases: phasesAtAcceptance(proposal.kind),
    known: new Set(Object.keys(evidence) as Fact[]),
    obstacles,
    inFile,
  };
};

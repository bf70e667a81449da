import { approvedDigestOf } from '@flaghoist/core/approved-digest';
import { type Envelope, seal } from '@flaghoist/core/envelope';
import type { Proposal } from '@flaghoist/core/proposal';
import { buildRevision } from '@flaghoist/core/revision';
import type { Topology } from '@flaghoist/core/topology';
import { evaluate } from '@flaghoist/evaluation/evaluate';
import { type Evidence, type Fact, facts, sealEvidence } from '@flaghoist/rules/evidence';
import type { Policy } from '@flaghoist/rules/policy';
import { otherBucketingFactsOf, serviceFactOf } from '@flaghoist/rules/process-facts';
import { unsealable } from '@flaghoist/rules/unsealable';
import { phasesAtAcceptance } from '@flaghoist/rules/validate';
import { RULES_VERSION } from '@flaghoist/rules/version';
import { type Waiver, waiversFor, withUselessWaivers } from '@flaghoist/rules/waivers';
import type { FlagInFile } from './flag-in-file.ts';
import { factsFrom, type KnownGood, revisionBefore } from './known-good.ts';

/** What is taken as given around a file. */
export interface Surroundings {
  readonly topology: Topology;
  readonly policy: Policy;
  /** All there are, also for other flags. */
  readonly waivers: readonly Waiver[];
  /** What flags are changes of; without it, those of a file are new. */
  readonly against?: KnownGood | undefined;
  /** When it would be accepted, in epoch milliseconds. */
  readonly now: number;
  /** Where it would be accepted. */
  readonly environment: string | undefined;
  /** Whether flagd's own evaluator is asked about each flag, which takes several times as long as the rules. */
  readonly evaluate: boolean;
}

/** The facts that can be told without the environment. */
const evidenceFor = (
  proposal: Proposal,
  { waivers, known }: { readonly waivers: readonly Waiver[]; readonly known: Envelope | null },
  around: Surroundings,
): Evidence => {
  const { topology, policy, environment } = around;
  const { flagKey, document, offVariant = null, source, audience = '*', prerequisites = [], kind } = proposal;
  const named = new Set(audience === '*' ? [] : audience);
  return {
    policy,
    waivers: [...waivers],
    ...(around.evaluate ? { evaluation: evaluate({ flagKey, document, offVariant, source }) } : {}),
    services: topology.services.filter(({ name }) => named.has(name)).map(serviceFactOf),
    otherBucketings: otherBucketingFactsOf({ document, source, audience }, topology),
    rulesVersion: RULES_VERSION,
    serviceCount: topology.services.filter(({ state }) => state !== 'draining').length,
    ...(environment === undefined
      ? {}
      : { proposalDigest: approvedDigestOf(proposal, environment), missingApprovals: [] }),
    ...(known === null ? {} : factsFrom(known, around)),
    ...(isNew(proposal) ? { current: null, before: null, knownGood: null, proven: null } : {}),
    ...(prerequisites.length === 0 ? { prerequisites: [] } : {}),
    ...(kind === 'archived' ? {} : { dependents: [] }),
  };
};

/** Made against nothing: the flag does not exist yet. A kill does not care what it was made against. */
const isNew = ({ basedOn, kind }: Proposal): boolean => basedOn === null && kind !== 'killed';

/** Whom a proposal names is taken to have approved it: where their approvals lie only home can see. */
const asApproved = (proposal: Proposal, { now, environment }: Surroundings): Proposal => {
  const { approvals, ...change } = proposal.change;
  if (approvals === undefined) return proposal;
  const named = environment === undefined ? {} : { proposalDigest: approvedDigestOf(proposal, environment) };
  const given = approvals.map((each) => ({ ...named, ...each, at: each.at === 0 ? now : each.at }));
  return { ...proposal, change: { ...change, approvals: given } };
};

/** No word of a key is this: nothing is said of an environment that nobody named. */
const NO_ENVIRONMENT = '-';

const unknownDigest = '0'.repeat(64);

const resealed = ({ documentDigest: _document, ...built }: Envelope, otherwise: Partial<Envelope>): Envelope =>
  seal({ ...built, ...otherwise });

/** The revision that a proposal would become. What a file cannot say (the revision before) is made up. */
const revisionFor = (
  proposal: Proposal,
  evidence: Evidence,
  known: Envelope | null,
  { topology, now, environment = NO_ENVIRONMENT }: Surroundings,
): Envelope => {
  const built = buildRevision(proposal, {
    environment,
    epoch: known?.epoch ?? proposal.basedOn?.epoch ?? 1,
    rulesVersion: RULES_VERSION,
    topology,
    current: known,
    currentVerified: true,
    evidence: sealEvidence(evidence, facts),
    now,
  });
  const later = { revision: (proposal.basedOn?.revision ?? 1) + 1, previousEnvelopeDigest: unknownDigest };
  return isNew(proposal) || known !== null ? built : resealed(built, later);
};

export const subjectFrom = (
  proposal: Proposal,
  locate: FlagInFile['locate'],
  surroundings: Surroundings,
): FlagInFile => {
  const { flagKey, kind } = proposal;
  const phases = phasesAtAcceptance(kind);
  const obstacles = unsealable(proposal);
  const acceptance = { flagKey, actor: proposal.change.actor, now: surroundings.now };
  const waivers = waiversFor(surroundings.waivers, acceptance);
  const hinted: FlagInFile['hinted'] = (violations) => withUselessWaivers(violations, surroundings.waivers, acceptance);
  const about = { flagKey, kind, phases, obstacles, remarks: [], waivers, hinted, locate };
  if (obstacles.length > 0) return { ...about, envelope: null, known: new Set(facts) };
  const approved = asApproved(proposal, surroundings);
  const before = isNew(approved) ? null : revisionBefore(surroundings.against, flagKey, approved.basedOn);
  const evidence = evidenceFor(approved, { waivers, known: before }, surroundings);
  const known = new Set(Object.keys(evidence) as Fact[]);
  const envelope = revisionFor(approved, evidence, before, surroundings);
  return { ...about, envelope, known };
};

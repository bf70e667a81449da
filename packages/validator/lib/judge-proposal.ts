import { acceptedVersion } from '@flaghoist/core/accepted-version';
import { approvedDigestOf } from '@flaghoist/core/approved-digest';
import { type Envelope, parseEnvelope, serialiseEnvelope } from '@flaghoist/core/envelope';
import { UnavailableError } from '@flaghoist/core/errors';
import { FACTS_STAY, type FactsChange } from '@flaghoist/core/facts';
import { orderOf } from '@flaghoist/core/order';
import { lookAtOthers } from '@flaghoist/core/other-flags';
import type { SignedProposal } from '@flaghoist/core/proposal';
import { readableRecord } from '@flaghoist/core/readable-record';
import { buildRevision } from '@flaghoist/core/revision';
import { servingRegions, type Topology } from '@flaghoist/core/topology';
import { sealEvidence } from '@flaghoist/rules/evidence';
import type { WriterFact } from '@flaghoist/rules/process-facts';
import { refuses, type Validation } from '@flaghoist/rules/run-rules';
import { neededFacts, phasesAtAcceptance, validate } from '@flaghoist/rules/validate';
import { RULES_VERSION } from '@flaghoist/rules/version';
import { withUselessWaivers } from '@flaghoist/rules/waivers';
import { factsOfChange } from './facts-of-change.ts';
import { type FoundApprovals, findApprovals } from './find-approvals.ts';
import { gatherEvidence } from './gather-evidence.ts';
import type { AcceptContext, AcceptPorts } from './ports.ts';

interface Situation {
  /** With the approvals that it names, not those that there are. */
  readonly proposal: SignedProposal;
  readonly writer: WriterFact;
  readonly written: { readonly author: string; readonly proposedDigest: string };
  readonly current: Envelope | null;
  readonly topology: Topology;
}

interface Judgement {
  readonly envelope: Envelope;
  readonly validation: Validation;
  /** What the transaction relies on of other flags. Nothing for a change that is refused. */
  readonly facts: FactsChange;
  /** `false`: what the rules pass was judged without flags that only a look through all of them would show. */
  readonly isWhole: boolean;
}

/** The revision that a proposal becomes, with its evidence sealed, and what all rules say of it. @throws UnavailableError in a home of an older epoch */
export const judgeProposal = async (
  { proposal: named, writer, written, current, topology }: Situation,
  ports: AcceptPorts & Pick<AcceptContext, 'walk'>,
): Promise<Judgement> => {
  const { environment, changes, flags, clock, directory, waivers, approvals } = ports;
  const { epoch } = await ports.home.home();
  // Built on it, the change would be older than what it replaces.
  if (current !== null && current.epoch > epoch)
    throw new UnavailableError(
      `epoch ${current.epoch} of ${named.flagKey}`,
      `This region still accepts for epoch ${epoch}: another one is home now, and the item HOME is on its way.`,
    );
  const needs = neededFacts(named.kind);
  const now = clock.now();
  const knownByAll = await versionOfAll(topology, ports);
  const rulesVersion = rulesVersionFor(named, current, knownByAll);
  const digest = approvedDigestOf(named, environment);
  const found = await findApprovals({ proposal: named, digest, rulesVersion, directory, approvals, now });
  const proposal = withApprovals(named, found);
  const others = lookAtOthers({ flags, changes, home: ports.home, epoch, walk: ports.walk, log: ports.log });
  const evidence = await gatherEvidence(
    {
      proposal,
      writer,
      missingApprovals: found.missing,
      digest,
      current,
      topology,
      knownByAll,
      others,
      epoch,
      needs,
      now,
    },
    ports,
  );
  const record =
    current === null ? undefined : await readableRecord({ flagKey: current.flagKey, order: orderOf(current) }, changes);
  const built = buildRevision(proposal, {
    written,
    environment,
    epoch,
    rulesVersion,
    topology,
    current,
    currentVerified: record?.state === 'verified',
    evidence: sealEvidence(evidence, needs),
    now,
  });
  // As every region will read it: what is accepted here must be readable there, and is judged by the same bytes.
  const envelope = parseEnvelope(serialiseEnvelope(built));
  const validation = validate(envelope, phasesAtAcceptance(proposal.kind));
  if (refuses(validation)) {
    const who = { flagKey: proposal.flagKey, actor: proposal.change.actor, now };
    const violations = withUselessWaivers(validation.violations, waivers, who);
    return { envelope, validation: { ...validation, violations }, facts: FACTS_STAY, isWhole: true };
  }
  const move = { flagKey: proposal.flagKey, before: current, after: envelope };
  const { facts, violations } = await factsOfChange(move, others, flags);
  const all = { ...validation, violations: [...validation.violations, ...violations] };
  return { envelope, facts, validation: all, isWhole: others.isWhole };
};

const withApprovals = (
  { change: { approvals: _named, ...change }, ...proposal }: SignedProposal,
  { given }: FoundApprovals,
): SignedProposal => ({ ...proposal, change: given.length === 0 ? change : { ...change, approvals: [...given] } });

/** The rules that home and every serving region know: a release reverts nothing while it is on its way. */
const versionOfAll = async (topology: Topology, { flags }: Pick<AcceptContext, 'flags'>): Promise<number> =>
  acceptedVersion(
    RULES_VERSION,
    await Promise.all(servingRegions(topology).map((region) => flags.rulesVersion(region))),
  );

/** A kill carries a document that was accepted before: rules that came later have no say in it. */
const rulesVersionFor = ({ kind }: SignedProposal, current: Envelope | null, knownByAll: number): number =>
  kind === 'killed' && current !== null ? Math.min(current.rulesVersion, RULES_VERSION) : knownByAll;

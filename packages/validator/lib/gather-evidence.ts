import { isCanary, isShadow } from '@flaghoist/core/canary';
import type { Envelope } from '@flaghoist/core/envelope';
import type { OtherFlags } from '@flaghoist/core/other-flags';
import type { FlagStore, KnownGood } from '@flaghoist/core/ports/flag-store';
import type { SignedProposal } from '@flaghoist/core/proposal';
import { provenGood } from '@flaghoist/core/put-known-good-right';
import type { Topology } from '@flaghoist/core/topology';
import { evaluate } from '@flaghoist/evaluation/evaluate';
import { peopleConcerned } from '@flaghoist/rules/directory';
import { type Evidence, type Fact, type Facts, readFact } from '@flaghoist/rules/evidence';
import { lookalikesOf } from '@flaghoist/rules/families/key';
import { isPromotion } from '@flaghoist/rules/families/promotion';
import { DEFAULT_POLICY, type Policy } from '@flaghoist/rules/policy';
import { policyFor } from '@flaghoist/rules/policy-for';
import { otherBucketingFactsOf, serviceFactOf, upstreamFactOf } from '@flaghoist/rules/process-facts';
import { provenOf } from '@flaghoist/rules/proven';
import { summaryOf } from '@flaghoist/rules/summary';
import { waiversFor } from '@flaghoist/rules/waivers';
import { gatherPrerequisites } from './gather-prerequisites.ts';
import type { AcceptPorts } from './ports.ts';
import { provenRevision } from './proven-revision.ts';

interface Situation {
  readonly proposal: SignedProposal;
  readonly writer: Facts['writer'];
  readonly missingApprovals: Facts['missingApprovals'];
  /** `approvedDigestOf` the proposal. */
  readonly digest: string;
  readonly current: Envelope | null;
  readonly topology: Topology;
  /** The newest rules that home and every serving region know. */
  readonly knownByAll: number;
  /** How other flags are looked at: what was seen of them becomes a condition of the change. */
  readonly others: OtherFlags;
  /** Of this home. */
  readonly epoch: number;
  /** When the change is accepted, if it is, in epoch milliseconds. */
  readonly now: number;
}

type Ports = Pick<AcceptPorts, 'environment' | 'policy' | 'directory' | 'waivers' | 'upstream' | 'log'> & {
  readonly flags: Pick<FlagStore, 'knownGood' | 'revision'>;
  readonly changes: Pick<AcceptPorts['changes'], 'record' | 'recordsBefore' | 'proofs'>;
};
/** The platform's own prefix is its own, and no freeze or approval keeps it from saying whether a fault would be found now. */
const CANARY_POLICY: Policy = { ...DEFAULT_POLICY, reservedKeyPrefixes: [] };

/** A session's name alone is no key: in an account, the directory lists the role with it. */
const isCanarys = ({ flagKey }: SignedProposal, { by, principal }: Facts['writer']): boolean =>
  isCanary({ flagKey, author: principal }) && (by === 'person' || by === 'local');

/** What an archived flag was before stands in the evidence of its archival, and of what has brought that back. */
const isArchivedKill = ({ flagState, evidence }: Envelope): boolean => {
  if (flagState !== 'archived') return false;
  const before = readFact(evidence, 'current') as Facts['current'] | undefined;
  return before?.flagState === 'killed' || before?.killedBefore === true;
};

interface Gathering extends Situation {
  /** What is known good, read once: of a flag that was never proven it takes many reads. */
  readonly known: () => Promise<KnownGood | undefined>;
}

type Gatherers = { readonly [F in Fact]: (situation: Gathering, ports: Ports) => Promise<Facts[F]> };

/** As many as an author can read; that there are any is what the rule asks. */
const MAX_DEPENDENTS = 20;

const gatherers: Gatherers = {
  async current({ current }) {
    if (current === null) return null;
    const { epoch, revision, envelopeDigest, flagState } = current;
    const found = { epoch, revision, envelopeDigest, flagState };
    return isArchivedKill(current) ? { ...found, killedBefore: true as const } : found;
  },

  async before({ current }) {
    return current === null ? null : summaryOf(current);
  },

  async knownGood({ known }) {
    const found = await known();
    return found === undefined ? null : { ...found.order, envelopeDigest: found.envelopeDigest };
  },

  async proven({ proposal, known, now }, ports) {
    const shown = await provenRevision(proposal, await known(), ports);
    return shown === null ? null : provenOf(shown, now, ports.policy.assumedShare);
  },

  async services({ proposal, writer, current, topology }) {
    const audience = proposal.audience ?? current?.audience ?? '*';
    if (audience === '*') return [];
    const named = new Set(audience);
    // For everybody else the canary's service does not exist.
    const isOwn = isCanarys(proposal, writer);
    return topology.services.filter(({ name }) => named.has(name) && (isOwn || !isShadow(name))).map(serviceFactOf);
  },

  async otherBucketings({ proposal: { document, source, audience }, current, topology }) {
    const flag = { document, source: source ?? current?.source, audience: audience ?? current?.audience ?? '*' };
    return otherBucketingFactsOf(flag, topology);
  },

  async serviceCount({ topology }) {
    return topology.services.filter(({ name, state }) => state !== 'draining' && !isShadow(name)).length;
  },

  async rulesVersion({ knownByAll }) {
    return knownByAll;
  },

  async proposalDigest({ digest }) {
    return digest;
  },

  async writer({ writer }) {
    return writer;
  },

  async missingApprovals({ missingApprovals }) {
    return missingApprovals;
  },

  async people({ proposal }, { directory }) {
    return peopleConcerned(directory, proposal.change);
  },

  async upstream({ proposal }, { environment, policy, upstream, log }) {
    // Asked only when a rule will look at the answer: it is another account's table, in another region.
    if (upstream === null || !isPromotion(policy, environment, proposal.document)) return null;
    try {
      const flag = await upstream.flag(proposal.flagKey);
      return flag && upstreamFactOf(flag);
    } catch (error) {
      // Refused rather than tried again: a retry would hold up the kills behind it in the stream.
      log.error('environment before this one could not be asked', { flagKey: proposal.flagKey, error });
      return 'unreachable';
    }
  },

  async prerequisites({ proposal, current, others, epoch }, { policy, flags, changes }) {
    const named = [...new Set(proposal.prerequisites ?? current?.prerequisites ?? [])].sort();
    // More than the policy allows are refused by their number, without a read for each.
    return gatherPrerequisites(named.slice(0, policy.maxPrerequisites), { policy, others, epoch, flags, changes });
  },

  async lookalikes({ proposal: { flagKey }, others }) {
    return [...(await others.lookalikes(flagKey, lookalikesOf(flagKey)))];
  },

  async dependents({ proposal, others }) {
    const needing = await others.needing(proposal.flagKey);
    return needing.map(({ flagKey }) => flagKey).slice(0, MAX_DEPENDENTS);
  },

  async evaluation({ proposal: { flagKey, document, offVariant, source }, current }) {
    return evaluate({
      flagKey,
      document,
      offVariant: offVariant ?? current?.offVariant ?? null,
      source: source ?? current?.source,
    });
  },

  async policy({ proposal, writer, current, now }, { policy: own }) {
    const policy = isCanarys(proposal, writer) ? CANARY_POLICY : own;
    // A kill carries a document that was accepted before: what the policy has come to ask since has no say in it.
    const accepted = proposal.kind === 'killed' ? readFact(current?.evidence, 'policy') : undefined;
    if (accepted !== undefined) return accepted as Facts['policy'];
    const owner = proposal.owner ?? current?.owner ?? '';
    return policyFor(policy, { accepted: now, owner, ticket: proposal.change.ticket });
  },

  async waivers({ proposal: { flagKey, kind, change }, current, now }, { waivers }) {
    // The same holds for what was waived: a waiver that has ended does not stand in the way of a rescue.
    if (kind === 'killed') return (readFact(current?.evidence, 'waivers') ?? []) as Facts['waivers'];
    return [...waiversFor(waivers, { flagKey, actor: change.actor, now })];
  },
};

/** Reads the facts that the rules need for this change, strongly consistent. */
export const gatherEvidence = async (
  { needs, ...situation }: Situation & { readonly needs: ReadonlySet<Fact> },
  ports: Ports,
): Promise<Evidence> => {
  const evidence: Partial<Record<Fact, unknown>> = {};
  let read: Promise<KnownGood | undefined> | undefined;
  const known = () => (read ??= provenGood(situation.proposal.flagKey, ports, situation.epoch));
  await Promise.all(
    [...needs].map(async (fact) => {
      evidence[fact] = await gatherers[fact]({ ...situation, known }, ports);
    }),
  );
  return evidence as Evidence;
};

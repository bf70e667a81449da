import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import type { FlagStore } from '@flaghoist/core/ports/flag-store';
import type { Proposal } from '@flaghoist/core/proposal';
import type { Topology } from '@flaghoist/core/topology';
import type { Evidence, Fact, Facts } from '@flaghoist/rules/evidence';
import { lookalikesOf } from '@flaghoist/rules/families/key';
import type { Policy } from '@flaghoist/rules/policy';
import { summaryOf } from '@flaghoist/rules/summary';
import { gatherPrerequisites } from './gather-prerequisites.ts';

interface Situation {
  readonly proposal: Proposal;
  readonly current: Envelope | null;
  readonly topology: Topology;
  readonly policy: Policy;
}

type Reads = Pick<FlagStore, 'newestRevision' | 'knownGood' | 'currents'>;
type Gatherers = { readonly [F in Fact]: (situation: Situation, flags: Reads) => Promise<Facts[F]> };

/** As many as an author can read; that there are any is what the rule asks. */
const MAX_DEPENDENTS = 20;

const gatherers: Gatherers = {
  async current({ current }) {
    if (current === null) return null;
    const { epoch, revision, envelopeDigest, flagState } = current;
    return { epoch, revision, envelopeDigest, flagState };
  },

  async before({ current }) {
    return current === null ? null : summaryOf(current);
  },

  async knownGood({ proposal }, flags) {
    const found = await flags.knownGood(proposal.flagKey);
    return found === undefined ? null : { ...found.order, envelopeDigest: found.envelopeDigest };
  },

  async services({ proposal, current, topology }) {
    const audience = proposal.audience ?? current?.audience ?? '*';
    if (audience === '*') return [];
    const named = new Set(audience);
    return topology.services
      .filter(({ name }) => named.has(name))
      .map(({ name, owner, cell, state }) => ({ name, owner, cell, state }));
  },

  async serviceCount({ topology }) {
    return topology.services.filter(({ state }) => state !== 'draining').length;
  },

  // Nobody answers for people or other environments yet: a policy that asks for them is not met.
  async people() {
    return [];
  },

  async upstream() {
    return null;
  },

  async prerequisites({ proposal, current, policy }, flags) {
    const named = [...new Set(proposal.prerequisites ?? current?.prerequisites ?? [])].sort();
    // More than the policy allows are refused by their number, without a read for each.
    return gatherPrerequisites(named.slice(0, policy.maxPrerequisites), policy, flags);
  },

  async lookalikes({ proposal }, flags) {
    const found = await Promise.all(lookalikesOf(proposal.flagKey).map((key) => flags.newestRevision(key)));
    return found.filter((stored) => stored !== undefined).map(({ flagKey }) => flagKey);
  },

  async dependents({ proposal }, flags) {
    const found: string[] = [];
    for await (const { body } of flags.currents()) {
      // Nearly all of them do not have the key in them, and need not be read.
      if (!body.includes(proposal.flagKey)) continue;
      const { flagKey, flagState, prerequisites = [] } = parseEnvelope(body);
      if (flagState !== 'archived' && prerequisites.includes(proposal.flagKey)) found.push(flagKey);
    }
    return found.sort().slice(0, MAX_DEPENDENTS);
  },

  async policy({ policy }) {
    return policy;
  },
};

/** Reads the facts that the rules need for this change, strongly consistent. */
export const gatherEvidence = async (
  { needs, ...situation }: Situation & { readonly needs: ReadonlySet<Fact> },
  flags: Reads,
): Promise<Evidence> => {
  const evidence: Partial<Record<Fact, unknown>> = {};
  await Promise.all(
    [...needs].map(async (fact) => {
      evidence[fact] = await gatherers[fact](situation, flags);
    }),
  );
  return evidence as Evidence;
};

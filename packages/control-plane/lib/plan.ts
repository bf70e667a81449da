import { createWalk, type Walk } from '@flaghoist/core/all-flags';
import { approvedDigestOf } from '@flaghoist/core/approved-digest';
import { expectedServices, isMember, membersOf } from '@flaghoist/core/audience';
import type { Envelope } from '@flaghoist/core/envelope';
import { recordOf } from '@flaghoist/core/envelope';
import { newestAccepted } from '@flaghoist/core/newest-accepted';
import type { Order } from '@flaghoist/core/order';
import { type Proposal, proposedDigestOf, type SignedProposal, type Violation } from '@flaghoist/core/proposal';
import { provenGood } from '@flaghoist/core/put-known-good-right';
import { revertTarget } from '@flaghoist/core/revert-target';
import { servingServices, type Topology } from '@flaghoist/core/topology';
import { refuses } from '@flaghoist/rules/run-rules';
import { degradedAudience } from '@flaghoist/validator/degraded-audience';
import { judgeProposal } from '@flaghoist/validator/judge-proposal';
import { signProposal } from '@flaghoist/validator/sign-proposal';
import type { Caller } from './identity/caller.ts';
import type { HomePorts } from './ports.ts';
import { degradedOf } from './views/degraded.ts';
import { envelopeOf } from './views/flag-view.ts';
import type { PlanView } from './views/plan-schema.ts';

/** What the rules would say of a proposal now, by the very code that judges it. Nothing is written. */
interface Judged {
  readonly signed: SignedProposal;
  readonly current: Envelope | null;
  readonly envelope: Envelope;
  readonly topology: Topology;
  /** Of this home. */
  readonly epoch: number;
  readonly violations: readonly Violation[];
  readonly accepted: boolean;
}

/**
 * @param caller in whose name it would be proposed
 * @param walk shared by who judges many
 */
export const judge = async (proposal: Proposal, caller: Caller, home: HomePorts, walk: Walk): Promise<Judged> => {
  const { judging } = home;
  const { epoch } = await judging.home.home();
  const found = await home.flags.current(proposal.flagKey);
  const { newest: stored } = await newestAccepted(proposal.flagKey, found, { ...home, home: judging.home, epoch });
  const current = stored === undefined ? null : envelopeOf(stored.body);
  const named = { ...proposal, change: { ...proposal.change, actor: caller.actor, authentication: '' } };
  const { proposal: signed, writer } = signProposal(named, caller.principal, judging.directory);
  const topology = await home.topology.latest();
  const written = { author: caller.principal, proposedDigest: proposedDigestOf(JSON.stringify(named)) };
  const { envelope, validation } = await judgeProposal(
    { proposal: signed, writer, written, current, topology },
    { ...judging, walk },
  );
  const violations = [...validation.violations, ...(await degradedAudience(envelope, judging))];
  return { signed, current, envelope, topology, epoch, violations, accepted: !refuses({ ...validation, violations }) };
};

/**
 * What a proposal would come to if it were judged now, by the very code that judges it. Nothing is written.
 *
 * @param caller in whose name it would be proposed
 */
export const planOf = async (proposal: Proposal, caller: Caller, home: HomePorts): Promise<PlanView> => {
  const { judging } = home;
  const { signed, current, envelope, topology, epoch, violations, accepted } = await judge(
    proposal,
    caller,
    home,
    createWalk(judging),
  );
  const known = await provenGood(proposal.flagKey, home, epoch);
  const earlier = [];
  if (current !== null) {
    for await (const record of home.changes.recordsBefore(proposal.flagKey, envelope)) {
      earlier.push(record);
      if (earlier.length === 100) break;
    }
  }
  const target = revertTarget({ judged: recordOf(envelope), knownGood: known?.order ?? null, floor: null, earlier });
  const before = current === null || current.document === null ? [] : membersOf(current.audience, topology);
  const after = envelope.document === null ? [] : membersOf(envelope.audience, topology);
  return {
    flagKey: proposal.flagKey,
    kind: proposal.kind,
    digest: approvedDigestOf(signed, judging.environment),
    basedOn: proposal.basedOn,
    order: { epoch: envelope.epoch, revision: envelope.revision },
    isTimely: isTimely(proposal, current),
    accepted,
    violations: [...violations],
    rulesVersion: envelope.rulesVersion,
    before: current === null ? null : settingsOf(current),
    after: settingsOf(envelope),
    gain: after.filter((service) => !before.includes(service)),
    lose: before.filter((service) => !after.includes(service)),
    regions: envelope.regions,
    caches: expectedServices(envelope, topology, topology).length * envelope.regions.length,
    degraded: (await degradedOf(topology, home))
      .map((redis) => ({
        ...redis,
        services: redis.services.filter((service) => isMember(envelope.audience, service)),
      }))
      .filter(({ services }) => services.length > 0 || servingServices(topology).length === 0),
    rollbackTo: target === null ? null : target.order,
  };
};

const isTimely = ({ kind, basedOn }: Proposal, current: Order | null): boolean => {
  if (kind === 'killed') return true;
  if (basedOn === null || current === null) return basedOn === current;
  return basedOn.epoch === current.epoch && basedOn.revision === current.revision;
};

const settingsOf = ({ document, audience, owner, offVariant, prerequisites, flagState }: Envelope) => ({
  document,
  audience,
  owner,
  offVariant,
  prerequisites: prerequisites ?? [],
  state: flagState,
});

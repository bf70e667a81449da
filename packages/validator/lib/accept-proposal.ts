import { isCanary } from '@flaghoist/core/canary';
import type { Envelope } from '@flaghoist/core/envelope';
import { UnavailableError } from '@flaghoist/core/errors';
import { type Order, orderOf, sameOrder } from '@flaghoist/core/order';
import { whatStandsIn } from '@flaghoist/core/place';
import type { WriteResult } from '@flaghoist/core/ports/change-store';
import type { RefusedProposal, SignedProposal } from '@flaghoist/core/proposal';
import { refuses } from '@flaghoist/rules/run-rules';
import { unsealable } from '@flaghoist/rules/unsealable';
import { defectsAmong } from '@flaghoist/rules/violations';
import { answerOf, type Candidate } from './candidate.ts';
import { degradedAudience } from './degraded-audience.ts';
import { judgeProposal } from './judge-proposal.ts';
import type { AcceptContext } from './ports.ts';
import { expiry, overtaking } from './refuse-late.ts';
import { scheduleViolations } from './schedule-violations.ts';
import { lostError, settleCurrent } from './settle-current.ts';

const ATTEMPTS = 6;
/** A kill tries again at once: it waits for nobody but changes of its own flag, and those pause. */
const ATTEMPTS_OF_KILL = 40;
const LONGEST_PAUSE_MS = 50;

/**
 * Brings a proposal to its outcome: accepted and on its way to all regions, rejected with all violations, conflicted or
 * expired. A repeated call finds the outcome under author and change id, and does nothing (rule 2): what follows an acceptance
 * follows from the streams.
 *
 * @returns `left`: it has none, because flags that it looks at changed all the time while its own did not, or because all flags
 *   have to be looked through; it is judged again later, and keeps nobody waiting until then
 * @throws UnavailableError when a port is out of reach, or a kill lost every race; the proposal has no outcome yet
 */
export const acceptProposal = async (candidate: Candidate, ports: AcceptContext): Promise<'ended' | 'left'> => {
  const { proposal, author } = candidate;
  const { changes, clock, random, metrics } = ports;
  const startedAt = clock.now();
  const isKill = proposal.kind === 'killed';
  const attempts = isKill ? ATTEMPTS_OF_KILL : ATTEMPTS;
  const seen: Seen = {};
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const outcome = await changes.outcome(author, proposal.change.id);
    if (outcome !== undefined && outcome.proposedDigest !== candidate.proposedDigest) {
      ports.log.error('another proposal was written under an id that has its outcome', {
        author,
        changeId: proposal.change.id,
      });
      return 'ended';
    }
    if (outcome !== undefined) return 'ended';
    const result = await attemptOnce(candidate, seen, ports);
    if (result === 'left') return 'left';
    if (result === 'written') {
      const { flagKey, change } = proposal;
      if (!isCanary({ flagKey, author }))
        metrics.measure({ validation: clock.now() - startedAt }, { flagKey, changeId: change.id });
      return 'ended';
    }
    if (!isKill) await clock.sleep(random.next() * LONGEST_PAUSE_MS * attempt);
  }
  if (isKill) {
    throw new UnavailableError(
      `a quiet moment of ${proposal.flagKey}`,
      'Others change this flag all the time; it is tried again.',
    );
  }
  return leaveOrConflict(candidate, ports);
};

/** What the last attempt was made against; `null`: there was no flag. */
interface Seen {
  envelopeDigest?: string | null;
  /** Of the next change, which was accepted, only what stands in `changes` is left. */
  isLost?: boolean;
}

/** After the last race: CURRENT has moved on and it is too late, or only other flags have, and it is judged later. */
const leaveOrConflict = async (candidate: Candidate, ports: AcceptContext): Promise<'ended' | 'left'> => {
  const { proposal, author } = candidate;
  const { flagKey, change } = proposal;
  if ((await ports.changes.outcome(author, change.id)) !== undefined) return 'ended';
  const settled = await settleCurrent(proposal, ports);
  if (settled !== 'moved' && !isTimely(proposal, settled.current)) {
    await conflict(candidate, settled.current, ports);
    return 'ended';
  }
  ports.log.warn('proposal lost every race with changes of other flags, it is judged again', {
    flagKey,
    changeId: change.id,
  });
  return 'left';
};

/**
 * One pass from reading to writing. `moved`: somebody else wrote in between, or this very proposal has an outcome. `left`: all
 * flags must be looked through before it is accepted, and here is no time for that.
 */
const attemptOnce = async (candidate: Candidate, seen: Seen, ports: AcceptContext): Promise<WriteResult | 'left'> => {
  const { proposal, writer, author, proposedDigest } = candidate;
  const { changes, topology, log } = ports;
  const expired = expiry(candidate, ports);
  if (expired !== undefined) return refuseLate(expired, ports);
  const { writtenAt } = candidate;
  const obstacles = [...unsealable(proposal), ...scheduleViolations(proposal, { writtenAt, now: ports.clock.now() })];
  if (obstacles.length > 0) return reject(candidate, obstacles, ports);

  const settled = await settleCurrent(proposal, ports);
  if (settled === 'moved') return 'moved';
  const { current, isBeneath } = settled;
  // Nobody has changed the flag since the last attempt, which failed all the same.
  const isStuck = seen.envelopeDigest === (current?.envelopeDigest ?? null);
  seen.envelopeDigest = current?.envelopeDigest ?? null;
  const overtaken = await overtaking(candidate, current, ports);
  if (overtaken !== undefined) return refuseLate(overtaken, ports);
  if (!isTimely(proposal, current)) return conflict(candidate, current, ports);

  const now = await topology.latest();
  const { envelope, validation, facts, isWhole } = await judgeProposal(
    { proposal, writer, written: { author, proposedDigest }, current, topology: now },
    ports,
  );
  if (refuses(validation)) return reject(candidate, validation.violations, ports);
  const degraded = await degradedAudience(envelope, ports);
  if (degraded.length > 0) return reject(candidate, degraded, ports);
  if (!isWhole) {
    log.warn('proposal waits for a look through all flags, it is judged again', {
      flagKey: proposal.flagKey,
      changeId: proposal.change.id,
    });
    return 'left';
  }
  const order = orderOf(envelope);
  const place = { flagKey: proposal.flagKey, order };
  const standing = isStuck || isBeneath ? await whatStandsIn(place, ports) : 'nothing';
  if (standing === 'lost' && proposal.kind !== 'killed') throw lostError(place);
  if (standing === 'lost' && seen.isLost !== true) {
    // Records that came since put the kill above what is lost. It writes over the place only after a second look.
    seen.isLost = true;
    return 'moved';
  }
  const over = standing === 'foreign' || standing === 'lost';
  if (over) {
    log.error('somebody wrote into the place of the next change, it is written over: find out who did', {
      flagKey: proposal.flagKey,
      order,
    });
  }
  if ((await changes.accept(envelope, settled.replaces, facts, { over })) === 'moved') return 'moved';
  const ruleIds = validation.violations.map(({ ruleId }) => ruleId);
  if (proposal.change.review !== undefined) {
    const { flagKey, change } = proposal;
    log.error('kill by somebody whom the directory does not list, carried out: review it', {
      flagKey,
      changeId: change.id,
      author,
    });
  }
  log.info('change accepted', { flagKey: proposal.flagKey, changeId: proposal.change.id, warnings: ruleIds });
  ports.fastPath.publish(envelope, now);
  return 'written';
};

/** Whether the proposal was made against what is there now. A kill always is, however late it was found. */
const isTimely = ({ kind, basedOn }: SignedProposal, current: Order | null): boolean => {
  if (kind === 'killed') return true;
  return basedOn === null || current === null ? basedOn === current : sameOrder(basedOn, current);
};

const refuseLate = async (outcome: RefusedProposal, { changes, log }: AcceptContext): Promise<WriteResult> => {
  const { flagKey, changeId, author } = outcome;
  log.warn('proposal came too late', { flagKey, changeId, author, outcome: outcome.outcome });
  return changes.refuse(outcome);
};

const reject = async (
  candidate: Candidate,
  violations: ReturnType<typeof unsealable>,
  ports: AcceptContext,
): Promise<WriteResult> => {
  const ruleIds = [...new Set(violations.map(({ ruleId }) => ruleId))];
  const { proposal } = candidate;
  const fields = { flagKey: proposal.flagKey, changeId: proposal.change.id, ruleIds };
  // The author gets a rejection like any other, but only we can fix its cause.
  if (defectsAmong(ruleIds).length > 0) ports.log.error('proposal rejected because judging failed', fields);
  else ports.log.info('proposal rejected', fields);
  return ports.changes.refuse({ outcome: 'rejected', ...answerOf(candidate, ports), violations: [...violations] });
};

const conflict = async (candidate: Candidate, current: Envelope | null, ports: AcceptContext): Promise<WriteResult> => {
  const { proposal } = candidate;
  ports.log.info('proposal conflicts', { flagKey: proposal.flagKey, changeId: proposal.change.id });
  const { basedOn } = proposal;
  return ports.changes.refuse({
    outcome: 'conflict',
    ...answerOf(candidate, ports),
    basedOn,
    current: current && orderOf(current),
  });
};

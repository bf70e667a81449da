import type { Envelope } from '@flaghoist/core/envelope';
import { UnavailableError } from '@flaghoist/core/errors';
import { type Order, sameOrder } from '@flaghoist/core/order';
import type { WriteResult } from '@flaghoist/core/ports/change-store';
import type { Proposal } from '@flaghoist/core/proposal';
import { refuses } from '@flaghoist/rules/run-rules';
import { unsealable } from '@flaghoist/rules/unsealable';
import { defectsAmong } from '@flaghoist/rules/violations';
import { judgeProposal } from './judge-proposal.ts';
import type { AcceptPorts } from './ports.ts';
import { publishEverywhere, republish } from './publish-everywhere.ts';
import { settleCurrent } from './settle-current.ts';

const ATTEMPTS = 6;
const LONGEST_PAUSE_MS = 50;

/**
 * Brings a proposal to its outcome: accepted and published, rejected with all violations, or conflicted. A repeated call
 * recognises what an earlier one did, by the change id, and only repeats what follows the transaction (rule 2).
 *
 * @throws UnavailableError when a port is out of reach, or a kill lost every race; the proposal has no outcome yet
 */
export const acceptProposal = async (proposal: Proposal, ports: AcceptPorts): Promise<void> => {
  const { changes, clock, random } = ports;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const outcome = await changes.outcome(proposal.change.id);
    if (outcome?.outcome === 'accepted') return republish(outcome, ports);
    if (outcome !== undefined) return;
    if ((await attemptOnce(proposal, attempt === ATTEMPTS, ports)) === 'written') return;
    await clock.sleep(random.next() * LONGEST_PAUSE_MS * attempt);
  }
  throw new UnavailableError(
    `a quiet moment of ${proposal.flagKey}`,
    'Others change this flag all the time; it is tried again.',
  );
};

/** One pass from reading to writing. `moved`: somebody else wrote in between, or this very proposal has an outcome. */
const attemptOnce = async (proposal: Proposal, isLast: boolean, ports: AcceptPorts): Promise<WriteResult> => {
  const { changes, flags, topology, log } = ports;
  const obstacles = unsealable(proposal);
  if (obstacles.length > 0) return reject(proposal, obstacles, ports);

  const settled = await settleCurrent(proposal.flagKey, { flags, log });
  if (settled === 'moved') return 'moved';
  const { current } = settled;
  if (!isTimely(proposal, current)) return conflict(proposal, current, ports);

  const now = await topology.latest();
  const { envelope, validation } = await judgeProposal({ proposal, current, topology: now }, ports);
  if (refuses(validation)) return reject(proposal, validation.violations, ports);
  if ((await changes.accept(envelope, settled.replaces)) === 'moved') {
    // A kill is never too late, so it is never a conflict.
    return isLast && proposal.kind !== 'killed' ? conflict(proposal, current, ports) : 'moved';
  }
  const ruleIds = validation.violations.map(({ ruleId }) => ruleId);
  log.info('change accepted', { flagKey: proposal.flagKey, changeId: proposal.change.id, warnings: ruleIds });
  await publishEverywhere(envelope, now, ports);
  return 'written';
};

/** Whether the proposal was made against what is there now. */
const isTimely = ({ kind, basedOn }: Proposal, current: Order | null): boolean => {
  if (kind === 'killed') return true;
  return basedOn === null || current === null ? basedOn === current : sameOrder(basedOn, current);
};

const answerOf = ({ change, flagKey }: Proposal, { clock }: AcceptPorts) => ({
  changeId: change.id,
  flagKey,
  actor: change.actor,
  at: clock.now(),
});

const reject = async (
  proposal: Proposal,
  violations: ReturnType<typeof unsealable>,
  ports: AcceptPorts,
): Promise<WriteResult> => {
  const ruleIds = [...new Set(violations.map(({ ruleId }) => ruleId))];
  const fields = { flagKey: proposal.flagKey, changeId: proposal.change.id, ruleIds };
  // The author gets a rejection like any other, but only we can fix its cause.
  if (defectsAmong(ruleIds).length > 0) ports.log.error('proposal rejected because judging failed', fields);
  else ports.log.info('proposal rejected', fields);
  return ports.changes.refuse({ outcome: 'rejected', ...answerOf(proposal, ports), violations: [...violations] });
};

const conflict = async (proposal: Proposal, current: Envelope | null, ports: AcceptPorts): Promise<WriteResult> => {
  ports.log.info('proposal conflicts', { flagKey: proposal.flagKey, changeId: proposal.change.id });
  const found = current && { epoch: current.epoch, revision: current.revision };
  const { basedOn } = proposal;
  return ports.changes.refuse({ outcome: 'conflict', ...answerOf(proposal, ports), basedOn, current: found });
};

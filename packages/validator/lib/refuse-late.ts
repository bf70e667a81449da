import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import { isNewer, type Order, orderOf } from '@flaghoist/core/order';
import type { RefusedProposal } from '@flaghoist/core/proposal';
import { hasExpired, maxProposalAge, mayBeOvertaken, overtakes } from '@flaghoist/core/proposal-age';
import { answerOf, type Candidate } from './candidate.ts';
import type { AcceptContext } from './ports.ts';

/* What becomes of a proposal that home gets to judge late: after an outage, by its author's retry or the sweep (rule 2). */

/** Too old to be applied unseen. Needs no table: a proposal for a flag that cannot be read ends, too. */
export const expiry = (candidate: Candidate, ports: AcceptContext): RefusedProposal | undefined => {
  const { proposal, writtenAt } = candidate;
  const maxAgeSeconds = maxProposalAge(ports.policy);
  if (!hasExpired({ kind: proposal.kind, writtenAt, now: ports.clock.now() }, maxAgeSeconds)) return undefined;
  return { outcome: 'expired', ...answerOf(candidate, ports), writtenAt, maxAgeSeconds };
};

/** A kill that is old **and** was overtaken: somebody has let the flag live since. */
export const overtaking = async (
  candidate: Candidate,
  current: Envelope | null,
  ports: AcceptContext,
): Promise<RefusedProposal | undefined> => {
  const { proposal, writtenAt } = candidate;
  const { kind, basedOn, flagKey } = proposal;
  if (current === null || !mayBeOvertaken({ kind, writtenAt, now: ports.clock.now() })) return undefined;
  const over = await newestOver(flagKey, { basedOn, current }, ports);
  if (over === undefined) return undefined;
  return { outcome: 'conflict', ...answerOf(candidate, ports), basedOn, current: orderOf(current), overtakenBy: over };
};

interface Span {
  /** What the kill was made against. */
  readonly basedOn: Order | null;
  readonly current: Order;
}

/** The newest change that overtakes, of those up to CURRENT. The transaction is conditioned on CURRENT, so none is missed. */
const newestOver = async (
  flagKey: string,
  { basedOn, current }: Span,
  { changes, flags }: Pick<AcceptContext, 'changes' | 'flags'>,
): Promise<Extract<RefusedProposal, { outcome: 'conflict' }>['overtakenBy']> => {
  const beyond = { epoch: current.epoch, revision: current.revision + 1 };
  for await (const record of changes.recordsBefore(flagKey, beyond)) {
    if (basedOn !== null && !isNewer(record.order, basedOn)) return undefined;
    if (!overtakes(record)) continue;
    const stored = await flags.revision(flagKey, record.order);
    const actor = stored === undefined ? '' : parseEnvelope(stored.body).change.actor;
    return { ...record.order, kind: record.kind, actor };
  }
  return undefined;
};

import { InvalidInputError } from '@flaghoist/core/errors';
import type { WrittenProposal } from '@flaghoist/core/ports/proposal-store';
import { type Proposal, proposedDigestOf, type Violation } from '@flaghoist/core/proposal';
import { dueAt, scheduleOf } from '@flaghoist/core/proposal-age';
import { isHome } from '@flaghoist/core/remember-home';
import { inReportForm } from '@flaghoist/rules/violations';
import type { DynamoDBRecord } from 'aws-lambda';
import { acceptProposal } from './accept-proposal.ts';
import { answerOf } from './candidate.ts';
import { glanceAt } from './kills-first.ts';
import type { AcceptContext } from './ports.ts';
import { keysOf } from './process-records.ts';
import { readProposal } from './read-proposal.ts';
import { signProposal } from './sign-proposal.ts';

/**
 * Deals with an item that an author wrote. One that is no proposal gets its answer as well: it ends as rejected, with each
 * place that does not fit, and does not hold up those behind it. Then it leaves the list of those without outcome.
 *
 * Where another region is home nothing happens: its author sends it there.
 *
 * One that waited is judged as it was when home first heard of it: what was written over it meanwhile ends as rejected.
 *
 * @returns `left`: it has no outcome, as its time has not come or it could not be judged, and stays in the list
 * @param writtenAt by the stream, as far as home knows it, whatever the proposal says; epoch milliseconds
 * @param isFirst nothing stood in its place before
 * @throws UnavailableError while it cannot be judged
 */
export const receiveProposal = async (
  written: WrittenProposal,
  { writtenAt, isFirst }: { readonly writtenAt: number; readonly isFirst: boolean },
  ports: AcceptContext,
): Promise<'ended' | 'left'> => {
  if (!(await isHome(ports.region, ports.home))) return 'left';
  const proposedDigest = proposedDigestOf(written.text ?? '');
  const first = isFirst ? undefined : await leftDigest(written, ports);
  if (first !== undefined && first !== proposedDigest) await refuseOther(written, first, ports);
  else if ((await judge(written, { writtenAt, proposedDigest }, ports)) === 'left') {
    if (first === undefined) await ports.changes.leave(written, proposedDigest);
    return 'left';
  }
  await ports.proposals.settle(written);
  return 'ended';
};

/**
 * The digest of what home has left under an id. A kill is never left: what stands there for one was written around the
 * validator, and stops it as little as what cannot be read.
 */
const leftDigest = async (
  written: WrittenProposal,
  { changes, log }: Pick<AcceptContext, 'changes' | 'log'>,
): Promise<string | undefined> => {
  const proposal = readProposal(written);
  if (!(proposal instanceof InvalidInputError) && proposal.kind === 'killed') return undefined;
  try {
    return await changes.leftDigest(written);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    const { author, changeId } = written;
    log.error('item of what waits cannot be read and counts as none: find out who wrote it, and remove it', {
      author,
      changeId,
      error,
    });
    return undefined;
  }
};

/** The outcome answers what was written first: of what is there now home has never said that it is proposed. */
const refuseOther = async (written: WrittenProposal, first: string, ports: AcceptContext): Promise<void> => {
  const { author, changeId } = written;
  const proposal = readProposal(written);
  const flagKey = proposal instanceof InvalidInputError ? '' : proposal.flagKey;
  const actor =
    proposal instanceof InvalidInputError ? '' : signProposal(proposal, author, ports.directory).proposal.change.actor;
  const answer = { author, changeId, proposedDigest: first, flagKey, actor, at: ports.clock.now() };
  await ports.changes.refuse({ outcome: 'rejected', ...answer, violations: [...WRITTEN_OVER] });
  ports.log.error('proposal was written over while it waited, nothing is accepted: ask its author', {
    author,
    changeId,
  });
};

const WRITTEN_OVER: readonly Violation[] = inReportForm([
  {
    ruleId: 'FH-PROPOSAL-03',
    severity: 'error',
    pointer: '',
    message: 'It is not what was proposed under this id: it was written over while it waited for its time.',
    hint: 'Propose it under a change id of its own.',
  },
]);

const judge = async (
  written: WrittenProposal,
  { writtenAt, proposedDigest }: { readonly writtenAt: number; readonly proposedDigest: string },
  ports: AcceptContext,
): Promise<'ended' | 'left'> => {
  const { author, changeId } = written;
  const proposal = readProposal(written);
  if (proposal instanceof InvalidInputError) {
    const answer = { author, changeId, proposedDigest, flagKey: '', actor: '', at: ports.clock.now() };
    await ports.changes.refuse({ outcome: 'rejected', ...answer, violations: [...violationsOf(proposal)] });
    ports.log.warn('not a proposal', { author, changeId, error: proposal });
  } else {
    const { proposal: signed, writer } = signProposal(proposal, author, ports.directory);
    if (written.isWithdrawn) {
      const answer = answerOf({ proposal: signed, writer, author, proposedDigest, writtenAt }, ports);
      const isWithdrawn = (await ports.changes.refuse({ outcome: 'withdrawn', ...answer })) === 'written';
      const message = isWithdrawn ? 'proposal withdrawn' : 'proposal was taken back too late, it has its outcome';
      ports.log.info(message, { flagKey: proposal.flagKey, changeId, author });
      return 'ended';
    }
    if (isWaiting(proposal, writtenAt, ports.clock.now())) return 'left';
    const due = dueAt(proposal, writtenAt);
    const timed = { ...signed, proposedAt: due };
    return acceptProposal({ proposal: timed, writer, author, proposedDigest, writtenAt: due }, ports);
  }
  return 'ended';
};

const isWaiting = (proposal: Proposal, writtenAt: number, now: number): boolean =>
  scheduleOf(proposal, { writtenAt, now }) === 'waiting';

/** Whether a proposal without outcome has none because its time has not come. Few are scheduled: the others are not read for it. */
export const waitsForItsTime = (written: WrittenProposal, now: number): boolean => {
  if (written.isWithdrawn || written.text?.includes('"notBefore"') !== true) return false;
  const proposal = readProposal(written);
  return !(proposal instanceof InvalidInputError) && isWaiting(proposal, now, now);
};

/** Proposals for one flag are dealt with in their order; those for different flags side by side. */
export const proposalLane = (record: DynamoDBRecord): string => {
  const image = record.dynamodb?.NewImage;
  const { pk } = keysOf(record);
  const text = image?.['proposal']?.S;
  // Whatever it finds, at worst two records share a lane that need not.
  return glanceAt(text ?? '').flagKey ?? pk;
};

/**
 * When a proposal was written that home is told of anew, or finds by itself: no later than it hears of it, and not later for
 * being told again.
 */
export const firstWrittenAt = (written: WrittenProposal, heardAt: number): number => {
  const proposal = readProposal(written);
  return proposal instanceof InvalidInputError ? heardAt : Math.min(heardAt, proposal.proposedAt);
};

const violationsOf = ({ places, hint }: InvalidInputError): readonly Violation[] =>
  inReportForm(
    places.map((place) => {
      const [pointer = '', ...message] = place.startsWith('/') ? place.split(': ') : ['', place];
      return { ruleId: 'FH-PROPOSAL-01', severity: 'error', pointer, message: message.join(': '), hint };
    }),
  );

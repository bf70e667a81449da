import type { ProposalKey, WrittenProposal } from '@flaghoist/core/ports/proposal-store';
import { startFastPath } from './fast-path.ts';
import { inParallel } from './in-parallel.ts';
import { type Glance, glanceAt, killsFirst } from './kills-first.ts';
import type { AcceptContext, AcceptPorts } from './ports.ts';
import { firstWrittenAt, receiveProposal } from './receive-proposal.ts';

export interface ResumedProposals {
  /** Without an outcome, and not just written. */
  readonly found: number;
  /** Those of them that have it now. */
  readonly ended: number;
  /** Those that could not be judged: they are found again. */
  readonly failed: number;
}

/** What is younger is on its way through the stream. A kill does not wait to see whether it arrives. */
const ON_ITS_WAY_MS = 10_000;
/** The function has 55 s: what is left then is found again. */
const TIME_MS = 40_000;

/**
 * Judges every proposal that has no outcome, as of when it was written: kills first, then each flag's in the order of their
 * marks. The index only names them; each is read again, strongly consistent, before it is judged.
 *
 * @throws UnavailableError when the index cannot be read
 */
export const resumeProposals = async (ports: AcceptPorts): Promise<ResumedProposals> => {
  const { proposals, clock } = ports;
  const fastPath = startFastPath(ports);
  const context: AcceptContext = { ...ports, fastPath };
  const count = { found: 0, ended: 0, failed: 0 };
  const until = clock.now() + TIME_MS;
  const isLeft = () => clock.now() < until;

  const listed: Listed[] = [];
  await inParallel(proposals.pending(), isLeft, async (key, place) => {
    const written = await read(key, ports);
    if (written === 'gone') return;
    if (written === 'unread') {
      count.found += 1;
      count.failed += 1;
      return;
    }
    const glance = glanceAt(written.text ?? '');
    if (glance.kind !== 'killed' && isOnItsWay(written, clock.now())) return;
    count.found += 1;
    listed.push({ key, place, ...glance });
  });
  const judgeAgain = async ({ key }: Listed): Promise<void> => {
    const written = await read(key, ports);
    if (written === 'unread') count.failed += 1;
    else if (written === 'gone') count.ended += 1;
    else await judge(written, context, count);
  };

  listed.sort((a, b) => a.place - b.place);
  const { kills, others } = killsFirst(listed, (each) => each);
  await inParallel(kills, isLeft, judgeAgain);
  await inParallel(Map.groupBy(others, ({ flagKey }) => flagKey).values(), isLeft, async (lane) => {
    for (const each of lane) if (isLeft()) await judgeAgain(each);
  });
  await fastPath.settled();
  return count;
};

/** Without its text, of which there may be much. */
interface Listed extends Glance {
  readonly key: ProposalKey;
  readonly place: number;
}

const read = async (
  key: ProposalKey,
  { proposals, log }: Pick<AcceptPorts, 'proposals' | 'log'>,
): Promise<WrittenProposal | 'gone' | 'unread'> => {
  try {
    const written = await proposals.proposal(key);
    // The index lags: this one has its outcome.
    return written === undefined || written.pending === null ? 'gone' : written;
  } catch (error) {
    log.warn('proposal without outcome not read, it is found again', { ...key, error });
    return 'unread';
  }
};

const judge = async (
  written: WrittenProposal,
  context: AcceptContext,
  count: { ended: number; failed: number },
): Promise<void> => {
  const { author, changeId } = written;
  try {
    const result = await receiveProposal(written, firstWrittenAt(written, context.clock.now()), context);
    count[result === 'ended' ? 'ended' : 'failed'] += 1;
  } catch (error) {
    count.failed += 1;
    context.log.error('proposal without outcome not judged, it is found again', { author, changeId, error });
  }
};

/** By its mark, which its author's clock has made: one that lies in the future says nothing. */
const isOnItsWay = ({ pending }: WrittenProposal, now: number): boolean => {
  const ageMs = now - Number(pending);
  return ageMs >= 0 && ageMs < ON_ITS_WAY_MS;
};

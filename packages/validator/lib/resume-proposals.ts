import { createWalk } from '@flaghoist/core/all-flags';
import { inTurn } from '@flaghoist/core/in-turn';
import type { ProposalKey, StrayMark, WrittenProposal } from '@flaghoist/core/ports/proposal-store';
import { startFastPath } from './fast-path.ts';
import { inParallel } from './in-parallel.ts';
import { type Glance, glanceAt, killsFirst } from './kills-first.ts';
import type { AcceptContext, AcceptPorts } from './ports.ts';
import { firstWrittenAt, receiveProposal, waitsForItsTime } from './receive-proposal.ts';

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
/** The function has 55 s: what is left then is found again, half of it for reading. */
const TIME_MS = 40_000;
const READING_MS = 20_000;

/**
 * Judges every proposal that has no outcome, as of when it was written: kills first, then each flag's in the order of their
 * marks. The index only names them; each is read again, strongly consistent, before it is judged. What there is no time for
 * is not always the same: each run begins somewhere else in the list. What has the mark and is no proposal is named once, and
 * loses it.
 *
 * @throws UnavailableError when the index cannot be read
 */
export const resumeProposals = async (ports: AcceptPorts): Promise<ResumedProposals> => {
  const { proposals, clock } = ports;
  const fastPath = startFastPath(ports);
  const count = { found: 0, ended: 0, failed: 0 };
  const startedAt = clock.now();
  const isLeft = () => clock.now() < startedAt + TIME_MS;
  const context: AcceptContext = { ...ports, fastPath, walk: createWalk({ flags: ports.flags, isLeft }) };

  const marked: { readonly key: ProposalKey; readonly place: number }[] = [];
  for await (const found of proposals.pending()) {
    if ('stray' in found) await dropStray(found, ports);
    else marked.push({ key: found, place: marked.length });
  }
  const listed: Listed[] = [];
  const isReading = () => clock.now() < startedAt + READING_MS;
  await inParallel(inTurn(marked, startedAt), isReading, async ({ key, place }) => {
    const written = await read(key, ports);
    if (written === 'gone') return;
    if (written === 'unread') {
      count.found += 1;
      count.failed += 1;
      return;
    }
    if (waitsForItsTime(written, clock.now())) return;
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
  await inParallel(inTurn(kills, startedAt), isLeft, judgeAgain);
  const lanes = [...Map.groupBy(others, ({ flagKey }) => flagKey).values()];
  await inParallel(inTurn(lanes, startedAt), isLeft, async (lane) => {
    for (const each of lane) if (isLeft()) await judgeAgain(each);
  });
  await fastPath.settled();
  return count;
};

const dropStray = async (
  mark: StrayMark,
  { proposals, log }: Pick<AcceptPorts, 'proposals' | 'log'>,
): Promise<void> => {
  const { pk, sk } = mark.stray;
  const fields = { pk: pk.slice(0, LONGEST_KEY), sk: sk.slice(0, LONGEST_KEY) };
  log.error('item of proposals has the mark of a proposal and is none, the mark is taken away', fields);
  try {
    await proposals.dropMark(mark);
  } catch (error) {
    log.warn('mark not taken away, it is found again', { ...fields, error });
  }
};

const LONGEST_KEY = 200;

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
    const writtenAt = firstWrittenAt(written, context.clock.now());
    const result = await receiveProposal(written, { writtenAt, isFirst: false }, context);
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

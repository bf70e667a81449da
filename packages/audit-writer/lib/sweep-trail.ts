import { acceptedEvent } from '@flaghoist/core/change-events';
import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import { formatOrder } from '@flaghoist/core/order';
import type { StoredRevision } from '@flaghoist/core/ports/flag-store';
import type { Logger } from '@flaghoist/core/ports/logger';
import { askAgain } from './ask-again.ts';
import { documentOf } from './audit-document.ts';
import { type ChainBreak, createChainCheck } from './hash-chain.ts';
import type { SweepPorts } from './ports.ts';

export interface SweepResult {
  /** Revisions read. */
  readonly checked: number;
  /** Those whose acceptance was not in the trail although its event had time to arrive. */
  readonly missing: number;
  /** Those of them that are there now. */
  readonly written: number;
  /** Changes that nobody had decided, and that were put to the home workflow again. */
  readonly askedAgain: number;
  readonly chainBreaks: readonly ChainBreak[];
}

/** What a region finds that is not home: its trail begins when it is made home. */
export const NOTHING_TO_SWEEP: SweepResult = { checked: 0, missing: 0, written: 0, askedAgain: 0, chainBreaks: [] };

/** Events of younger revisions may still be in the audit queue; nothing is missing yet. */
const ON_ITS_WAY_MS = 15 * 60_000;
/** Ids asked for, and documents written, in one request. */
const PAGE = 200;

/**
 * Walks every revision: its acceptance must be in the trail, each must name the digest of the one before it, and none may
 * still be undecided.
 *
 * @throws UnavailableError when the index or the table cannot be read
 */
export const sweepTrail = async (ports: SweepPorts): Promise<SweepResult> => {
  const checkChain = createChainCheck();
  const chainBreaks: ChainBreak[] = [];
  const settledBefore = ports.clock.now() - ON_ITS_WAY_MS;
  let checked = 0;
  let missing = 0;
  let written = 0;
  let askedAgain = 0;
  let page: Envelope[] = [];
  const mendPage = async () => {
    const mended = await mend(page, ports);
    missing += mended.missing;
    written += mended.written;
    askedAgain += await askAgain(page, ports);
    page = [];
  };

  for await (const revision of ports.flags.revisions()) {
    checked += 1;
    const envelope = readEnvelope(revision, ports.log);
    const broken = checkChain(revision, envelope);
    if (broken !== undefined) {
      ports.log.error('hash chain broken', { ...broken });
      chainBreaks.push(broken);
    }
    if (envelope !== undefined && envelope.at.accepted < settledBefore) page.push(envelope);
    if (page.length === PAGE) await mendPage();
  }
  if (page.length > 0) await mendPage();
  return { checked, missing, written, askedAgain, chainBreaks };
};

const readEnvelope = ({ flagKey, order, body }: StoredRevision, log: Logger): Envelope | undefined => {
  try {
    return parseEnvelope(body);
  } catch (error) {
    log.error('revision is not what was sealed', { flagKey, order: formatOrder(order), error });
    return undefined;
  }
};

const mend = async (
  envelopes: readonly Envelope[],
  { audit, log, region }: SweepPorts,
): Promise<{ missing: number; written: number }> => {
  const events = envelopes.map((envelope) => acceptedEvent(envelope, region));
  const there = await audit.existing(events.map(({ id }) => id));
  const missing = events.filter(({ id }) => !there.has(id));
  if (missing.length === 0) return { missing: 0, written: 0 };

  const results = await audit.create(missing.map(documentOf));
  const failed = results.filter((result) => result.status === 'failed');
  log.warn('acceptances were missing in the trail', { changeIds: missing.map(({ detail }) => detail.changeId) });
  for (const { id, reason } of failed) log.error('acceptance not written', { id, reason });
  return { missing: missing.length, written: missing.length - failed.length };
};

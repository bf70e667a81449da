import { Parts } from '@flaghoist/core/parts';
import type { ReadProgress, SweepProgress } from '@flaghoist/core/ports/trail-store';
import { askAgain } from './ask-again.ts';
import type { ChainBreak } from './hash-chain.ts';
import type { SweepPorts } from './ports.ts';
import { walkChain } from './walk-chain.ts';
import { walkOperations } from './walk-operations.ts';
import { walkTrail } from './walk-trail.ts';

export interface SweepResult {
  /** Revisions whose chain was checked. */
  readonly checked: number;
  /** Events that were not in the trail although they had time to arrive. */
  readonly missing: number;
  /** Those of them that are there now. */
  readonly written: number;
  /** Unverified changes for which regions were asked again. */
  readonly askedAgain: number;
  readonly chainBreaks: readonly ChainBreak[];
}

/** What a region finds that is not home: its trail begins when it is made home. */
export const NOTHING_TO_SWEEP: SweepResult = { checked: 0, missing: 0, written: 0, askedAgain: 0, chainBreaks: [] };

const MINUTE_MS = 60_000;
/** Younger events may still be in the audit queue; nothing is missing yet. */
const ON_ITS_WAY_MS = 15 * MINUTE_MS;
/** Where the first sweep of all begins. */
const FIRST_LOOK_BACK_MS = 14 * 24 * 60 * MINUTE_MS;
/** A run ends by itself, well before its function's 15 minutes do. */
const TRAIL_MS = 8 * MINUTE_MS;
const RUN_MS = 12 * MINUTE_MS;
/** Regions are asked for unverified changes this often at most. */
const ASK_UNVERIFIED_MS = 60 * MINUTE_MS;

/** `undefined`: nothing is stored, or what no sweep has written: it has come no further than now. */
const usable = (stored: ReadProgress, now: number): SweepProgress | undefined =>
  stored === undefined || stored === 'unreadable' || stored.through > now || stored.askedAt > now ? undefined : stored;

/**
 * Holds the trail against what home has stored, from where the last run ended: every proposal, acceptance, refusal and
 * decision must be in it, and every approval, move of home and version of the topology. Asks for what regions have not proven,
 * and walks on along the chains of revisions. Each part does what it can when another one cannot.
 *
 * @param from begin at this moment instead, as after documents of the index were lost. Epoch milliseconds
 * @throws UnavailableError when the index, a table or the bus is out of reach
 */
export const sweepTrail = async (ports: SweepPorts, from?: number): Promise<SweepResult> => {
  const { trail, clock, log, region } = ports;
  const startedAt = clock.now();
  const to = startedAt - ON_ITS_WAY_MS;
  let stored = await trail.progress();
  const before = usable(stored, startedAt) ?? { through: startedAt - FIRST_LOOK_BACK_MS, chain: null, askedAt: 0 };
  if (before !== stored && stored !== undefined)
    log.error('SWEEP/PROGRESS was written around the sweep, which begins anew: find out who wrote it', { region });
  let progress = before;
  let overtaken = false;
  const save = async (): Promise<void> => {
    if (overtaken) return;
    overtaken = (await trail.keepProgress(progress, stored)) === 'moved';
    if (overtaken) log.warn('another sweep has gone on meanwhile; how far this one came is not kept', { region });
    else stored = progress;
  };
  // What lies between is still to be walked: it is left to the next run.
  const leavesOut = from !== undefined && from > before.through;
  const parts = new Parts();

  const askedAgain = await parts.attempt(async () => {
    if (startedAt - before.askedAt < ASK_UNVERIFIED_MS) return 0;
    const asked = await askAgain(to, ports);
    progress = { ...progress, askedAt: startedAt };
    return asked;
  }, 0);
  const { missing, written } = await parts.attempt(
    async () => {
      const keep = async (through: number): Promise<void> => {
        if (leavesOut) return;
        progress = { ...progress, through };
        await save();
      };
      const walk = { from: from ?? before.through, to, endsAt: startedAt + TRAIL_MS, keep };
      const walked = await walkTrail(walk, ports);
      if (walked.whole && !leavesOut) progress = { ...progress, through: to };
      return walked;
    },
    { missing: 0, written: 0, whole: false },
  );
  const operations = await parts.attempt(
    () => walkOperations({ from: from ?? startedAt - FIRST_LOOK_BACK_MS, to }, ports),
    {
      missing: 0,
      written: 0,
    },
  );
  const { checked, chainBreaks } = await parts.attempt(
    async () => {
      const walked = await walkChain({ after: before.chain, endsAt: startedAt + RUN_MS }, ports);
      progress = { ...progress, chain: walked.reached };
      return walked;
    },
    { checked: 0, chainBreaks: [], reached: null },
  );
  await parts.attempt(save, undefined);
  parts.end();
  return {
    checked,
    missing: missing + operations.missing,
    written: written + operations.written,
    askedAgain,
    chainBreaks,
  };
};

import { eventOf } from '@flaghoist/core/events';
import { createExpected } from '@flaghoist/core/expected';
import type { TopologySource } from '@flaghoist/core/ports/topology-source';
import type { ExpectRow, RowCounts, VerificationStore } from '@flaghoist/core/ports/verification-store';
import type { Acknowledged } from './acknowledged.ts';
import { type AnswerPorts, answerForMissing } from './answer-for-missing.ts';
import { type ReadLogPorts, readLog } from './read-log.ts';
import { deadlineOf, ripeChanges } from './ripe-changes.ts';
import { type CompareInput, fingerprintOf, MAX_OPEN, type ScanInput, type ScanResult } from './workflow.ts';

export interface ScanPorts extends AnswerPorts, ReadLogPorts {
  verification: Pick<
    VerificationStore,
    'reopen' | 'expect' | 'refusalOf' | 'openRows' | 'acquireLease' | 'releaseLease'
  >;
  topology: TopologySource;
}

/** Longer than the longest scan and the comparison after it; whoever dies leaves the window to others after this. */
const LEASE_MS = 20_000;
/** An Express execution ends after five minutes, in the middle of whatever it does: it stops by itself before that. */
const HAND_OVER_AFTER_MS = 240_000;
/** Between two looks at the log: a line takes seconds until it can be found. */
const PAUSE_MS = 500;
/** A query may take this long at least, though the deadline of a change passes meanwhile. */
const GRACE_MS = 1_000;
/** The first query gets more time: for changes whose deadline has passed there is no second one. */
const FIRST_LOOK_MS = 3_000;
/** The fast path writes lines before this region has its row. */
const LOOK_BACK_MS = 60_000;

const DONE: ScanResult = { next: 'done' };

interface Look {
  readonly seen: CompareInput;
  readonly acknowledged: Acknowledged | undefined;
  /** The caches of some changes were given their 15 s: what does not hold them is offered them first. */
  readonly isDue: boolean;
  /** The log was asked, now or before, with or without success. */
  readonly asked: boolean;
}

/** The open changes that the fingerprints stand for. */
const openOf = (open: readonly ExpectRow[], undecided: readonly string[]): ReadonlySet<ExpectRow> => {
  const fingerprints = new Set(undecided);
  return new Set(fingerprints.size === 0 ? [] : open.filter((row) => fingerprints.has(fingerprintOf(row))));
};

/**
 * One holder of the window's lease looks at the acknowledgement lines of all open changes until some can be compared
 * (rule 11). Whoever does not get the lease is done: the holder releases it only when no row was added since it looked.
 */
export const createScanWindow = (ports: ScanPorts) => {
  const { region, verification, topology, bus, clock, log } = ports;

  const acquire = (holder: string) => verification.acquireLease(holder, clock.now(), LEASE_MS);

  const readLines = (rows: readonly ExpectRow[], atLeastMs: number): Promise<Acknowledged | undefined> => {
    const now = clock.now();
    const from = Math.min(...rows.map(({ expectedAt }) => expectedAt)) - LOOK_BACK_MS;
    const giveUpAt = Math.max(Math.min(...rows.map(deadlineOf)), now + atLeastMs);
    const flagKeys = [...new Set(rows.map(({ flagKey }) => flagKey))];
    return readLog(ports, { from, to: now, flagKeys }, giveUpAt);
  };

  /** @param before the look before: what it read counts when this one cannot read */
  const look = async (open: readonly ExpectRow[], early: readonly string[], before?: Look): Promise<Look> => {
    const newest = await topology.latest();
    const waiting = openOf(open, early);
    const refused = open.filter(({ refusal }) => refusal !== null);
    // What the region refuses needs no log: it is answered at once. What was looked at too early needs none any more: only a
    // change of which every line was there is looked at before its deadline.
    const rows =
      refused.length > 0 ? refused : open.filter((row) => !waiting.has(row) || clock.now() >= deadlineOf(row));
    const needsLog = refused.length === 0 && rows.some((row) => !waiting.has(row));
    const lines = needsLog ? await readLines(rows, before?.asked ? GRACE_MS : FIRST_LOOK_MS) : undefined;
    const acknowledged = lines ?? before?.acknowledged;
    const expected = createExpected(topology, newest);
    const scannedAt = clock.now();
    const ripe = await ripeChanges({ rows, acknowledged, complete: waiting, expected, now: scannedAt });
    const undecided = [...waiting].map(fingerprintOf);
    return {
      seen: { ripe, topologyVersion: newest.version, scannedAt, undecided, offers: null },
      isDue: rows.some((row) => row.refusal === null && clock.now() >= deadlineOf(row)),
      acknowledged,
      asked: needsLog || (before?.asked ?? false),
    };
  };

  /** Gives the window to a new execution. */
  const handOver = async (holder: string, rowsAdded: RowCounts): Promise<ScanResult> => {
    // If a row was added meanwhile the release fails; the lease then expires at once, so that the next holder can take it.
    if (!(await verification.releaseLease(holder, rowsAdded))) await verification.acquireLease(holder, clock.now(), 0);
    const detail = { region, changeIds: [] };
    const identity = [region, 'hand-over', holder];
    await bus.publish([eventOf({ type: 'VerifyRequested', identity, region, at: clock.now(), detail })]);
    log.info('window handed over', { region, holder });
    return DONE;
  };

  return async ({ holder, startedAt, asked, undecided }: ScanInput): Promise<ScanResult> => {
    await answerForMissing(ports, asked);
    let looked: Look | undefined;
    for (;;) {
      const lease = await acquire(holder);
      if (!lease.acquired) return DONE;
      if (clock.now() - startedAt >= HAND_OVER_AFTER_MS) return handOver(holder, lease.rowsAdded);
      const open = await verification.openRows(MAX_OPEN);
      if (open.length > 0) {
        looked = await look(open, undecided, looked);
        const { seen } = looked;
        // Renewed for the comparison. A holder that was too slow has lost the window to another.
        if (seen.ripe.length > 0)
          return (await acquire(holder)).acquired ? { next: looked.isDue ? 'offer' : 'compare', ...seen } : DONE;
        const nextDeadline = Math.min(...open.map(deadlineOf));
        await clock.sleep(Math.max(0, Math.min(PAUSE_MS, nextDeadline - clock.now())));
      } else if (await verification.releaseLease(holder, lease.rowsAdded)) {
        return DONE;
      }
    }
  };
};

import { CANARY_FLAG, isCanaryAuthor } from '@flaghoist/core/canary';
import type { ChangeRecord } from '@flaghoist/core/change';
import { isNewer } from '@flaghoist/core/order';
import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import type { StoredRevision } from '@flaghoist/core/ports/flag-store';
import { notPlantedIn, plantedIn } from './next-proposal.ts';
import { type CanaryStatus, type Detection, notFound, type Undetected } from './status.ts';
import { DECIDED_WITHIN_MS, isDetection } from './step.ts';

/*
 * What the tables say of a canary that keeps nothing between two changes: each of its changes says by its id where it was
 * planted wrong, and home's record how it ended.
 */

/** Undecided for longer than the latest conclusion of a change: nobody judges it any more. */
const OPEN_MS = 150_000;
/** A canary that has changed nothing for so long does not run. */
const STILL_MS = 1_800_000;
/** So many changes in a row that nothing was wrong with and that were not verified: then no fault can be planted either. */
const UNVERIFIED_IN_A_ROW = 3;

/** The canary's own changes before CURRENT and at it, newest first; reverts are not its own. */
export const ownChanges = async (
  current: StoredRevision,
  changes: Pick<ChangeStore, 'recordsBefore'>,
  most: number,
): Promise<readonly ChangeRecord[]> => {
  const { epoch, revision } = current.order;
  const own: ChangeRecord[] = [];
  for await (const record of changes.recordsBefore(CANARY_FLAG, { epoch, revision: revision + 1 })) {
    if (isNewer(record.order, current.order) || !isCanaryAuthor(record.author)) continue;
    own.push(record);
    if (own.length === most) break;
  }
  return own;
};

/** Where a change was wrong: where it was planted, or where that was seen although the queue had not said that it took it. */
export const wrongIn = (record: ChangeRecord): string | null => {
  const unsure = notPlantedIn(record.changeId);
  return plantedIn(record.changeId) ?? (unsure !== null && isDetection(record, unsure) ? unsure : null);
};

/**
 * What a change has shown. `open`: it is not decided yet. `found`: what was planted was named and taken back in time; `missed`:
 * it was not. Where nothing was planted, `verified` or `failed`.
 */
export type Shown = 'open' | 'found' | 'missed' | 'verified' | 'failed';

export const shownBy = (record: ChangeRecord, now: number): Shown => {
  const { state, acceptedAt, decidedAt } = record;
  if (state === 'accepted' && now - acceptedAt < OPEN_MS) return 'open';
  const planted = wrongIn(record);
  if (planted === null) return state === 'verified' ? 'verified' : 'failed';
  const inTime = decidedAt !== undefined && decidedAt - acceptedAt <= DECIDED_WITHIN_MS;
  return isDetection(record, planted) && inTime ? 'found' : 'missed';
};

const NOT_SENT = 'nothing could be planted: the queue of its service took no message';

interface Shows {
  /** Epoch milliseconds. */
  readonly now: number;
  /** The regions that serve: nothing is planted, nor found, in any other. */
  readonly regions: readonly string[];
}

/** What `hoist status` says, from the canary's changes, newest first; `null` where there is none. */
export const statusOf = (own: readonly ChangeRecord[], { now, regions }: Shows): CanaryStatus | null => {
  const [newest] = own;
  if (newest === undefined) return null;
  const detections = new Map<string, Detection>();
  const undetected = new Map<string, Undetected>();
  for (const record of own) {
    const { changeId, state, acceptedAt, decidedAt = acceptedAt } = record;
    const wrong = wrongIn(record);
    const notPlanted = wrong === null ? notPlantedIn(changeId) : null;
    const region = wrong ?? notPlanted;
    if (region === null || !regions.includes(region) || detections.has(region)) continue;
    const shown = shownBy(record, now);
    if (shown === 'found') detections.set(region, { region, at: decidedAt, tookMs: decidedAt - acceptedAt });
    // Only what nothing newer has made good.
    else if ((shown === 'missed' || notPlanted !== null) && !undetected.has(region))
      undetected.set(region, {
        region,
        at: acceptedAt,
        changeId,
        why: notPlanted === null ? notFound(state) : NOT_SENT,
      });
  }
  const stopped = stoppedBy(own, now);
  const unplanted = own.find((record) => wrongIn(record) === null && record.state !== 'accepted');
  return {
    detections: [...detections.values()].toSorted((a, b) => b.at - a.at),
    undetected: [...undetected.values(), ...(stopped === undefined ? [] : [stopped])].toSorted((a, b) => b.at - a.at),
    last: unplanted === undefined ? null : { at: unplanted.decidedAt ?? unplanted.acceptedAt, state: unplanted.state },
  };
};

/** That the proof itself has stopped. */
const stoppedBy = (own: readonly ChangeRecord[], now: number): Undetected | undefined => {
  const [newest] = own;
  if (newest === undefined) return undefined;
  const { acceptedAt, changeId } = newest;
  const stopped = (why: string): Undetected => ({ region: '*', at: acceptedAt, changeId, why });
  if (now - acceptedAt > STILL_MS) return stopped('its flag has not been changed since');
  const judged = own.filter((record) => shownBy(record, now) !== 'open').slice(0, UNVERIFIED_IN_A_ROW);
  const allFailed = judged.length === UNVERIFIED_IN_A_ROW && judged.every((each) => shownBy(each, now) === 'failed');
  return allFailed ? stopped(`${UNVERIFIED_IN_A_ROW} changes in a row were not verified`) : undefined;
};

import { isGenuine, sealedOf } from '@flaghoist/core/intact';
import { isSameRevision, newestAccepted } from '@flaghoist/core/newest-accepted';
import { sameOrder } from '@flaghoist/core/order';
import type { StoredRevision } from '@flaghoist/core/ports/flag-store';
import { currentItem } from '@flaghoist/core/storage/flag-items';
import { CURRENT_SK, flagPk } from '@flaghoist/core/storage/keys';
import { putCurrentRight } from '@flaghoist/operations/put-current-right';
import { checkRemoval } from './check-removal.ts';
import { keepKill } from './defend-epoch.ts';
import { createItemReader } from './flag-item.ts';
import { always, inParallel } from './in-parallel.ts';
import type { ResumePorts } from './ports.ts';
import { reportIntruder, reportUnreadable } from './report.ts';
import { createLateSweep, type Place } from './sweep-late.ts';

/** From one look at all CURRENTs to the next. What is wrong at two in a row is put right: it is nothing under way. */
const EVERY_MS = 300_000;
/** A look at CURRENTs takes so long; the next one goes on. The function has 55 s, of which proposals may have had 40. */
const LOOK_MS = 5_000;
/** Read in one look, to find whose CURRENT is gone, and what has no record; the next look goes on. */
const REVISIONS = 2_500;
/** From one look to the next; the walks find the others again. */
const MOST_SUSPECTS = 500;

export interface SweptRevisions {
  /** CURRENTs that were not what the newest revision says, and are now. */
  readonly putRight: number;
  /** Revisions of a former home that had no record, and have one now. */
  readonly adopted: number;
}

/** A flag and what its CURRENT was found to be, where the newest revision says something else; `undefined`: it is gone. */
type Suspects = ReadonlyMap<string, StoredRevision | undefined>;

/**
 * CURRENT is what home's revisions say. `distribute` puts right what its stream shows it; when that was given up, because an
 * outage outlasted the record, this finds it: it holds each CURRENT against the newest revision of its flag. The revisions that
 * it walks over are looked at for what a former home accepted as well.
 *
 * How far it has come is warm memory. A function that dies forgets what it suspected, and begins its walks anew: what was
 * found once is found again. So only who dies more often than a walk takes (some ten thousand flags in one look) never sees the
 * last ones; the schedule of every minute keeps the function warm for hours.
 */
export const createCurrentsSweep = (ports: ResumePorts) => {
  const { flags, clock, log } = ports;
  const read = createItemReader();
  const sweepLate = createLateSweep(ports);
  let lookedAt = Number.NEGATIVE_INFINITY;
  let suspects: Suspects = new Map();
  /** The last flag whose CURRENT was compared; `undefined`: the walk begins anew. */
  let passed: string | undefined;
  let reached: Place | undefined;

  const look = async (): Promise<{ readonly found: Suspects; readonly walked: readonly Place[] }> => {
    const found = new Map<string, StoredRevision | undefined>();
    const suspect = (flagKey: string, current?: StoredRevision): void => {
      if (found.size < MOST_SUSPECTS) found.set(flagKey, current);
    };
    const compare = async (current: StoredRevision): Promise<void> => {
      const newest = await flags.newestRevision(current.flagKey);
      if (newest === undefined || !isSameRevision(current, newest)) suspect(current.flagKey, current);
    };
    const lookAt = async (flagKey: string): Promise<void> => {
      const current = await flags.current(flagKey);
      if (current === undefined) suspect(flagKey);
      else await compare(current);
    };
    // The walks have gone on since they saw them.
    await inParallel(suspects.keys(), always, lookAt);
    await walkCurrents(compare);
    const walked: Place[] = [];
    for await (const { flagKey, order } of flags.revisions(reached)) {
      if (flagKey !== walked.at(-1)?.flagKey && (await flags.current(flagKey)) === undefined) suspect(flagKey);
      walked.push({ flagKey, order });
      if (walked.length === REVISIONS) break;
    }
    reached = walked.length === REVISIONS ? walked.at(-1) : undefined;
    return { found, walked };
  };

  const walkCurrents = async (compare: (current: StoredRevision) => Promise<void>): Promise<void> => {
    const endsAt = clock.now() + LOOK_MS;
    let [last, isWhole] = [passed, true];
    const isLeft = (): boolean => {
      isWhole = clock.now() < endsAt;
      return isWhole;
    };
    await inParallel(flags.currents(passed), isLeft, async (current) => {
      last = current.flagKey;
      await compare(current);
    });
    passed = isWhole ? undefined : last;
  };

  /** Where the newest revision is not what was sealed, CURRENT may be right all the same. */
  const isWrong = async (flagKey: string, current: StoredRevision | undefined): Promise<boolean> => {
    const { epoch } = await ports.home.home();
    const { newest, above, isMissing } = await newestAccepted(flagKey, current, { ...ports, epoch });
    const [first] = above;
    if (isMissing && newest !== undefined) await missing(newest, epoch);
    if (first === undefined) return current === undefined || newest === undefined || !isSameRevision(current, newest);
    const fields = { flagKey, order: first.order };
    if (isGenuine(first)) log.error('newest revision was accepted by nobody: find out who wrote it', fields);
    else log.error('newest revision is not what was sealed: find out who wrote it', fields);
    if (current === undefined) return newest !== undefined;
    const sealed = sealedOf(current);
    const isOwnAltered = sealed !== undefined && above.some(({ order }) => sameOrder(order, sealed.order));
    return newest !== undefined && !isOwnAltered && !isSameRevision(current, newest);
  };

  const missing = async (accepted: StoredRevision, epoch: number): Promise<void> => {
    const { flagKey, order } = accepted;
    if (!(await flags.restoreRevision(accepted))) return;
    if (order.epoch < epoch)
      log.warn('REVISION of a former home has not come, written from CURRENT', { flagKey, order });
    else log.error('REVISION of CURRENT was removed around the validator, put back', { flagKey, order });
  };

  /** Reported before it is put right: afterwards nobody would find it again. */
  const putRight = async (flagKey: string, found: StoredRevision | undefined): Promise<void> => {
    if (found === undefined) {
      await checkRemoval({ pk: flagPk(flagKey), sk: CURRENT_SK }, { ...ports, repair: flags });
      return;
    }
    const item = read(currentItem(found));
    const { epoch } = await ports.home.home();
    // A former home's write that came late, and lost: nobody went around anybody.
    const isLeftover = item.readable && item.envelope.epoch < epoch;
    if (isLeftover) await keepKill(item.envelope, flags);
    else if (item.readable) await reportIntruder(item, currentItem(found), ports);
    else await reportUnreadable(item, currentItem(found), ports);
    await putCurrentRight(flagKey, { ...ports, repair: flags, epoch });
  };

  return async (): Promise<SweptRevisions> => {
    if (clock.now() - lookedAt < EVERY_MS) return { putRight: 0, adopted: 0 };
    const { found, walked } = await look();
    lookedAt = clock.now();
    const before = suspects;
    suspects = found;
    let putBack = 0;
    const endsAt = clock.now() + LOOK_MS;
    for (const [flagKey, current] of found) {
      if (clock.now() >= endsAt) break;
      if (!before.has(flagKey) || before.get(flagKey)?.envelopeDigest !== current?.envelopeDigest) continue;
      if (!(await isWrong(flagKey, current))) continue;
      await putRight(flagKey, current);
      putBack += 1;
    }
    return { putRight: putBack, adopted: await sweepLate(walked) };
  };
};

import { CANARY_FLAG } from '@flaghoist/core/canary';
import { compareOrders, formatOrder } from '@flaghoist/core/order';
import type { StoredRevision } from '@flaghoist/core/ports/flag-store';
import { revisionItem } from '@flaghoist/core/storage/flag-items';
import { putCurrentRight } from '@flaghoist/operations/put-current-right';
import { adoptIfOlder, epochHere, putKnownGoodBack } from './defend-epoch.ts';
import { createItemReader } from './flag-item.ts';
import { always, inParallel } from './in-parallel.ts';
import type { ResumePorts } from './ports.ts';

/** In one look: each takes about ten calls, one after the other, and the function has 55 s. */
const MOST_ADOPTED = 100;
/** Without a record, from one look to the next; the walk finds the others again. */
const MOST_REMEMBERED = 2_500;

/** KNOWN_GOOD of so many flags as this allows is looked at; a decision puts right that of its own flag. */
const LOOK_MS = 5_000;

/** Where a revision is. A flag's lie together in the walk. */
export type Place = Pick<StoredRevision, 'flagKey' | 'order'>;

const nameOf = ({ flagKey, order }: Place): string => `${flagKey} ${formatOrder(order)}`;

/**
 * What a former home accepted has a record here once it is adopted. `distribute` adopts what its stream shows it; when that was
 * given up, because an outage outlasted the stream's record, this finds the revision without a record, and adopts it at the next
 * look: what is still without one then is nothing that `distribute` has in hand. A KNOWN_GOOD is put back too that is of an
 * older epoch, was proven by nobody, or is gone.
 *
 * @returns how many revisions were adopted
 */
export const createLateSweep = (ports: ResumePorts) => {
  const { flags, changes, clock, log } = ports;
  const read = createItemReader();
  const suspects = new Map<string, Place>();

  /** One query for all that the walk met of a flag. */
  const withoutRecord = async (flagKey: string, places: readonly Place[]): Promise<readonly Place[]> => {
    const orders = places.map(({ order }) => order).toSorted(compareOrders);
    const [oldest, newest] = [orders[0], orders.at(-1)];
    if (oldest === undefined || newest === undefined) return [];
    const recorded = new Set<string>();
    for await (const { order } of changes.recordsBefore(flagKey, { ...newest, revision: newest.revision + 1 })) {
      if (compareOrders(order, oldest) < 0) break;
      recorded.add(formatOrder(order));
    }
    return places.filter(({ order }) => !recorded.has(formatOrder(order)));
  };

  const look = async (walked: readonly Place[], epoch: number): Promise<void> => {
    // The canary's records expire, sometimes before their revisions do, and would take the turn of what is late.
    const older = walked.filter(({ flagKey, order }) => order.epoch < epoch && flagKey !== CANARY_FLAG);
    await inParallel(
      Map.groupBy(older, ({ flagKey }) => flagKey),
      always,
      async ([flagKey, places]) => {
        for (const place of await withoutRecord(flagKey, places))
          if (suspects.size < MOST_REMEMBERED) suspects.set(nameOf(place), place);
      },
    );
    const endsAt = clock.now() + LOOK_MS;
    const flagKeys = new Set(walked.map(({ flagKey }) => flagKey));
    await inParallel(
      flagKeys,
      () => clock.now() < endsAt,
      (flagKey) => putKnownGoodBack(flagKey, { epoch }, ports),
    );
  };

  /** Altered bytes say nothing about what was accepted, and CURRENT must not become what they are. */
  const adopt = async ({ flagKey, order }: Place, epoch: number): Promise<boolean> => {
    const found = await flags.revision(flagKey, order);
    if (found === undefined) return false;
    const item = revisionItem(found);
    const isReadable = read(item).readable;
    if (!isReadable || (await putCurrentRight(flagKey, { ...ports, repair: flags, epoch })).current === 'altered') {
      log.error('revision of a former home, or the newest one, is not what was sealed: nothing is adopted', {
        flagKey,
        order,
      });
      return false;
    }
    return adoptIfOlder(item, read, ports);
  };

  return async (walked: readonly Place[]): Promise<number> => {
    const epoch = await epochHere(ports);
    if (epoch === undefined) return 0;
    const due = [...suspects].slice(0, MOST_ADOPTED);
    await look(walked, epoch);
    let adopted = 0;
    for (const [name, place] of due) {
      suspects.delete(name);
      try {
        if (await adopt(place, epoch)) adopted += 1;
      } catch (error) {
        // Behind the others: it keeps nobody waiting.
        suspects.set(name, place);
        log.warn('revision of a former home not adopted, it is tried again', { ...place, error });
      }
    }
    return adopted;
  };
};

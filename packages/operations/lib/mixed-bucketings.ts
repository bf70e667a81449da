import type { Audience } from '@flaghoist/core/audience';
import { drawnFor, otherBucketingsAmong } from '@flaghoist/core/bucketing';
import { compareOrders, formatOrder, type Order, sameOrder } from '@flaghoist/core/order';
import type { FlagStore, StoredRevision } from '@flaghoist/core/ports/flag-store';
import type { Topology } from '@flaghoist/core/topology';

/** What a place names of many: enough to begin with. */
const SHOWN = 3;
const shown = (services: readonly string[]): string =>
  [...services.slice(0, SHOWN), ...(services.length > SHOWN ? [`${services.length - SHOWN} more`] : [])].join(', ');

type Flags = Pick<FlagStore, 'currents' | 'knownGood' | 'newestRevisions'>;

/** How many revisions are read at first; twice as many each time that known good is further back. */
const FIRST_READ = 8;

/** What of a flag is served, and every revision that a revert could bring back: from known good up, or all where none is. */
async function* served(current: StoredRevision, flags: Flags): AsyncGenerator<StoredRevision> {
  yield current;
  const { flagKey } = current;
  const good = await flags.knownGood(flagKey);
  const isBelow = ({ order }: { readonly order: Order }): boolean =>
    good !== undefined && compareOrders(order, good.order) < 0;
  let found: readonly StoredRevision[] = [];
  for (let count = FIRST_READ; ; count *= 2) {
    found = await flags.newestRevisions(flagKey, count);
    if (found.length < count || found.some(isBelow)) break;
  }
  yield* found.filter((each) => !isBelow(each));
}

/** Services by the buckets that they put callers into. */
type Others = ReturnType<typeof otherBucketingsAmong>;

const without = (all: Others, others: Others): Others => {
  const known = new Set([...others.values()].flat());
  const left = [...all].map(
    ([bucketing, services]) => [bucketing, services.filter((name) => !known.has(name))] as const,
  );
  return new Map(left.filter(([, services]) => services.length > 0));
};

export interface Mixed {
  /** Made so by the new topology, as places of a refusal. */
  readonly made: readonly string[];
  /** So before already: a rule that is younger than the flag, or a topology that was published while it was accepted. */
  readonly already: readonly string[];
}

/**
 * Accepted flags that draw callers, and that services of their audience would draw otherwise than the agents under a topology,
 * now or after a revert.
 *
 * @param before the topology that it follows
 */
export const mixedBucketings = async (topology: Topology, before: Topology, flags: Flags): Promise<Mixed> => {
  const made: string[] = [];
  const already: string[] = [];
  if (otherBucketingsAmong('*', topology).size === 0) return { made, already };
  for await (const current of flags.currents()) {
    const found = await mixedOf(current, flags, (audience) => {
      const others = otherBucketingsAmong(audience, topology);
      return { others, newcomers: without(others, otherBucketingsAmong(audience, before)) };
    });
    if (found !== undefined) (found.isMade ? made : already).push(found.place);
  }
  return { made, already };
};

/** The newest revision of a flag that is made mixed, or else the newest one that is. */
const mixedOf = async (
  current: StoredRevision,
  flags: Flags,
  drawersAmong: (audience: Audience) => { readonly others: Others; readonly newcomers: Others },
): Promise<{ readonly place: string; readonly isMade: boolean } | undefined> => {
  let already: string | undefined;
  for await (const { order, body } of served(current, flags)) {
    const audience = drawnFor(body);
    if (audience === null) continue;
    const { others, newcomers } = drawersAmong(audience);
    const which = sameOrder(order, current.order)
      ? 'draws'
      : `would draw again if it went back to ${formatOrder(order)}`;
    if (newcomers.size > 0) return { place: placeOf(current.flagKey, which, newcomers), isMade: true };
    if (others.size > 0) already ??= placeOf(current.flagKey, which, others);
  }
  return already === undefined ? undefined : { place: already, isMade: false };
};

const placeOf = (flagKey: string, which: string, others: Others): string => {
  const named = [...others].map(([bucketing, services]) => `${bucketing} in ${shown(services)}`).join('; ');
  return `flag ${flagKey} ${which}, and clients that draw otherwise than the agents do not get it: ${named}. Let these services evaluate by their agents, narrow its audience, or take "fractional" out of it`;
};

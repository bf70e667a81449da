import { drawnFor, newlyOtherAmong, type OtherBucketings, otherBucketingsAmong } from '@flaghoist/core/bucketing';
import { firstNames } from '@flaghoist/core/first-names';
import { formatOrder, isNewer, sameOrder } from '@flaghoist/core/order';
import type { FlagStore, StoredRevision } from '@flaghoist/core/ports/flag-store';
import type { Topology } from '@flaghoist/core/topology';

/** What a place names of many: enough to begin with. */
const SHOWN = 3;

type Flags = Pick<FlagStore, 'revisions' | 'current' | 'knownGood'>;

/** All revisions of one flag, oldest first: there is at least one. */
type Revisions = readonly [StoredRevision, ...StoredRevision[]];

/** Reads the whole table: an index lags, and what is not in it would slip by. */
async function* byFlag(flags: Pick<Flags, 'revisions'>): AsyncGenerator<Revisions, void, undefined> {
  let last: [StoredRevision, ...StoredRevision[]] | undefined;
  for await (const revision of flags.revisions()) {
    if (last !== undefined && last[0].flagKey === revision.flagKey) last.push(revision);
    else {
      if (last !== undefined) yield last;
      last = [revision];
    }
  }
  if (last !== undefined) yield last;
}

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
  for await (const revisions of byFlag(flags)) {
    const found = await mixedOf(revisions, topology, before, flags);
    if (found !== undefined) (found.isMade ? made : already).push(found.place);
  }
  return { made, already };
};

interface Found {
  readonly place: string;
  readonly isMade: boolean;
}

/** The newest revision of a flag that is made mixed, or else the newest one that is; of those that are served or that a revert could bring back. */
const mixedOf = async (
  revisions: Revisions,
  topology: Topology,
  before: Topology,
  flags: Pick<Flags, 'current' | 'knownGood'>,
): Promise<Found | undefined> => {
  const drawing = revisions.flatMap(({ order, body }) => {
    const audience = drawnFor(body);
    const others = audience === null ? NOBODY : otherBucketingsAmong(audience, topology);
    return audience === null || others.size === 0 ? [] : [{ order, audience, others }];
  });
  if (drawing.length === 0) return undefined;
  const [{ flagKey }] = revisions;
  // Read after the revisions: what lies above it was written around the validator.
  const current = (await flags.current(flagKey))?.order;
  const newest = current ?? revisions.at(-1)?.order;
  // A flag that nothing has proven goes back to nothing, or to any revision that is a floor.
  const good = (await flags.knownGood(flagKey))?.order;
  const reachable = drawing
    .filter(({ order }) => newest === undefined || !isNewer(order, newest))
    .filter(({ order }) => good === undefined || !isNewer(good, order))
    .reverse();
  const placed = reachable.map(({ order, audience, others }) => {
    const isServed = newest !== undefined && sameOrder(order, newest);
    const which = isServed ? 'draws' : `would draw again if it went back to ${formatOrder(order)}`;
    const newcomers = newlyOtherAmong(audience, topology, before);
    const isMade = newcomers.size > 0;
    return { place: placeOf(flagKey, which, isMade ? newcomers : others), isMade };
  });
  return placed.find(({ isMade }) => isMade) ?? placed[0];
};

const NOBODY: OtherBucketings = new Map();

const placeOf = (flagKey: string, which: string, others: OtherBucketings): string => {
  const named = [...others].map(([bucketing, services]) => `${bucketing} in ${firstNames(services, SHOWN)}`).join('; ');
  return `flag ${flagKey} ${which}, and clients that draw otherwise than the agents do not get it: ${named}. Let these services evaluate by their agents, narrow its audience, or take "fractional" out of it`;
};

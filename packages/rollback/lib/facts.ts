import { isCanary } from '@flaghoist/core/canary';
import type { ChangeKey, ChangeRecord, FoundRecord } from '@flaghoist/core/change';
import { isOutOfMemory, type Outage, requiredProofs } from '@flaghoist/core/complaint';
import type { DecisionInput } from '@flaghoist/core/decision';
import { UnavailableError } from '@flaghoist/core/errors';
import { formatOrder, isNewer, isOrder, type Order } from '@flaghoist/core/order';
import type { KnownGood } from '@flaghoist/core/ports/flag-store';
import type { Proof } from '@flaghoist/core/proof';
import { isProven, namesRevision, putKnownGoodRight } from '@flaghoist/core/put-known-good-right';
import { endsSearch, isFloor, revertTarget } from '@flaghoist/core/revert-target';
import { regionNames, type Topology } from '@flaghoist/core/topology';
import { acceptedCurrent } from './accepted-current.ts';
import { type RollbackPorts, revertBudget } from './ports.ts';

export interface Facts extends Omit<DecisionInput, 'concluding'> {
  /** What KNOWN_GOOD says, for the transaction to find: a revision, or what somebody wrote who may not. */
  readonly knownGoodItem: Order | null;
}

/**
 * Reads what `decide` needs, at this moment.
 *
 * @throws UnavailableError while the change, an accepted CURRENT or the record of known good cannot be seen here
 */
export const gatherFacts = async (key: ChangeKey, ports: RollbackPorts): Promise<Facts> => {
  const judged = await recordOf(key, ports);
  // Before the answers are read: what is old news by then is old news.
  const now = ports.clock.now();
  const [proofs, known, topology] = await Promise.all([
    readProofs(key, ports),
    ports.flags.knownGood(key.flagKey),
    ports.topology.latest(),
  ]);
  const unseen = {
    judged,
    proofs,
    excusedRegions: regionsExcused(judged.regions, topology),
    now,
    outages: [],
    outgrows: false,
  };
  const isAtFault = judged.state === 'accepted' && requiredProofs(unseen).some(findsFault);
  const { knownGood, knownGoodItem } = await trusted(known, { judged, isAtFault }, ports);
  const facts: Facts = {
    ...unseen,
    knownGood,
    knownGoodItem,
    floor: null,
    current: judged.order,
    earlier: [],
    revertsLeft: 0,
  };
  // Eleven of twelve verdicts end here: the rest is looked at only when somebody finds fault.
  if (!isAtFault) return facts;

  const [current, earlier, reverts, outages] = await Promise.all([
    acceptedCurrent(judged, ports),
    earlierChanges(judged, knownGood, ports),
    ports.changes.revertsInMinute(now),
    outagesOnRecord(proofs, ports),
  ]);
  const searched = { judged, knownGood, earlier, floor: await floorOf(judged, earlier, ports) };
  const outgrows = isOutOfMemory(proofs) && (await outgrowsTarget(judged, revertTarget(searched), ports));
  return {
    ...facts,
    ...searched,
    current: current.order,
    revertsLeft: isCanary(judged) ? 1 : revertBudget(ports) - reverts,
    outages,
    outgrows,
  };
};

type Known = Pick<Facts, 'knownGood' | 'knownGoodItem'>;

interface Asked {
  readonly judged: ChangeRecord;
  readonly isAtFault: boolean;
}

/**
 * Known good, as far as it can be trusted. One that nobody proved, or that is gone, would look like "there is none", and a healthy
 * flag would become a tombstone; or like a later one, and nothing would be known good any more. It is put right first, and where
 * nothing is proven it counts as none. One that has lost its record stays, and `earlierChanges` waits for the record. One before the judged change that is proven gives way to it, whatever it names.
 */
const trusted = async (found: KnownGood | undefined, asked: Asked, ports: RollbackPorts): Promise<Known> => {
  const { judged, isAtFault } = asked;
  const { epoch } = await ports.home.home();
  const order = found?.order ?? null;
  const asFound = { knownGood: order, knownGoodItem: order };
  if (found !== undefined && order !== null) {
    if (!isAtFault && isOrder(order) && isNewer(judged.order, order)) return asFound;
    if (await isProven(found, ports, epoch)) return asFound;
  }
  const { flagKey } = judged;
  const isPutBack = await putKnownGoodRight(flagKey, { epoch }, ports);
  const why = found === undefined ? null : await namesRevision(found, ports.flags);
  if (why === true)
    ports.log.error(
      'KNOWN_GOOD names a revision that nobody proved, the newest proven one is put there: find out who wrote it',
      {
        flagKey,
      },
    );
  else if (why === false)
    ports.log.error('KNOWN_GOOD names no revision, the newest proven one is put there: find out who wrote it', {
      flagKey,
    });
  else if (isPutBack)
    ports.log.error('KNOWN_GOOD was removed, the newest proven one is put there: find out who did', { flagKey });
  const good = await ports.flags.knownGood(flagKey);
  const isSound = good !== undefined && (await isProven(good, ports, epoch));
  return { knownGood: isSound ? good.order : null, knownGoodItem: good?.order ?? null };
};

const findsFault = ({ verdict, refusing }: Proof): boolean => verdict === 'inconsistent' || refusing.length > 0;

const readProofs = async (key: ChangeKey, { changes, log }: RollbackPorts): Promise<readonly Proof[]> => {
  const proofs = await changes.proofs(key);
  for (const { region, unreadable } of proofs) {
    if (unreadable !== undefined) log.error('proof cannot be read', { ...key, answeredBy: region, unreadable });
  }
  return proofs;
};

/**
 * The outages that have taken a change back, of the Redis that refuse this one. What a former home has noted of that is not
 * here, so one that began before home was moved counts as having done so.
 */
const outagesOnRecord = async (
  proofs: readonly Proof[],
  { changes, home }: RollbackPorts,
): Promise<readonly Outage[]> => {
  const names = new Map(
    proofs.flatMap(({ region, refusing }) => refusing.map(({ redis }) => [`${region}/${redis}`, { region, redis }])),
  );
  const { movedAt = null } = await home.home();
  return Promise.all(
    [...names.values()].map(async (name) => {
      const times = [(await changes.redis(name))?.takenSince ?? null, movedAt].filter((at) => at !== null);
      return times.length === 0 ? [] : [{ ...name, since: Math.max(...times) }];
    }),
  ).then((found) => found.flat());
};

/** The change at which reading back ended, if it may be a floor. */
const floorOf = async (
  judged: ChangeRecord,
  earlier: readonly FoundRecord[],
  { changes }: RollbackPorts,
): Promise<Order | null> => {
  const last = earlier.at(-1);
  if (last === undefined || (last.state !== 'unverified' && last.state !== 'held')) return null;
  return isFloor(last, await changes.proofs(last), judged.acceptedAt) ? last.order : null;
};

/** Whether the judged revision takes more room in a cache than the one that a revert would bring back. */
const outgrowsTarget = async (
  judged: ChangeRecord,
  target: ChangeRecord | null,
  { flags }: RollbackPorts,
): Promise<boolean> => {
  const [large, small] = await Promise.all([
    flags.revision(judged.flagKey, judged.order),
    target === null ? undefined : flags.revision(target.flagKey, target.order),
  ]);
  return (large?.body.length ?? 0) > (small?.body.length ?? 0);
};

/** The change as home keeps it. @throws UnavailableError when home does not know it (yet) */
export const recordOf = async ({ changeId, flagKey, order }: ChangeKey, { changes }: RollbackPorts) => {
  const record = await changes.record(flagKey, order);
  if (record?.changeId === changeId) return record;
  throw new UnavailableError(
    `the record of change ${changeId} (${flagKey} ${formatOrder(order)})`,
    'Home keeps a record of every change it accepted; after a move of home, `promote` called again makes up what is missing.',
  );
};

/** Regions that are draining, or are not in the topology any more: nobody waits for them. */
const regionsExcused = (regions: readonly string[], topology: Topology): ReadonlySet<string> => {
  const there = new Set(regionNames(topology));
  const draining = new Set(topology.regions.filter(({ state }) => state === 'draining').map(({ name }) => name));
  return new Set(regions.filter((region) => !there.has(region) || draining.has(region)));
};

const earlierChanges = async (
  judged: ChangeRecord,
  knownGood: Order | null,
  { changes, log }: RollbackPorts,
): Promise<readonly FoundRecord[]> => {
  const earlier: FoundRecord[] = [];
  for await (const change of changes.recordsBefore(judged.flagKey, judged.order)) {
    earlier.push(change);
    const { unreadable, flagKey, order } = change;
    if (unreadable !== undefined) log.error('record of a change cannot be read', { flagKey, order, unreadable });
    if (endsSearch(change, knownGood)) break;
  }
  const oldest = earlier.at(-1);
  // Passed by without its record, known good would look like "there is none": a healthy flag would become a tombstone.
  if (
    knownGood !== null &&
    isNewer(judged.order, knownGood) &&
    (oldest === undefined || isNewer(knownGood, oldest.order))
  )
    throw new UnavailableError(
      `the record of known good ${judged.flagKey} ${formatOrder(knownGood)}`,
      'Home has a record of every revision it knows; after a move of home, `promote` called again makes up what is missing.',
    );
  return earlier;
};

/** The regions that must prove a change and have not done so. */
export const silentRegions = ({ judged, proofs, excusedRegions }: Facts): readonly string[] => {
  const proven = new Set(proofs.filter(({ verdict }) => verdict === 'consistent').map(({ region }) => region));
  return judged.regions.filter((region) => !excusedRegions.has(region) && !proven.has(region));
};

import type { ChangeKey, ChangeRecord } from '@flaghoist/core/change';
import { complaintOf, type DecisionInput, endsSearch } from '@flaghoist/core/decision';
import { UnavailableError } from '@flaghoist/core/errors';
import { formatOrder, isNewer, type Order } from '@flaghoist/core/order';
import { regionNames, type Topology } from '@flaghoist/core/topology';
import { acceptedCurrent } from './accepted-current.ts';
import { type RollbackPorts, revertBudget } from './ports.ts';

export type Facts = Omit<DecisionInput, 'concluding'>;

/**
 * Reads what `decide` needs, at this moment.
 *
 * @throws UnavailableError while the change, an accepted CURRENT or the record of known good cannot be seen here
 */
export const gatherFacts = async (key: ChangeKey, ports: RollbackPorts): Promise<Facts> => {
  const judged = await recordOf(key, ports);
  const [proofs, known, topology] = await Promise.all([
    ports.changes.proofs(key),
    ports.flags.knownGood(key.flagKey),
    ports.topology.latest(),
  ]);
  const excusedRegions = regionsExcused(judged.regions, topology);
  const knownGood = known?.order ?? null;
  const facts: Facts = {
    judged,
    proofs,
    excusedRegions,
    knownGood,
    current: judged.order,
    earlier: [],
    revertsLeft: 0,
  };
  // Eleven of twelve verdicts end here: the rest is looked at only when something may have to be taken back.
  if (judged.state !== 'accepted' || complaintOf(facts) === undefined) return facts;

  const [current, earlier, reverts] = await Promise.all([
    acceptedCurrent(judged, ports),
    earlierChanges(judged, knownGood, ports),
    ports.changes.revertsInMinute(ports.clock.now()),
  ]);
  return { ...facts, current: current.order, earlier, revertsLeft: revertBudget(ports) - reverts };
};

/** The change as home keeps it. @throws UnavailableError when home does not know it (yet) */
export const recordOf = async ({ changeId, flagKey, order }: ChangeKey, { changes }: RollbackPorts) => {
  const record = await changes.record(flagKey, order);
  if (record?.changeId === changeId) return record;
  throw new UnavailableError(
    `the record of change ${changeId} (${flagKey} ${formatOrder(order)})`,
    'Home keeps a record of every change it accepted; after a move of home, rebuild `changes` from the revisions.',
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
  { changes }: RollbackPorts,
): Promise<readonly ChangeRecord[]> => {
  const earlier: ChangeRecord[] = [];
  for await (const change of changes.recordsBefore(judged.flagKey, judged.order)) {
    earlier.push(change);
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
      'Rebuild `changes` from the revisions of the flag.',
    );
  return earlier;
};

/** The regions that must prove a change and have not said anything of use yet. */
export const silentRegions = ({ judged, proofs, excusedRegions }: Facts): readonly string[] => {
  const answered = new Set(proofs.filter(({ verdict }) => verdict !== 'unknown').map(({ region }) => region));
  return judged.regions.filter((region) => !excusedRegions.has(region) && !answered.has(region));
};

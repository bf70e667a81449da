import type { ChangeRecord } from '@flaghoist/core/change';
import { eventOf, type FlaghoistEvent } from '@flaghoist/core/events';
import { inTurn } from '@flaghoist/core/in-turn';
import { isNewer } from '@flaghoist/core/order';
import type { SweepPorts } from './ports.ts';

/** As long as a region keeps its row. */
const PROVEN_WITHIN_MS = 14 * 24 * 3_600_000;
/** Changes asked for in one run: the newest, since an outage that has just ended is what there is to heal, */
const NEWEST = 250;
/** and the others in turn: a region that never answers keeps none of them waiting for ever. */
const OTHERS = 250;
/** In one event. */
const PER_EVENT = 50;

/**
 * A proof that was lost on its way is sent again: a region that has not proven an unverified change, or a held one that
 * known good has not come to, is asked, and answers from what it has recorded, or from a fresh look.
 *
 * @param before changes that have waited since before this moment. Epoch milliseconds
 * @returns for how many changes
 * @throws UnavailableError when a table or the bus is out of reach; the next sweep asks again
 */
export const askAgain = async (before: number, ports: SweepPorts): Promise<number> => {
  const { trail, clock, bus } = ports;
  const now = clock.now();
  const unproven: ChangeRecord[] = [];
  for await (const happening of trail.awaited(now - PROVEN_WITHIN_MS, before)) {
    if (!('record' in happening)) continue;
    const { record } = happening;
    if (record.state === 'unverified' || record.state === 'held') unproven.push(record);
  }
  const waiting = await open(unproven, ports);
  const others = inTurn(waiting.slice(0, -NEWEST), now);
  const asked = [...others.slice(0, OTHERS), ...waiting.slice(-NEWEST)];
  const events = await questionsOf(asked, ports);
  if (events.length > 0) await bus.publish(events);
  return asked.length;
};

/** Without those held changes that known good has come to, or has passed: no proof of theirs is missed any more. */
const open = async (records: readonly ChangeRecord[], { flags }: SweepPorts): Promise<readonly ChangeRecord[]> => {
  const held = records.filter(({ state }) => state === 'held');
  const keys = [...new Set(held.map(({ flagKey }) => flagKey))];
  const found = await Promise.all(keys.map((flagKey) => flags.knownGood(flagKey)));
  const known = new Map(found.map((good) => [good?.flagKey, good?.order]));
  return records.filter(({ state, flagKey, order }) => {
    const good = known.get(flagKey);
    return state !== 'held' || good === undefined || isNewer(order, good);
  });
};

/** One event for some changes of one region: the changes of an outage are many. */
const questionsOf = async (
  records: readonly ChangeRecord[],
  { changes, clock, region: home }: SweepPorts,
): Promise<readonly FlaghoistEvent[]> => {
  const asked = new Map<string, ChangeRecord[]>();
  for (const record of records) {
    const proofs = await changes.proofs(record);
    const proven = new Set(proofs.filter(({ verdict }) => verdict === 'consistent').map(({ region }) => region));
    // Who is silent may have left the topology since: then the answer of one that has proven it decides.
    const witness = record.regions.find((region) => proven.has(region));
    for (const region of record.regions) {
      if (!proven.has(region) || region === witness) asked.set(region, [...(asked.get(region) ?? []), record]);
    }
  }
  const at = clock.now();
  return [...asked].flatMap(([region, all]) => {
    const parts = Array.from({ length: Math.ceil(all.length / PER_EVENT) }, (_, part) =>
      all.slice(part * PER_EVENT, (part + 1) * PER_EVENT),
    );
    return parts.map((part, index) => {
      const keys = part.map(({ changeId, flagKey, order }) => ({ changeId, flagKey, order }));
      const detail = { region, changeIds: keys.map(({ changeId }) => changeId), changes: keys };
      const identity = [region, 'unverified', String(at), String(index)];
      return eventOf({ type: 'VerifyRequested', identity, region: home, at, detail });
    });
  });
};

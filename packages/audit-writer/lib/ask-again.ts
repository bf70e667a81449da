import type { ChangeRecord } from '@flaghoist/core/change';
import { acceptedEvent } from '@flaghoist/core/change-events';
import { eventOf, type FlaghoistEvent } from '@flaghoist/core/events';
import type { SweepPorts } from './ports.ts';
import { acceptedRevision } from './read-envelope.ts';

const HOUR_MS = 3_600_000;
/** Older undecided changes have been seen by a hundred sweeps: they are for the person whom the log called. */
const DECIDED_WITHIN_MS = 24 * HOUR_MS;
/** As long as a region keeps its row. */
const PROVEN_WITHIN_MS = 14 * 24 * HOUR_MS;
/** Changes asked for in one run, and in one event. */
const MAX_ASKED = 500;
const PER_EVENT = 50;

interface Asking {
  /** Changes that have waited since before this moment. Epoch milliseconds. */
  readonly before: number;
  /** Whether regions are asked for unverified changes too. */
  readonly unverified: boolean;
}

/**
 * Silence never stays unjudged, not even when the home workflow of a change never started or died: for every change that
 * nobody has decided its `ChangeAccepted` is put on the bus again, under the same id, and the workflow concludes it like any
 * other. And a proof that was lost on its way is sent again: a region that has not proven an unverified change is asked, and
 * answers from what it has recorded, or from a fresh look.
 *
 * @returns for how many changes
 * @throws UnavailableError when a table or the bus is out of reach; the next sweep asks again
 */
export const askAgain = async ({ before, unverified }: Asking, ports: SweepPorts): Promise<number> => {
  const { trail, clock, log, bus } = ports;
  const now = clock.now();
  const undecided: ChangeRecord[] = [];
  const unproven: ChangeRecord[] = [];
  for await (const happening of trail.awaited(before)) {
    if (!('record' in happening)) continue;
    const { record, at } = happening;
    if (record.state === 'accepted' && at >= now - DECIDED_WITHIN_MS) undecided.push(record);
    if (record.state === 'unverified' && at >= now - PROVEN_WITHIN_MS) unproven.push(record);
  }
  // The newest first: an outage that has just ended is what there is to heal.
  const asked = unverified ? unproven.slice(-MAX_ASKED) : [];
  const waiting = undecided.slice(-MAX_ASKED);
  const events = [...(await acceptancesOf(waiting, ports)), ...(await questionsOf(asked, ports))];
  if (waiting.length > 0) {
    log.error('changes undecided long after their acceptance', { changeIds: waiting.map(({ changeId }) => changeId) });
  }
  if (events.length > 0) await bus.publish(events);
  return waiting.length + asked.length;
};

const acceptancesOf = async (
  records: readonly ChangeRecord[],
  ports: SweepPorts,
): Promise<readonly FlaghoistEvent[]> => {
  const envelopes = await Promise.all(records.map((record) => acceptedRevision(record, ports)));
  return envelopes
    .filter((envelope) => envelope !== undefined)
    .map((envelope) => acceptedEvent(envelope, ports.region));
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

import { acceptedEvent } from '@flaghoist/core/change-events';
import type { Envelope } from '@flaghoist/core/envelope';
import type { SweepPorts } from './ports.ts';

/** Older changes have been seen by a hundred sweeps: what is undecided after that is for the person whom the log called. */
const LOOK_BACK_MS = 24 * 3_600_000;

/**
 * Silence never stays unjudged, not even when the home workflow of a change never started or died: a bus that is down for
 * longer than a stream retries loses `ChangeAccepted`. The event is put on the bus again, under the same id, for every
 * change that nobody has decided; the workflow concludes it like any other.
 *
 * @param envelopes accepted long enough ago to be decided
 * @returns for how many
 * @throws UnavailableError when the table or the bus is out of reach; the next sweep asks again
 */
export const askAgain = async (
  envelopes: readonly Envelope[],
  { changes, bus, clock, log, region }: Pick<SweepPorts, 'changes' | 'bus' | 'clock' | 'log' | 'region'>,
): Promise<number> => {
  const since = clock.now() - LOOK_BACK_MS;
  const recent = envelopes.filter(({ at }) => at.accepted >= since);
  const records = await Promise.all(recent.map((envelope) => changes.record(envelope.flagKey, envelope)));
  const undecided = recent.filter((_, index) => records[index]?.state === 'accepted');
  if (undecided.length === 0) return 0;

  log.error('changes undecided long after their acceptance', { changeIds: undecided.map(({ change }) => change.id) });
  await bus.publish(undecided.map((envelope) => acceptedEvent(envelope, region)));
  return undecided.length;
};

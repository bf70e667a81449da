import { acceptedEvent } from '@flaghoist/core/change-events';
import { CONCLUDED_MS } from '@flaghoist/core/decision';
import { parseEnvelope } from '@flaghoist/core/envelope';
import type { FlaghoistEvent } from '@flaghoist/core/events';
import { inTurn } from '@flaghoist/core/in-turn';
import type { Order } from '@flaghoist/core/order';
import type { ResumePorts } from './ports.ts';

/** In one run; the others are found by the next ones, which begin somewhere else. */
const MOST_LOOKED_AT = 1_000;
const MOST_STARTED = 200;
/** Fourteen runs could not help it: somebody has to see why. */
const LONG_MS = 15 * 60_000;

/**
 * Starts the home workflow of changes that nobody has decided: the `ChangeAccepted` that starts it was lost, or the workflow
 * died. The event is the same, so the trail has it once; a second workflow finds the change decided, or decides it.
 *
 * @returns how many were started
 * @throws UnavailableError when the list cannot be read, or the bus takes nothing
 */
export const restartWorkflows = async (ports: ResumePorts): Promise<number> => {
  const { changes, bus, clock, log } = ports;
  const now = clock.now();
  const keys = [];
  for await (const key of changes.undecided(now - CONCLUDED_MS)) keys.push(key);
  const events: FlaghoistEvent[] = [];
  for (const key of inTurn(keys, now).slice(0, MOST_LOOKED_AT)) {
    const event = await acceptanceOf(key, ports);
    if (event !== undefined) events.push(event);
    if (events.length === MOST_STARTED) break;
  }
  if (events.length === 0) return 0;
  const long = events.filter(({ at }) => at < now - LONG_MS);
  if (long.length > 0) log.error('changes undecided long after their acceptance', { ids: long.map(({ id }) => id) });
  log.warn('changes were undecided, their workflows are started again', { ids: events.map(({ id }) => id) });
  await bus.publish(events);
  return events.length;
};

/** The index lags: the record itself says whether it is undecided. One that cannot be read does not keep the others waiting. */
const acceptanceOf = async (
  { flagKey, order }: { readonly flagKey: string; readonly order: Order },
  { changes, flags, log, region }: ResumePorts,
): Promise<FlaghoistEvent | undefined> => {
  try {
    const record = await changes.record(flagKey, order);
    if (record?.state !== 'accepted') return undefined;
    const stored = await flags.revision(flagKey, order);
    return stored === undefined ? undefined : acceptedEvent(parseEnvelope(stored.body), region);
  } catch (error) {
    log.error('undecided change not read', { flagKey, order, error });
    return undefined;
  }
};

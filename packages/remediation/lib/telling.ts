import type { FlaghoistEvent } from '@flaghoist/core/events';
import type { RemediationMemory } from './ports.ts';

type Untold = Pick<RemediationMemory, 'untold' | 'keepUntold'>;

/** Writes down what the trail is to hear, before anybody tells it: whoever is ended in between loses nothing. */
export const putDown = (memory: Untold, events: readonly FlaghoistEvent[]): void => {
  if (events.length > 0) memory.keepUntold([...memory.untold(), ...events]);
};

/** At the first failure it may be the event, such as one that is larger than a bus takes; at the second it is the trail. */
const MOST_FAILURES = 2;

/**
 * Tells the trail all that it has not heard, the oldest first. Each is crossed out once it was told; ended in between, it is told
 * again, and is one document of the trail, by its id. What cannot be told stays for the next run, behind all else: nothing is kept
 * back by what the trail never takes.
 *
 * @throws what `publish` throws
 */
export const tellUntold = async (memory: Untold, publish: (event: FlaghoistEvent) => Promise<void>): Promise<void> => {
  const failures: unknown[] = [];
  const failed = new Set<string>();
  for (const event of memory.untold()) {
    try {
      await publish(event);
    } catch (error) {
      failures.push(error);
      failed.add(event.id);
      if (failures.length === MOST_FAILURES) break;
      continue;
    }
    memory.keepUntold(memory.untold().filter(({ id }) => id !== event.id));
  }
  if (failures.length === 0) return;
  const untold = memory.untold();
  memory.keepUntold([...untold.filter(({ id }) => !failed.has(id)), ...untold.filter(({ id }) => failed.has(id))]);
  throw failures[0];
};

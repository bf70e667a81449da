import type { FlaghoistEvent } from '@flaghoist/core/events';
import type { RemediationMemory } from './ports.ts';

type Untold = Pick<RemediationMemory, 'untold' | 'keepUntold'>;

/** Writes down what the trail is to hear, before anybody tells it: whoever is ended in between loses nothing. */
export const putDown = (memory: Untold, events: readonly FlaghoistEvent[]): void => {
  if (events.length > 0) memory.keepUntold([...memory.untold(), ...events]);
};

/**
 * Tells the trail all that it has not heard, the oldest first. Each is crossed out once it was told; ended in between, it is told
 * again, and is one document of the trail, by its id. What cannot be told stays for the next run.
 *
 * @throws what `publish` throws
 */
export const tellUntold = async (memory: Untold, publish: (event: FlaghoistEvent) => Promise<void>): Promise<void> => {
  for (let [event, ...rest] = memory.untold(); event !== undefined; [event, ...rest] = memory.untold()) {
    await publish(event);
    memory.keepUntold(rest);
  }
};

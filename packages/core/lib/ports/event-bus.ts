import type { FlaghoistEvent } from '../events.ts';

/** This region's bus. Rules carry events to the home region and back; at least once. */
export interface EventBus {
  /** @throws UnavailableError when an entry was not taken */
  publish(events: readonly FlaghoistEvent[]): Promise<void>;
}

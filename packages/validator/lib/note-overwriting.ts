import { overwrittenEvent } from '@flaghoist/core/identity-events';
import type { FoundItem } from '@flaghoist/core/storage/write';
import type { AcceptHandlerPorts } from './ports.ts';

/**
 * Keeps that something was written over an item of `proposals`. `tell` says so; what it could not say, because the bus was away,
 * the sweep of the trail makes up from this.
 */
export const noteOverwriting = async (
  before: FoundItem,
  item: FoundItem,
  writtenAt: number,
  { changes, clock, region }: Pick<AcceptHandlerPorts, 'changes' | 'clock' | 'region'>,
): Promise<void> => {
  const event = overwrittenEvent({ before, item, at: writtenAt, region });
  if (event !== undefined) await changes.noteOverwriting(item, event, clock.now());
};

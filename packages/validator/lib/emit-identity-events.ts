import { approvedEvent, overwrittenEvent } from '@flaghoist/core/identity-events';
import { givenOf } from '@flaghoist/core/storage/approval-items';
import type { FoundItem } from '@flaghoist/core/storage/write';
import type { TellPorts } from './ports.ts';

type Ports = Pick<TellPorts, 'region' | 'bus' | 'log'>;

/** An approval that home has heard of. @throws InvalidInputError for an item that is none */
export const emitApproved = async (item: FoundItem, { region, bus }: Ports): Promise<void> =>
  bus.publish([approvedEvent(givenOf(item), region)]);

/** Something was written over an item of `proposals`: told, and otherwise left alone. */
export const emitTampering = async (
  before: FoundItem,
  item: FoundItem,
  at: number,
  { region, bus, log }: Ports,
): Promise<void> => {
  const event = overwrittenEvent({ before, item, at, region });
  if (event === undefined) return;
  log.error('what home had heard of was overwritten; it changes nothing', { ...event.detail });
  await bus.publish([event]);
};

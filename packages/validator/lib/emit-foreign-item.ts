import { foreignItemEvent } from '@flaghoist/core/identity-events';
import type { FoundItem, TableName } from '@flaghoist/core/storage/write';
import type { TellPorts } from './ports.ts';

interface Foreign {
  readonly table: TableName;
  readonly before: FoundItem | undefined;
  readonly item: FoundItem;
  readonly writtenAt: number;
  /** Why it cannot be read. */
  readonly error: unknown;
}

/** Names an item that somebody wrote around the functions that may: to who is on call, and in the trail. */
export const emitForeignItem = async (
  { writtenAt, error, ...found }: Foreign,
  { region, bus, log }: Pick<TellPorts, 'region' | 'bus' | 'log'>,
): Promise<void> => {
  const event = foreignItemEvent({ ...found, at: writtenAt, region });
  log.error('item was written around its function: find out who wrote it, and put back what was there', {
    place: event.detail.place,
    error,
  });
  await bus.publish([event]);
};

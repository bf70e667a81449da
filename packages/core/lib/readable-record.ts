import type { ChangeRecord } from './change.ts';
import { InvalidInputError } from './errors.ts';
import type { Order } from './order.ts';
import type { ChangeStore } from './ports/change-store.ts';

interface Place {
  readonly flagKey: string;
  readonly order: Order;
}

/** @returns `unreadable` for one that somebody else wrote, or broke */
export const recordAt = async (
  { flagKey, order }: Place,
  changes: Pick<ChangeStore, 'record'>,
): Promise<ChangeRecord | 'unreadable' | undefined> => {
  try {
    return await changes.record(flagKey, order);
  } catch (error) {
    if (error instanceof InvalidInputError) return 'unreadable';
    throw error;
  }
};

/** The record of a change, where there is one that can be read: whoever writes around the validator stops no flag by it. */
export const readableRecord = async (
  place: Place,
  changes: Pick<ChangeStore, 'record'>,
): Promise<ChangeRecord | undefined> => {
  const record = await recordAt(place, changes);
  return record === 'unreadable' ? undefined : record;
};

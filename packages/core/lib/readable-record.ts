import type { ChangeRecord } from './change.ts';
import { InvalidInputError } from './errors.ts';
import { isGenuine } from './intact.ts';
import type { Order } from './order.ts';
import type { ChangeStore } from './ports/change-store.ts';
import type { FlagStore } from './ports/flag-store.ts';

interface Place {
  readonly flagKey: string;
  readonly order: Order;
}

const recordAt = async (
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

/** Whether somebody wrote into the place of the next change, so that no attempt would ever get through. */
export const isPlaceTaken = async (
  place: Place,
  { flags, changes }: { readonly flags: Pick<FlagStore, 'revision'>; readonly changes: Pick<ChangeStore, 'record'> },
): Promise<boolean> => {
  const revision = await flags.revision(place.flagKey, place.order);
  if (revision !== undefined) return !isGenuine(revision);
  return (await recordAt(place, changes)) !== undefined;
};

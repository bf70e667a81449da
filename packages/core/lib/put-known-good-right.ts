import { isNewer, isOrder, type Order } from './order.ts';
import type { ChangeStore } from './ports/change-store.ts';
import type { FlagStore, KnownGood, KnownGoodRepair } from './ports/flag-store.ts';

interface Ports {
  readonly flags: Pick<FlagStore, 'knownGood' | 'revision'> & KnownGoodRepair;
  readonly changes: Pick<ChangeStore, 'recordsBefore'>;
}

/** Behind every revision of an epoch. */
const endOf = (epoch: number): Order => ({ epoch, revision: 10 ** 12 - 1 });

/** Whether KNOWN_GOOD names a revision of its flag: who writes around the functions that may, can write any order. */
export const namesRevision = async (
  { flagKey, order, envelopeDigest }: KnownGood,
  flags: Pick<FlagStore, 'revision'>,
): Promise<boolean> => isOrder(order) && (await flags.revision(flagKey, order))?.envelopeDigest === envelopeDigest;

/**
 * Puts KNOWN_GOOD of this epoch back where a late one of an older epoch has overwritten it: the last writer wins, also when
 * what it says is older. Where what stands there names no revision, the newest proven one of any epoch is put there.
 *
 * @param before what the late one replaced, if that is known
 * @returns whether it was put back
 */
export const putKnownGoodRight = async (
  flagKey: string,
  { epoch, before }: { readonly epoch: number; readonly before?: KnownGood | undefined },
  { flags, changes }: Ports,
): Promise<boolean> => {
  const found = await flags.knownGood(flagKey);
  if (found === undefined) return false;
  const isForeign = !(await namesRevision(found, flags));
  if (!isForeign && found.order.epoch >= epoch) return false;
  const oldest = isForeign ? 1 : epoch;
  const proven = await newestVerified(flagKey, { oldest, epoch }, changes);
  const replaced = before !== undefined && (await namesRevision(before, flags)) ? before : undefined;
  const candidates = [proven, replaced].filter(
    (good) => good !== undefined && good.order.epoch >= oldest && good.order.epoch <= epoch,
  );
  const good = candidates.reduce((a, b) => (a && b && isNewer(a.order, b.order) ? a : b), undefined);
  return good !== undefined && flags.restoreKnownGood(flagKey, found.order, good);
};

const newestVerified = async (
  flagKey: string,
  { oldest, epoch }: { readonly oldest: number; readonly epoch: number },
  changes: Ports['changes'],
): Promise<KnownGood | undefined> => {
  for await (const { order, state, envelopeDigest } of changes.recordsBefore(flagKey, endOf(epoch))) {
    if (order.epoch < oldest) return undefined;
    if (state === 'verified') return { flagKey, order, envelopeDigest };
  }
  return undefined;
};

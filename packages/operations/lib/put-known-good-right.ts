import { isNewer, type Order } from '@flaghoist/core/order';
import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import type { FlagStore, KnownGood, KnownGoodRepair } from '@flaghoist/core/ports/flag-store';

interface Ports {
  readonly flags: Pick<FlagStore, 'knownGood'> & KnownGoodRepair;
  readonly changes: Pick<ChangeStore, 'recordsBefore'>;
}

/** Behind every revision of an epoch. */
const endOf = (epoch: number): Order => ({ epoch, revision: 10 ** 12 - 1 });

/**
 * Puts KNOWN_GOOD of this epoch back where a late one of an older epoch has overwritten it: the last writer wins, also when
 * what it says is older.
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
  if (found === undefined || found.order.epoch >= epoch) return false;
  const proven = await newestVerified(flagKey, epoch, changes);
  const candidates = [proven, before].filter((good) => good !== undefined && good.order.epoch === epoch);
  const good = candidates.reduce((a, b) => (a && b && isNewer(a.order, b.order) ? a : b), undefined);
  return good !== undefined && flags.restoreKnownGood(flagKey, found.order, good);
};

const newestVerified = async (
  flagKey: string,
  epoch: number,
  changes: Ports['changes'],
): Promise<KnownGood | undefined> => {
  for await (const { order, state, envelopeDigest } of changes.recordsBefore(flagKey, endOf(epoch))) {
    if (order.epoch < epoch) return undefined;
    if (state === 'verified') return { flagKey, order, envelopeDigest };
  }
  return undefined;
};

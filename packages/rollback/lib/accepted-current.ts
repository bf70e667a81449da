import { UnavailableError } from '@flaghoist/core/errors';
import { formatOrder, isNewer, type Order } from '@flaghoist/core/order';
import type { FlagStore, StoredRevision } from '@flaghoist/core/ports/flag-store';

interface Accepted {
  readonly flagKey: string;
  readonly order: Order;
}

/**
 * CURRENT of an accepted change's flag, if it is an accepted revision itself and not older than that change.
 *
 * @throws UnavailableError while somebody's own CURRENT stands there: the home region's distribute function puts it back
 */
export const acceptedCurrent = async (
  { flagKey, order }: Accepted,
  { flags }: { flags: FlagStore },
): Promise<StoredRevision> => {
  const current = await flags.current(flagKey);
  const revision = current && (await flags.revision(flagKey, current.order));
  if (current && revision?.envelopeDigest === current.envelopeDigest && !isNewer(order, current.order)) return current;
  throw new UnavailableError(
    `an accepted CURRENT of ${flagKey} at ${formatOrder(order)} or later`,
    'CURRENT was written around the validator; it is put back within seconds.',
  );
};

import { isOnRecord } from '@flaghoist/core/accepted-revision';
import { UnavailableError } from '@flaghoist/core/errors';
import { isGenuine } from '@flaghoist/core/intact';
import { formatOrder, isNewer, type Order } from '@flaghoist/core/order';
import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import type { FlagStore, StoredRevision } from '@flaghoist/core/ports/flag-store';

interface Accepted {
  readonly flagKey: string;
  readonly order: Order;
}

/**
 * CURRENT of an accepted change's flag, if it is an accepted revision itself and not older than that change. One whose REVISION
 * is gone is one too, when `changes` says so: home's distribute function puts the REVISION back.
 *
 * @throws UnavailableError while somebody's own CURRENT stands there: the home region's distribute function puts it back
 */
export const acceptedCurrent = async (
  { flagKey, order }: Accepted,
  {
    flags,
    changes,
  }: { flags: Pick<FlagStore, 'current' | 'revision'>; changes: Pick<ChangeStore, 'record' | 'outcome'> },
): Promise<StoredRevision> => {
  const current = await flags.current(flagKey);
  if (current !== undefined && !isNewer(order, current.order)) {
    const revision = await flags.revision(flagKey, current.order);
    if (revision?.envelopeDigest === current.envelopeDigest) return current;
    if (revision === undefined && isGenuine(current) && (await isOnRecord(current, changes))) return current;
  }
  throw new UnavailableError(
    `an accepted CURRENT of ${flagKey} at ${formatOrder(order)} or later`,
    'CURRENT was written around the validator; it is put back within seconds.',
  );
};

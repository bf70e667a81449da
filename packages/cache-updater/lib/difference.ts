import { isDue } from '@flaghoist/core/held';
import { isIntact } from '@flaghoist/core/intact';
import { compareOrders } from '@flaghoist/core/order';
import type { CachedFlag } from '@flaghoist/core/ports/service-cache';
import { writeFor } from './cache-write.ts';
import type { FlagMessage } from './message-reader.ts';

export type Difference = 'absent' | 'older' | 'conflict' | 'corrupt';

const NOTHING: CachedFlag = { held: null, stored: null };

/** Whether CURRENT of a flag belongs into a cache: also as a tombstone over a field that lost its `held` entry (rule 7). */
export const concerns = ({ envelope }: FlagMessage, service: string, { held, stored }: CachedFlag = NOTHING): boolean =>
  stored !== null || isDue(service, envelope, held);

/**
 * How a cache differs from CURRENT of a flag. A later order is no difference: the fast path outruns replication, and
 * nothing is ever lowered.
 */
export const differenceOf = (
  message: FlagMessage,
  service: string,
  cached: CachedFlag = NOTHING,
  digestOfBody?: (body: string) => string | undefined,
): Difference | null => {
  if (!concerns(message, service, cached)) return null;
  const { held } = cached;
  if (held === null) return 'absent';
  const { incoming } = writeFor(message, service, { repair: true });
  const ahead = compareOrders(held.order, incoming.order);
  if (ahead !== 0) return ahead < 0 ? 'older' : null;
  if (held.digest !== incoming.digest) return 'conflict';
  return held.tombstone === incoming.tombstone && isIntact(cached, digestOfBody) ? null : 'corrupt';
};

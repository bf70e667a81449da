import type { Held } from '@flaghoist/core/compare-and-set';
import { acceptedAtOf } from '@flaghoist/core/intact';
import { isNewer, type Order } from '@flaghoist/core/order';
import type { FlagStore } from '@flaghoist/core/ports/flag-store';
import type { CachedFlag } from '@flaghoist/core/ports/service-cache';
import { AHEAD_MS } from '@flaghoist/core/region-judgement';
import type { FlagMessage } from './message-reader.ts';

export interface Unexplained {
  readonly service: string;
  readonly flagKey: string;
  readonly heldOrder: Order | null;
}

interface Seen {
  flagKey: string;
  cached: CachedFlag;
  /** CURRENT as read before; `undefined` when there is none, or none that could be read. */
  current: FlagMessage | undefined;
  hasCurrent: boolean;
  now: number;
}

/**
 * Whether a cache serves what this region has never accepted: a live field of a flag without CURRENT, or a later order
 * than CURRENT, for which there is no REVISION either, and too old to be on its way. Nothing is done about it: whatever
 * put it there, the reconciler never lowers an order.
 */
export const isUnexplained = async (
  flags: Pick<FlagStore, 'revision'>,
  { flagKey, cached: { held, stored }, current, hasCurrent, now }: Seen,
): Promise<boolean> => {
  const isAhead = current !== undefined && held !== null && isNewer(held.order, current.live.order);
  // A tombstone says of nothing when it was accepted; it is in the way of a flag only where that has been there for long.
  if (stored === null)
    return isAhead && now - current.envelope.at.accepted >= AHEAD_MS && (await isForeign(flags, flagKey, held));
  if (hasCurrent && !isAhead) return false;
  if (now - acceptedAtOf(stored) < AHEAD_MS) return false;
  if (held === null) return true;
  return isForeign(flags, flagKey, held);
};

/** Nothing with this digest was ever accepted at this order. */
const isForeign = async (flags: Pick<FlagStore, 'revision'>, flagKey: string, held: Held): Promise<boolean> =>
  (await flags.revision(flagKey, held.order))?.envelopeDigest !== held.digest;

import type { Order } from '@flaghoist/core/order';
import type { ApiContext } from '../context.ts';

const POLL_MS = 25;
/** A region that is cut off, or a dead cache, slows an import down and does not stop it. */
const PATIENCE_MS = 2_000;

/**
 * Waits until all caches of home have acknowledged a change. Accepting is fast and spreading is not: what is accepted much faster
 * than it spreads is not proven in the minute that home gives a change, and ends unverified until a reconciler comes by. Where
 * caches cannot be seen from here nobody waits.
 */
export const acknowledgedAtHome = async (
  flagKey: string,
  order: Order,
  { ports, follower }: Pick<ApiContext, 'ports' | 'follower'>,
): Promise<void> => {
  const { region } = ports.home();
  if (ports.region(region).caches === null) return;
  const until = ports.clock.now() + PATIENCE_MS;
  while (ports.clock.now() < until) {
    const own = follower.seen(flagKey, order).find((seen) => seen.region === region);
    if (own?.seenAt != null) return;
    await ports.clock.sleep(POLL_MS);
  }
};

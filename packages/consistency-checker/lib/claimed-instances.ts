import type { InstanceRows } from '@flaghoist/core/instance-claim';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { ServiceCache } from '@flaghoist/core/ports/service-cache';

/** A verdict waits no longer for what is no part of it. */
const LONGEST_MS = 200;

interface Ports {
  readonly cache: Pick<ServiceCache, 'instances'>;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Pick<Logger, 'warn'>;
}

type Rows = ReadonlyMap<string, InstanceRows>;

/** What instances have written, once for all verdicts of a look. Nothing where that cannot be read in time. */
export const readClaims = async (services: readonly string[], { cache, clock, log }: Ports): Promise<Rows> => {
  if (services.length === 0) return new Map();
  const unread = (error?: unknown): Rows => {
    log.warn('claims of instances not read, the verdict goes without them', { services: services.length, error });
    return new Map();
  };
  const late = clock.sleep(LONGEST_MS).then(() => 'late' as const);
  const read = cache.instances(services).catch((error: unknown) => ({ error }));
  const found = await Promise.race([read, late]);
  if (found === 'late') return unread();
  return 'error' in found ? unread(found.error) : found;
};

import { UnavailableError } from '@flaghoist/core/errors';
import { evaluatorOf } from '@flaghoist/core/evaluator';
import { compareOrders } from '@flaghoist/core/order';
import type { AcknowledgementLog } from '@flaghoist/core/ports/acknowledgement-log';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { CacheContents, CacheResult, ServiceCache } from '@flaghoist/core/ports/service-cache';
import type { TopologySource } from '@flaghoist/core/ports/topology-source';
import { type AcceptedFlagsPorts, readCurrents, standingOf } from './accepted-flags.ts';
import { createAcknowledge } from './acknowledge.ts';
import { writeFor } from './cache-write.ts';
import { concerns } from './difference.ts';
import { inBatches } from './in-batches.ts';
import type { FlagMessage } from './message-reader.ts';

export interface LoadPorts extends AcceptedFlagsPorts {
  cache: Pick<ServiceCache, 'contents' | 'apply' | 'writeManifest'>;
  topology: TopologySource;
  acknowledgements: AcknowledgementLog;
  clock: Clock;
}

/** Everything that a full load may write: accepted, and not refused by this region. Read once for many services. */
export const readLoadable = async (ports: LoadPorts): Promise<readonly FlagMessage[]> => {
  const { flags } = await readCurrents(ports);
  const standings = await inBatches(flags, (flag) => standingOf(ports, flag));
  return flags.filter((flag, index) => {
    if (standings[index] === 'accepted') return true;
    ports.log.warn('flag left out of a full load', {
      region: ports.region,
      flagKey: flag.envelope.flagKey,
      standing: standings[index],
    });
    return false;
  });
};

type Reachable = Extract<CacheContents, { reachable: true }>;

/**
 * Loads one service's cache in full: every flag by compare-and-set, tombstones for what it should no longer serve, then,
 * last, the manifest that says so. A load that breaks off leaves no manifest and is simply repeated.
 *
 * @throws UnavailableError when the cache is out of reach
 */
export const createLoadService = (ports: LoadPorts) => {
  const { region, cache, topology, log } = ports;
  const acknowledge = createAcknowledge(ports);

  return async (service: string, loadable: readonly FlagMessage[]): Promise<void> => {
    const before = await cache.contents(service);
    if (!before.reachable) {
      throw new UnavailableError(
        `cache of ${service} in ${region}`,
        'It is loaded when its request is delivered again.',
      );
    }
    const latest = await topology.latest();
    const concerned = loadable.filter((flag) => concerns(flag, service, before.flags.get(flag.envelope.flagKey)));
    const writes = concerned.map((flag) => writeFor(flag, service, { repair: false }));
    const results = await inBatches(writes, (write) => cache.apply(service, write));
    const count = writes.filter(({ body }) => body !== null).length;
    await cache.writeManifest(service, {
      generation: (before.manifest?.generation ?? 0) + 1,
      topologyVersion: latest.version,
      count,
      evaluator: evaluatorOf(latest),
    });
    // Only now: before the manifest is there, nothing is acknowledged.
    concerned.forEach((message, index) => {
      const result = results[index];
      if (result === undefined || !isNews(message, before, result)) return;
      acknowledge({ service, message, outcome: 'repaired', held: result.held });
    });
    log.info('cache loaded', { region, service, flags: concerned.length, live: count });
  };
};

/** Holds it now, and could not be counted on before: it was not there, or lay in a cache without a manifest. */
const isNews = ({ envelope, live }: FlagMessage, before: Reachable, { held }: CacheResult): boolean => {
  const ahead = compareOrders(held.order, live.order);
  if (ahead < 0 || (ahead === 0 && held.digest !== live.digest)) return false;
  const previous = before.flags.get(envelope.flagKey)?.held;
  return before.manifest === null || !previous || compareOrders(previous.order, held.order) < 0;
};

import type { CacheOutages } from '@flaghoist/adapters/cache-outages';
import { Counter, type Registry } from 'prom-client';

/** Outages of the cache, for Prometheus. The reasons are a fixed set of words. */
export const addOutageMetric = (registry: Registry, outages: Pick<CacheOutages, 'counts'>): void => {
  new Counter({
    name: 'flaghoist_agent_cache_outages_total',
    help: 'Outages of the cache by the reason that they began with',
    labelNames: ['reason'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [reason, count] of outages.counts) this.inc({ reason }, count);
    },
  });
};

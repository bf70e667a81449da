import { expectedServices } from '@flaghoist/core/audience';
import { UnavailableError } from '@flaghoist/core/errors';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { EventBus } from '@flaghoist/core/ports/event-bus';
import type { FlagStore } from '@flaghoist/core/ports/flag-store';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { ServiceCache } from '@flaghoist/core/ports/service-cache';
import type { TopologySource } from '@flaghoist/core/ports/topology-source';
import type { ExpectRow, VerificationStore } from '@flaghoist/core/ports/verification-store';
import { createRegionJudge, type RegionQuestion, regionVerdictOf } from '@flaghoist/core/region-judgement';
import type { Topology } from '@flaghoist/core/topology';
import { SETTLE_MS } from './reconcile-service.ts';

export interface ProvePorts {
  region: string;
  cache: Pick<ServiceCache, 'inspect' | 'redisOf'>;
  flags: Pick<FlagStore, 'revision'>;
  verification: Pick<VerificationStore, 'unprovenRows' | 'answer'>;
  topology: TopologySource;
  bus: EventBus;
  clock: Clock;
  log: Logger;
}

/**
 * Sends a consistent verdict for every unproven change that all caches of the region hold by now (rule 12). Looks at all
 * cells: a region is proven as a whole. It never says anything else; judging is the scan's business.
 */
export const createProveRows = (ports: ProvePorts) => {
  const { region, verification, topology, bus, clock, log } = ports;
  const judge = createRegionJudge(ports);

  const questionOf = async (row: ExpectRow, latest: Topology): Promise<RegionQuestion | undefined> => {
    try {
      const expected = expectedServices(row, await topology.at(row.topologyVersion), latest);
      return { row, expected, isLogged: () => false, late: false, now: clock.now() };
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      log.warn('topology version not known here', { region, version: row.topologyVersion, changeId: row.changeId });
      return undefined;
    }
  };

  /** @returns how many changes were proven */
  return async (): Promise<number> => {
    const now = clock.now();
    const rows = await verification.unprovenRows();
    const settled = rows.filter(({ refusal, expectedAt }) => refusal === null && now - expectedAt >= SETTLE_MS);
    if (settled.length === 0) return 0;
    const latest = await topology.latest();
    const questions = await Promise.all(settled.map((row) => questionOf(row, latest)));
    const answers = await judge(questions.filter((question) => question !== undefined));
    const proven = answers.filter(({ verdict }) => verdict === 'consistent');
    if (proven.length === 0) return 0;
    const about = { region, observer: 'reconciler', at: now, degraded: [], outages: new Map() } as const;
    await bus.publish(proven.map((answer) => regionVerdictOf(answer, about)));
    // After the event: whoever fails between the two sends it again in a minute.
    await Promise.all(proven.map(({ row }) => verification.answer(row, 'consistent')));
    log.info('changes proven', { region, changes: proven.length });
    return proven.length;
  };
};

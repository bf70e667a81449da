import { decodeBitmap } from '@flaghoist/core/bitmap';
import { CANARY_FLAG } from '@flaghoist/core/canary';
import { createExpected } from '@flaghoist/core/expected';
import { claimedInstances } from '@flaghoist/core/instance-claim';
import { decodeOffers, NO_OFFERS } from '@flaghoist/core/offers';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { EventBus } from '@flaghoist/core/ports/event-bus';
import type { FlagStore } from '@flaghoist/core/ports/flag-store';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { Metrics } from '@flaghoist/core/ports/metrics';
import type { ServiceCache } from '@flaghoist/core/ports/service-cache';
import type { TopologySource } from '@flaghoist/core/ports/topology-source';
import type { VerificationStore } from '@flaghoist/core/ports/verification-store';
import {
  createRegionJudge,
  type RegionAnswer,
  type RegionQuestion,
  regionVerdictOf,
} from '@flaghoist/core/region-judgement';
import { serviceNames } from '@flaghoist/core/topology';
import { readClaims } from './claimed-instances.ts';
import { type DegradedCaches, degradedEvents, findDegraded } from './degraded-caches.ts';
import { findOutages } from './outages.ts';
import { deadlineOf } from './ripe-changes.ts';
import { type CompareInput, type CompareResult, fingerprintOf, MAX_OPEN } from './workflow.ts';

export interface ComparePorts {
  region: string;
  cache: Pick<ServiceCache, 'inspect' | 'instances' | 'redisOf'>;
  flags: Pick<FlagStore, 'revision'>;
  verification: Pick<VerificationStore, 'row' | 'answer' | 'recordFailure' | 'noteFailedWrites' | 'redisNotes'>;
  topology: TopologySource;
  bus: EventBus;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
}

type Candidate = RegionQuestion & { readonly known: boolean };

/**
 * Compares log lines, caches and expectation of the ripe changes, and sends one verdict per change. An `unknown` before
 * the deadline is no answer yet: those are looked at once more when it has passed.
 */
export const createCompareChanges = (ports: ComparePorts) => {
  const { region, cache, verification, topology, bus, clock, log, metrics } = ports;
  const judge = createRegionJudge(ports);

  const gather = async ({ ripe, topologyVersion, offers }: CompareInput, now: number): Promise<Candidate[]> => {
    const offered = decodeOffers(
      offers ?? NO_OFFERS,
      ripe.map(({ key }) => key.flagKey),
    );
    const expectedOf = createExpected(topology, await topology.at(topologyVersion));
    const candidates = await Promise.all(
      ripe.map(async ({ key, logged }): Promise<Candidate | undefined> => {
        const row = await verification.row(key);
        // Answered meanwhile: by the reconciler, or by who held the window before.
        if (row?.answer !== 'open') return undefined;
        const expected = await expectedOf(row);
        const lines = decodeBitmap(logged, expected ?? []);
        const isLogged = (service: string): boolean => lines.has(service);
        return {
          row,
          expected: expected ?? [],
          known: expected !== undefined,
          isLogged,
          late: now >= deadlineOf(row),
          offer: offered.get(row.flagKey),
          now,
        };
      }),
    );
    return candidates.filter((candidate) => candidate !== undefined);
  };

  const answer = async (candidates: readonly Candidate[]): Promise<RegionAnswer[]> => {
    const refused = candidates.filter(({ row }) => row.refusal !== null);
    const lost = candidates.filter(({ row, known }) => row.refusal === null && !known);
    const judged = await judge(candidates.filter(({ row, known }) => row.refusal === null && known));
    return [
      ...judged,
      ...refused.map((one) => refusal(one, (service) => cache.redisOf(service))),
      ...lost.map(({ row }): RegionAnswer => ({ row, verdict: 'unknown', services: [] })),
    ];
  };

  const report = (answers: readonly RegionAnswer[], degraded: DegradedCaches): void => {
    if (degraded.size > 0) {
      const services = [...degraded.keys()].sort();
      log.error('caches fail several changes', { region, services });
      metrics.measure({ 'degraded-caches': degraded.size }, { services: services.join(',') });
    }
    for (const { row, verdict, services } of answers) {
      const { changeId, flagKey, refusal } = row;
      const cacheOnly = services.filter(({ evidence }) => evidence === 'cache-only').length;
      if (cacheOnly > 0) log.warn('seen in caches, not in the log', { region, changeId, flagKey, services: cacheOnly });
      if (verdict !== 'consistent') log.warn('change not proven', { region, changeId, flagKey, verdict, refusal });
    }
  };

  /** First looks only: what is looked at because home asks again was waited for on purpose. */
  const measure = (answers: readonly RegionAnswer[], scannedAt: number, answeredAt: number): void => {
    for (const { row, verdict } of answers) {
      const { flagKey, changeId, look, expectedAt } = row;
      if (look > 1 || flagKey === CANARY_FLAG) continue;
      const took = { scan: scannedAt - expectedAt, detection: answeredAt - scannedAt };
      metrics.measure(took, { flagKey, changeId, verdict });
    }
  };

  return async (input: CompareInput): Promise<CompareResult> => {
    // Before the caches are read: what arrives during the look counts as in time.
    const now = clock.now();
    const answers = await answer(await gather(input, now));
    // Before its deadline nothing was offered; and one that has become due since is offered it in the next round.
    const isEarly = ({ row, verdict }: RegionAnswer): boolean =>
      verdict === 'unknown' && (now < deadlineOf(row) || input.offers === null);
    const final = answers.filter((one) => !isEarly(one));
    const failed = final.filter(({ row, verdict }) => verdict === 'inconsistent' && row.refusal === null);
    const degraded = await findDegraded(verification, failed, now);
    const services = serviceNames(await topology.at(input.topologyVersion));
    const servedBy = (redis: string) => services.filter((service) => cache.redisOf(service) === redis);
    const outages = await findOutages(verification, final, now, servedBy);

    const expectedOf = ({ services }: RegionAnswer): string[] => services.map(({ service }) => service);
    const rows = await readClaims([...new Set(final.flatMap(expectedOf))], ports);
    const verdicts = final.map((one) => {
      const instances = claimedInstances(rows, expectedOf(one), now);
      const degradedHere = atFault(one, degraded);
      return regionVerdictOf(one, { region, observer: 'scan', at: now, degraded: degradedHere, outages, instances });
    });
    const events = [...verdicts, ...degradedEvents(degraded, region, now)];
    if (events.length > 0) await bus.publish(events);
    const answeredAt = clock.now();
    // After the events: whoever fails between the two sends them again, under the same ids.
    await Promise.all(final.map(({ row, verdict }) => verification.answer(row, verdict)));
    report(final, degraded);
    // Now that it is on record: who dies before this line answers again, and is measured then.
    measure(final, input.scannedAt, answeredAt);

    const waiting = new Set(input.undecided);
    for (const one of answers) {
      if (isEarly(one)) waiting.add(fingerprintOf(one.row));
      else waiting.delete(fingerprintOf(one.row));
    }
    return { asked: { changeIds: [] }, undecided: [...waiting].slice(-MAX_OPEN) };
  };
};

/** Whatever the caches hold (rule 3). No cache is blamed for it, and none becomes degraded by it. */
const refusal = ({ row, expected, isLogged }: RegionQuestion, redisOf: ServiceCache['redisOf']): RegionAnswer => ({
  row,
  verdict: 'inconsistent',
  services: expected.map((service) => ({
    service,
    verdict: 'inconsistent',
    reason: 'refused-by-region',
    redis: redisOf(service),
    offered: false,
    evidence: isLogged(service) ? 'log-only' : 'none',
  })),
});

const atFault = ({ row, services }: RegionAnswer, degraded: DegradedCaches): string[] =>
  row.refusal !== null
    ? []
    : services
        .filter(({ service, verdict }) => verdict === 'inconsistent' && degraded.has(service))
        .map(({ service }) => service);

import { createCanaryHandler } from '@flaghoist/canary/handler';
import { CANARY_AUTHOR, CANARY_FLAG, SHADOW_SERVICE } from '@flaghoist/core/canary';
import type { Metrics } from '@flaghoist/core/ports/metrics';
import type { ServiceCache } from '@flaghoist/core/ports/service-cache';
import { CANARY_EVERY_MS } from '@flaghoist/operations/canary/canary';
import { ownChanges, statusOf } from '@flaghoist/operations/canary/history';
import { canaryOf, expireRevisions, withShadow } from '../lib/canary.ts';
import { rev } from './support/flags.ts';
import { shippedTopology, startWorld, type TestWorldOptions } from './support/world.ts';

const REGIONS = 2;
const { standby: _idle, ...withoutStandby } = shippedTopology;
const topology = withShadow({
  ...withoutStandby,
  regions: shippedTopology.regions.slice(0, REGIONS),
  services: shippedTopology.services.slice(0, 3),
});

const started = async (options: TestWorldOptions = {}) => {
  const t = await startWorld({ topology, latency: 'modelled', seed: 31, ...options });
  const canary = canaryOf(t.world, t.log);
  /** So many changes of the canary, one a minute. */
  const steps = async (count: number): Promise<void> => {
    for (let step = 0; step < count; step += 1) {
      const begun = t.scheduler.now();
      await t.run(canary.step());
      await t.advance(CANARY_EVERY_MS - (t.scheduler.now() - begun));
    }
  };
  return { t, canary, steps };
};

it('plants every tenth change wrong in one region after the other, and each is named and taken back', async () => {
  // Where nobody else's change could be taken back.
  const { t, canary, steps } = await started({
    portsOf: (seat, ports) => (seat.name.startsWith('rollback') ? { ...ports, revertsPerMinute: 0 } : ports),
  });
  await steps(10 * REGIONS);
  const { detections, undetected, last } = canary.status;
  expect(detections.map(({ region }) => region).sort()).toEqual([...t.regions].sort());
  for (const { tookMs } of detections) expect(tookMs).toBeLessThan(30_000);
  expect({ undetected, last: last?.state }).toEqual({ undetected: [], last: 'verified' });
  expect(t.log.messages('error')).toEqual([]);

  // Outside of the budget, of the notes of degraded caches, and of what everybody is expected to hold.
  const { changes } = t.world.home;
  const took = await t.world.audit.search({ flagKey: CANARY_FLAG, type: 'ChangeRolledBack' });
  expect(took).toHaveLength(REGIONS);
  for (const { at } of took) expect(await changes.revertsInMinute(at)).toBe(0);
  expect(await t.world.audit.search({ type: 'CacheDegraded' })).toEqual([]);
  const { order } = await t.verified();
  expect(order).toEqual(rev(1));
  const proofs = await changes.proofs({ changeId: 'change-0001', flagKey: 'instant-payments', order });
  expect(proofs.map(({ holding }) => holding)).toEqual([3, 3]);
  const shadow = await t.run(t.region(0).caches.contents(SHADOW_SERVICE));
  const live = shadow.reachable ? [...shadow.flags].filter(([, { stored }]) => stored !== null) : [];
  expect(live.map(([flagKey]) => flagKey)).toEqual([CANARY_FLAG]);

  // Who starts anew knows what was proven.
  const again = canaryOf(t.world, t.log);
  await t.run(again.step());
  const running = again.run();
  await t.advance(CANARY_EVERY_MS);
  again.stop();
  expect(again.status.detections).toEqual(detections);
  await t.advance(CANARY_EVERY_MS);
  await running;
});

const lookingAt = (caches: () => ServiceCache): Pick<ServiceCache, 'inspect' | 'instances' | 'redisOf'> => ({
  inspect: (services, flagKeys) => caches().inspect(services, flagKeys),
  instances: (services) => caches().instances(services),
  redisOf: (service) => caches().redisOf(service),
});

it('rings when a checker is blind', async () => {
  let elsewhere: ServiceCache | undefined;
  const { t, canary, steps } = await started({
    // The caches that the other region's checker looks into, where all is well.
    portsOf: (seat, ports) => {
      if (!seat.name.startsWith('consistency-checker') || !('cache' in ports)) return ports;
      const own = ports.cache as ServiceCache;
      if (seat.region !== shippedTopology.home) elsewhere = own;
      else return { ...ports, cache: lookingAt(() => elsewhere ?? own) };
      return ports;
    },
  });
  await steps(10 * REGIONS);
  expect(canary.status.undetected).toEqual([
    expect.objectContaining({ region: shippedTopology.home, why: 'what was planted was not found (verified)' }),
  ]);
  expect(canary.status.detections.map(({ region }) => region)).toEqual([shippedTopology.regions[1]?.name]);
  expect(t.log.messages('error')).toContain('planted fault was not found');
});

describe('the canary of an account, which keeps nothing and reaches no cache', () => {
  /** Its runs, one a minute, each in a function that knows nothing of the one before. */
  const startedThere = async (options: TestWorldOptions = {}) => {
    const { t } = await started(options);
    const { home } = t.world;
    const measured: Parameters<Metrics['measure']>[0][] = [];
    const run = () =>
      createCanaryHandler({
        region: home.region,
        home: t.region(0).home,
        topology: t.world.topology,
        flags: t.region(0).store,
        changes: home.changes,
        proposals: home.authorWith(CANARY_AUTHOR),
        send: async (region, message) => void t.world.region(region).queues.queue(SHADOW_SERVICE).send(message),
        clock: t.scheduler,
        log: t.log,
        // A run that has nothing to tell says only that it ran.
        metrics: { measure: (values) => values['canary-missed'] !== undefined && measured.push({ ...values }) },
      })();
    const minutes = async (count: number): Promise<void> => {
      for (let minute = 0; minute < count; minute += 1) {
        const begun = t.scheduler.now();
        await t.run(run());
        await t.advance(CANARY_EVERY_MS - (t.scheduler.now() - begun));
      }
    };
    return { t, minutes, measured };
  };

  it('plants every tenth change wrong in one region after the other, and each is named and taken back', async () => {
    const { t, minutes, measured } = await startedThere();
    await minutes(10 * REGIONS + 1);
    const { changes } = t.world.home;
    const current = await t.region(0).store.current(CANARY_FLAG);
    const own = current === undefined ? [] : await ownChanges(current, changes, 100);
    const { detections = [], undetected, last } = statusOf(own, { now: t.scheduler.now(), regions: t.regions }) ?? {};
    expect(detections.map(({ region }) => region).sort()).toEqual([...t.regions].sort());
    for (const { tookMs } of detections) expect(tookMs).toBeLessThan(30_000);
    expect({ undetected, last: last?.state }).toEqual({ undetected: [], last: 'verified' });
    const found = detections.map(({ tookMs }) => ({ 'canary-detection': tookMs, 'canary-missed': 0 })).reverse();
    expect(measured).toEqual(found);
    expect(t.log.messages('error')).toEqual([]);
    expect(await t.world.audit.search({ type: 'CacheDegraded' })).toEqual([]);
    expect(await t.world.audit.search({ type: 'TamperingFound' })).toEqual([]);
  });

  it('rings when a planted mistake is lost on its way, and goes on', async () => {
    const { t, minutes, measured } = await startedThere();
    await minutes(9);
    t.region(0).queues.queue(SHADOW_SERVICE).send = () => {};
    await minutes(2);
    expect(measured).toEqual([{ 'canary-detection': 0, 'canary-missed': 1 }]);
    expect(t.log.messages('error')).toContain('planted fault was not found');
  });
});

it('is nobody else: its service is in no audience, and its name alone is no privilege', async () => {
  const { t } = await started();
  const audience = [SHADOW_SERVICE];
  expect(await t.settled(await t.propose({ flagKey: 'payments.shadowed', audience }))).toBe('rejected');
  expect(await t.settled(await t.propose({ flagKey: CANARY_FLAG, audience }))).toBe('rejected');
});

it('removes its revisions when their time has come, and no other, without an alarm', async () => {
  const { t, steps } = await started();
  await steps(1);
  await t.verified();
  expect(await expireRevisions(t.world)).toBe(0);
  t.world.stop();
  await t.advance(10 * 86_400_000);
  await steps(1);
  await t.advance(5 * 86_400_000);
  const { changesTable, proposalsTable } = t.world.home;
  const proposals = () => [...proposalsTable.allEntries()].filter(({ pk, sk }) => proposalsTable.get(pk, sk)).length;
  const kept = () =>
    [...changesTable.allEntries()].filter(({ pk, sk }) => changesTable.get(pk, sk)?.['expiresAt'] !== undefined).length;
  expect(kept()).toBeGreaterThan(4);
  const before = t.region(1).flags.get(`FLAG#${CANARY_FLAG}`, 'CURRENT');
  const all = kept();
  expect(proposals()).toBe(3);
  expect(await expireRevisions(t.world)).toBe(1);
  expect(kept()).toBe(all / 2);
  expect(proposals()).toBe(2);
  await t.advance(60_000);
  for (const region of [0, 1]) {
    expect(await t.region(region).store.revision(CANARY_FLAG, rev(1))).toBeUndefined();
    expect(await t.region(region).store.revision('instant-payments', rev(1))).toBeDefined();
    expect(t.region(region).flags.get(`FLAG#${CANARY_FLAG}`, 'CURRENT')).toEqual(before);
  }
  expect(t.log.messages('error')).not.toContain('item of flags was removed around the validator');
});

import { eventOf } from '@flaghoist/core/events';
import type { VerificationStore } from '@flaghoist/core/ports/verification-store';
import { rev } from './support/flags.ts';
import { impatientPlan } from './support/plan.ts';
import { replacingPort } from './support/seats.ts';
import { defaultFlag, shippedTopology, startWorld, type TestWorld } from './support/world.ts';

const REGION = 2;
const SERVICE = 1;
const latencies = ['none', 'modelled'] as const;

/** How long after its acceptance each document of a type came, in seconds. */
const secondsAfter = async (t: TestWorld, changeId: string, type: string): Promise<number[]> => {
  const { acceptedAt } = await t.recordOf(changeId);
  const documents = await t.world.audit.search({ changeId, type });
  return documents.map(({ at }) => (at - acceptedAt) / 1000);
};

/** The regions that home asked again about a change, and how many seconds after its acceptance. */
const askedAgain = async (t: TestWorld, changeId: string): Promise<{ region: string; seconds: number }[]> => {
  const { acceptedAt } = await t.recordOf(changeId);
  return (await t.world.audit.search({ type: 'VerifyRequested' }))
    .filter(({ id }) => id.includes(changeId) && id.includes('asked-again'))
    .map(({ detail, at }) => ({ region: String(detail['region']), seconds: (at - acceptedAt) / 1000 }));
};

const expectUnverifiedAfter60s = async (t: TestWorld, changeId: string, silentRegions: readonly string[]) => {
  expect(await t.settled(changeId)).toBe('unverified');
  await t.advance(3_000);
  const asked = await askedAgain(t, changeId);
  expect(asked.map(({ region }) => region).sort()).toEqual([...silentRegions].sort());
  expect(asked.every(({ seconds }) => seconds >= 30 && seconds < 33)).toBe(true);

  const [seconds, ...more] = await secondsAfter(t, changeId, 'ChangeUnverified');
  expect(more).toEqual([]);
  expect(seconds).toBeGreaterThanOrEqual(60);
  expect(seconds).toBeLessThan(65);
  const unverified = await t.world.audit.search({ changeId, type: 'ChangeUnverified' });
  expect(unverified.map(({ detail }) => detail['silentRegions'])).toEqual([silentRegions]);
  expect(t.log.messages('error')).toContain('change unverified');
};

const expectHealed = async (t: TestWorld, changeId: string, order: { epoch: number; revision: number }) => {
  await t.becomes(changeId, 'verified');
  expect(await t.knownGood()).toEqual(order);
  await t.everyCacheHolds(defaultFlag, order);
  expect(await t.revisions()).toHaveLength(order.revision);
  expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeUnverified', 'ChangeVerified']);
};

describe('a cache that cannot be reached', () => {
  it.each(latencies)('is unknown, then unverified after 60 s, then heals to verified, latency %s', async (latency) => {
    const t = await startWorld({ latency, seed: 61 });
    await t.verified();
    const { name: region, caches } = t.region(REGION);
    caches.breakService(t.service(SERVICE), 'unreachable');
    const changeId = await t.propose();
    await t.advance(25_000);
    expect(await t.standing(changeId)).toBe('accepted');
    const verdicts = await t.verdicts(changeId);
    expect(verdicts.filter(({ verdict }) => verdict !== 'consistent')).toMatchObject([
      { region, verdict: 'unknown', atFault: [{ service: t.service(SERVICE), reason: 'unreachable' }] },
    ]);

    await expectUnverifiedAfter60s(t, changeId, [region]);
    await t.everyCacheHolds(defaultFlag, rev(2), { except: [t.cacheName(REGION, SERVICE)] });
    // However long it lasts: nobody knows what the cache holds, so nothing is taken back.
    await t.advance(180_000);
    expect(await t.standing(changeId)).toBe('unverified');
    expect(await t.knownGood()).toEqual(rev(1));

    caches.heal(t.service(SERVICE));
    await expectHealed(t, changeId, rev(2));
  });

  it.each(latencies)('and is back when it is asked again: verified after all, latency %s', async (latency) => {
    const t = await startWorld({ latency, seed: 62, schedules: false });
    await t.verified();
    const { caches } = t.region(REGION);
    caches.breakService(t.service(SERVICE), 'unreachable');
    const changeId = await t.propose();
    await t.advance(20_000);
    expect(await t.standing(changeId)).toBe('accepted');
    caches.heal(t.service(SERVICE));
    expect(await t.settled(changeId)).toBe('verified');
    const [seconds] = await secondsAfter(t, changeId, 'ChangeVerified');
    await t.everyCacheHolds(defaultFlag, rev(2));
    expect(seconds ?? 30).toBeGreaterThanOrEqual(30);
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
  });

  it('does not excuse another one in its region that holds something older', async () => {
    const t = await startWorld({ latency: 'modelled', seed: 63 });
    await t.verified();
    const { name: region, caches } = t.region(REGION);
    caches.breakService(t.service(SERVICE), 'unreachable');
    caches.breakService(t.service(0), 'read-only');
    const changeId = await t.propose();
    expect(await t.settled(changeId)).toBe('rolled-back');
    expect((await t.recordOf(changeId)).blame).toEqual({ region, services: [t.service(0)] });
    await t.advance(5_000);
    await t.everyCacheHolds(defaultFlag, rev(3), {
      except: [t.cacheName(REGION, 0), t.cacheName(REGION, SERVICE)],
    });
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeRolledBack']);
  });
});

describe('a region that says nothing', () => {
  it.each(latencies)('because its bus is down: asked at 30 s, unverified at 60 s, latency %s', async (latency) => {
    const t = await startWorld({ latency, seed: 64 });
    await t.verified();
    const { name: region, bus } = t.region(REGION);
    bus.takeDown();
    const changeId = await t.propose();
    await expectUnverifiedAfter60s(t, changeId, [region]);
    // Only nobody hears of it: the caches there have the change like all others.
    await t.everyCacheHolds(defaultFlag, rev(2));
    expect((await t.verdicts(changeId)).map((verdict) => verdict.region)).not.toContain(region);

    bus.bringUp();
    await expectHealed(t, changeId, rev(2));
  });

  it.each(latencies)('because its checker fails at every look, latency %s', async (latency) => {
    const [, , silent] = shippedTopology.regions.map(({ name }) => name);
    const portsOf = replacingPort<VerificationStore>(
      { name: 'consistency-checker.scan', port: 'verification' },
      (_real, region) => (region === silent ? { acquireLease: () => Promise.reject(new Error('out of memory')) } : {}),
    );
    const t = await startWorld({ latency, seed: 65, schedules: false, portsOf });
    const changeId = await t.propose();
    await expectUnverifiedAfter60s(t, changeId, [t.region(REGION).name]);
    await t.everyCacheHolds(defaultFlag, rev(1));
    await t.reconcile();
    await expectHealed(t, changeId, rev(1));
  });

  it('and all others with it: no checker ever answers, the reconcilers prove it in the end', async () => {
    const portsOf = replacingPort<VerificationStore>(
      { name: 'consistency-checker.scan', port: 'verification' },
      () => ({ acquireLease: () => new Promise(() => {}) }),
    );
    const t = await startWorld({ latency: 'modelled', seed: 66, schedules: false, portsOf });
    const changeId = await t.propose();
    await expectUnverifiedAfter60s(t, changeId, t.regions);
    expect(await t.verdicts(changeId)).toEqual([]);
    expect(await t.knownGood()).toBeNull();
    await t.reconcile();
    await expectHealed(t, changeId, rev(1));
    expect((await t.verdicts(changeId)).map(({ observer }) => observer)).toEqual(t.regions.map(() => 'reconciler'));
  });

  it('takes an unverified change back no more, however wrong its caches are then: it alarms', async () => {
    const t = await startWorld({ latency: 'modelled', seed: 67, schedules: false });
    await t.verified();
    const { name: region, caches } = t.region(REGION);
    caches.breakService(t.service(SERVICE), 'unreachable');
    const changeId = await t.propose();
    await expectUnverifiedAfter60s(t, changeId, [region]);
    caches.breakService(t.service(SERVICE), 'ignores-writes');
    // Nobody asks again by himself: a region that looks late says so, and that is all.
    const { order } = await t.recordOf(changeId);
    await t.region(REGION).bus.publish([
      eventOf({
        type: 'VerifyRequested',
        identity: [changeId, region, 'by-hand'],
        region,
        at: t.scheduler.now(),
        detail: { region, changeIds: [changeId], changes: [{ changeId, flagKey: defaultFlag, order }] },
      }),
    ]);
    await t.advance(60_000);
    expect((await t.verdicts(changeId)).map(({ verdict }) => verdict)).toContain('inconsistent');
    expect(await t.standing(changeId)).toBe('unverified');
    expect(t.log.messages('error')).toContain('late inconsistent verdict');
    expect(await t.revisions()).toHaveLength(2);
    await t.everyCacheHolds(defaultFlag, rev(2), { except: [t.cacheName(REGION, SERVICE)] });

    caches.heal(t.service(SERVICE));
    await t.reconcile();
    await t.reconcile();
    await expectHealed(t, changeId, rev(2));
  });
});

describe('a home bus that is down for longer than the stream retries', () => {
  it('leaves no change unjudged: it is put to the home workflow again', async () => {
    const t = await startWorld({ seed: 67, wiring: impatientPlan() });
    await t.verified();
    t.region(REGION).caches.breakService(t.service(SERVICE), 'unreachable');
    t.region(0).bus.takeDown();
    const changeId = await t.propose();
    await t.advance(180_000);
    t.region(0).bus.bringUp();
    await t.advance(30 * 60_000);
    await t.becomes(changeId, 'unverified');
    expect(t.log.messages('warn')).toContain('changes were undecided, their workflows are started again');
    expect(await t.world.audit.search({ changeId, type: 'ChangeAccepted' })).toHaveLength(1);
    t.region(REGION).caches.heal(t.service(SERVICE));
    await t.becomes(changeId, 'verified');
  });
});

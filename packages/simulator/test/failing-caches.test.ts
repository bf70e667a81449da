import type { Order } from '@flaghoist/core/order';
import { noLimits } from '@flaghoist/in-memory/limits';
import { rev } from './support/flags.ts';
import { defaultFlag, startWorld, type TestWorld } from './support/world.ts';

const REGION = 1;
const SERVICE = 1;
const latencies = ['none', 'modelled'] as const;

const kill = (t: TestWorld, service = SERVICE): void =>
  t.region(REGION).caches.breakService(t.service(service), 'ignores-writes');

/** Lets time pass until the changes are accepted, all of them. */
const accepted = (t: TestWorld, changeIds: readonly string[]): Promise<void> =>
  t.until('all are accepted', async () => {
    const outcomes = await Promise.all(changeIds.map((changeId) => t.outcome(changeId)));
    return outcomes.every((outcome) => outcome?.outcome === 'accepted');
  });

/** How many changes ended how. */
const countedStates = async (t: TestWorld, changeIds: readonly string[]): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const changeId of changeIds) {
    const standing = String(await t.settled(changeId));
    counts[standing] = (counts[standing] ?? 0) + 1;
  }
  return counts;
};

const endings: ReadonlySet<string> = new Set([
  'ChangeVerified',
  'ChangeRolledBack',
  'ChangeHeld',
  'ChangeSuperseded',
  'ChangeUnverified',
]);

/** That the trail has each change accepted once, and ended once. */
const expectToldOnce = async (t: TestWorld, changeIds: readonly string[]) => {
  await t.advance(5_000);
  for (const changeId of changeIds) {
    const types = (await t.world.audit.search({ changeId })).map(({ type }) => type);
    expect(types.filter((type) => type === 'ChangeAccepted')).toHaveLength(1);
    expect(types.filter((type) => endings.has(type))).toHaveLength(1);
  }
};

/** That all caches but the dead one hold CURRENT of each flag now, and all of them once it is mended. */
const expectHealthyOnCurrent = async (t: TestWorld, flagKeys: readonly string[]) => {
  const orders = new Map<string, Order>();
  for (const flagKey of flagKeys) {
    const current = await t.current(flagKey);
    if (current === null) throw new Error(`${flagKey} has no CURRENT`);
    orders.set(flagKey, { epoch: current.epoch, revision: current.revision });
    await t.everyCacheHolds(flagKey, current, { except: [t.cacheName(REGION, SERVICE)] });
  }
  t.region(REGION).caches.heal(t.service(SERVICE));
  await t.advance(130_000);
  for (const [flagKey, order] of orders) {
    await t.everyCacheHolds(flagKey, order);
    expect(await t.knownGood(flagKey)).toEqual(order);
  }
};

const namesDegraded = async (t: TestWorld) => {
  const documents = await t.world.audit.search({ type: 'CacheDegraded' });
  return [...new Set(documents.map(({ detail }) => `${detail['region']}/${detail['service']}`))];
};

describe('a cache that fails change after change', () => {
  it.each(latencies)('takes back the first; then it is named, and changes hold, latency %s', async (latency) => {
    const t = await startWorld({ latency, seed: 71 });
    const flagKeys = ['first-flag', 'second-flag', 'third-flag'];
    for (const flagKey of flagKeys) await t.verified({ flagKey });
    kill(t);
    const first = await t.propose({ flagKey: 'first-flag' });
    expect(await t.settled(first)).toBe('rolled-back');
    expect(await namesDegraded(t)).toEqual([]);

    const later: string[] = [];
    for (const flagKey of ['second-flag', 'third-flag']) {
      const changeId = await t.propose({ flagKey });
      later.push(changeId);
      expect(await t.settled(changeId)).toBe('held');
      expect(await t.recordOf(changeId)).toMatchObject({
        holdReason: 'degraded-cache',
        blame: { region: t.region(REGION).name, services: [t.service(SERVICE)] },
      });
      expect((await t.current(flagKey))?.change.id).toBe(changeId);
    }
    await t.advance(5_000);
    expect(await namesDegraded(t)).toEqual([t.cacheName(REGION, SERVICE)]);
    expect(t.log.lines).toContainEqual({
      level: 'error',
      message: 'caches fail several changes',
      fields: { region: t.region(REGION).name, services: [t.service(SERVICE)] },
    });
    await expectToldOnce(t, [first, ...later]);
    await expectHealthyOnCurrent(t, flagKeys);
  });

  it('beside a second one of its Redis is the fault of that Redis: the change is held', async () => {
    const t = await startWorld({ latency: 'modelled', seed: 72 });
    for (const flagKey of ['first-flag', 'second-flag']) await t.verified({ flagKey });
    kill(t);
    expect(await t.settled(await t.propose({ flagKey: 'first-flag' }))).toBe('rolled-back');
    kill(t, 0);
    const changeId = await t.propose({ flagKey: 'second-flag' });
    expect(await t.settled(changeId)).toBe('held');
    expect(await t.recordOf(changeId)).toMatchObject({
      holdReason: 'degraded-cache',
      blame: { services: [t.service(0), t.service(SERVICE)] },
    });
    const [answer] = (await t.verdicts(changeId)).filter(({ verdict }) => verdict === 'inconsistent');
    expect(answer?.redises).toMatchObject([{ redis: 'redis-1', lyingTogether: true }]);
  });

  it('is trusted again ten minutes later', async () => {
    const t = await startWorld({ latency: 'modelled', seed: 73 });
    for (const flagKey of ['first-flag', 'second-flag', 'third-flag']) await t.verified({ flagKey });
    kill(t);
    expect(await t.settled(await t.propose({ flagKey: 'first-flag' }))).toBe('rolled-back');
    expect(await t.settled(await t.propose({ flagKey: 'second-flag' }))).toBe('held');
    t.region(REGION).caches.heal(t.service(SERVICE));
    await t.advance(11 * 60_000);
    kill(t);
    const changeId = await t.propose({ flagKey: 'third-flag' });
    expect(await t.settled(changeId)).toBe('rolled-back');
    await expectToldOnce(t, [changeId]);
    await expectHealthyOnCurrent(t, ['third-flag']);
  });
});

describe('thirty changes onto one dead cache', () => {
  const runs = [
    { latency: 'none' as const, seed: 81 },
    { latency: 'modelled' as const, seed: 82 },
  ];

  it.each(runs)('on one flag: at most one is taken back, latency $latency, seed $seed', async (run) => {
    const t = await startWorld({
      ...run,
      regions: 2,
      services: 3,
      disorder: { duplicates: 0.05, shuffledQueues: true },
    });
    await t.verified();
    kill(t);
    const changeIds: string[] = [];
    for (let i = 0; i < 30; i += 1) {
      changeIds.push(await t.propose());
      await accepted(t, changeIds.slice(-1));
    }
    const { 'rolled-back': takenBack = 0, superseded = 0, held = 0, ...others } = await countedStates(t, changeIds);
    expect(others).toEqual({});
    expect(takenBack).toBeLessThanOrEqual(1);
    expect(superseded).toBe(29);
    expect(held + takenBack).toBe(1);
    // The last one alone was current: it stays, or its revert stands in its place.
    expect(await t.standing(changeIds.at(-1) as string)).toBe(takenBack === 1 ? 'rolled-back' : 'held');
    expect((await t.current())?.revision).toBe(31 + takenBack);
    await t.advance(5_000);
    expect(await namesDegraded(t)).toEqual([t.cacheName(REGION, SERVICE)]);
    await expectToldOnce(t, changeIds);
    await expectHealthyOnCurrent(t, [defaultFlag]);
  });

  it.each(runs)('on thirty flags: at most one is taken back, latency $latency, seed $seed', async (run) => {
    const t = await startWorld({
      ...run,
      regions: 2,
      services: 3,
      disorder: { duplicates: 0.05, shuffledQueues: true },
    });
    const flagKeys = Array.from({ length: 30 }, (_, index) => `flag-number-${index}`);
    const created: string[] = [];
    for (const flagKey of flagKeys) created.push(await t.propose({ flagKey }));
    for (const changeId of created) expect(await t.settled(changeId)).toBe('verified');
    kill(t);
    const changeIds: string[] = [];
    for (const flagKey of flagKeys) changeIds.push(await t.propose({ flagKey }));

    const { 'rolled-back': takenBack = 0, held = 0, ...others } = await countedStates(t, changeIds);
    expect(others).toEqual({});
    expect(takenBack).toBeLessThanOrEqual(1);
    expect(held).toBe(30 - takenBack);
    for (const changeId of changeIds) {
      const { state, holdReason } = await t.recordOf(changeId);
      if (state === 'held') expect(holdReason).toBe('degraded-cache');
    }
    await t.advance(5_000);
    expect(await namesDegraded(t)).toEqual([t.cacheName(REGION, SERVICE)]);
    await expectToldOnce(t, changeIds);
    await expectHealthyOnCurrent(t, flagKeys);
  });
});

describe('more reverts than a minute may have', () => {
  it.each(latencies)('stop, page, and go on in the next minute, latency %s', async (latency) => {
    const flags = 25;
    // Each at its own moment, and judged by what is there: which change a cache fails first decides here.
    const t = await startWorld({ latency, seed: 91, regions: 2, services: flags + 1, limits: noLimits });
    // One flag for each service, so that each dead cache fails one change only and none counts as degraded.
    const parts = Array.from({ length: flags + 1 }, (_, index) => ({
      flagKey: `flag-number-${index}`,
      audience: [t.service(index)],
    }));
    const created: string[] = [];
    for (const part of parts) created.push(await t.propose(part));
    for (const changeId of created) expect(await t.settled(changeId)).toBe('verified');
    // All deadlines fall into one minute of the clock: in its middle, counted from here.
    await t.advance(60_000 - (t.scheduler.now() % 60_000) + 10_000);
    for (const service of t.services) kill(t, t.services.indexOf(service));
    const changeIds: string[] = [];
    for (const part of parts.slice(0, flags)) changeIds.push(await t.propose(part));

    expect(await countedStates(t, changeIds)).toEqual({ 'rolled-back': 20, held: 5 });
    const records = await Promise.all(changeIds.map((changeId) => t.recordOf(changeId)));
    const held = records.filter(({ state }) => state === 'held');
    expect(held.map(({ holdReason }) => holdReason)).toEqual(held.map(() => 'revert-budget'));
    expect(t.log.messages('error')).toContain('revert budget exhausted');
    expect(t.log.messages('error')).not.toContain('caches fail several changes');
    for (const { changeId, flagKey, state } of records) {
      const current = await t.current(flagKey);
      expect(current?.change.id).toBe(state === 'held' ? changeId : `revert-${changeId}`);
    }

    await t.advance(60_000);
    const last = await t.propose(parts[flags] as (typeof parts)[number]);
    expect(await t.settled(last)).toBe('rolled-back');
    await expectToldOnce(t, [...changeIds, last]);
    for (const service of t.services) t.region(REGION).caches.heal(service);
    await t.advance(130_000);
    for (const [index, { flagKey }] of parts.entries()) {
      const { order } = (await t.world.region(t.home).store.current(flagKey)) ?? {};
      for (const region of t.regions) expect(t.held(region, t.service(index), flagKey)).toEqual(order);
    }
  });
});

describe('a first revision that a cache does not hold', () => {
  it.each(latencies)('has nothing to go back to: it becomes a tombstone, latency %s', async (latency) => {
    const t = await startWorld({ latency, seed: 95 });
    kill(t);
    const changeId = await t.propose();
    expect(await t.settled(changeId)).toBe('rolled-back');
    const { revertOrder } = await t.recordOf(changeId);
    expect(revertOrder).toEqual(rev(2));
    expect(await t.revision(defaultFlag, rev(2))).toMatchObject({
      kind: 'rolled-back',
      flagState: 'archived',
      document: null,
      change: { causeId: changeId },
    });
    await t.advance(5_000);
    await t.everyCacheHolds(defaultFlag, rev(2), { except: [t.cacheName(REGION, SERVICE)] });
    for (const service of t.services) expect(t.served(t.home, service)).toBeNull();
    expect(t.cached(t.home, t.service(0)).held?.tombstone).toBe(true);
    expect(await t.knownGood()).toBeNull();
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeRolledBack']);

    await expectHealthyOnCurrent(t, [defaultFlag]);
    expect(t.served(t.region(REGION).name, t.service(SERVICE))).toBeNull();
  });

  it('can be proposed once more', async () => {
    const t = await startWorld({ latency: 'modelled', seed: 96 });
    kill(t);
    expect(await t.settled(await t.propose())).toBe('rolled-back');
    t.region(REGION).caches.heal(t.service(SERVICE));
    await t.settledAt(defaultFlag, rev(2));
    const changeId = await t.propose({ kind: 'restored' });
    expect(await t.settled(changeId)).toBe('verified');
    expect((await t.recordOf(changeId)).order).toEqual(rev(3));
    await t.everyCacheHolds(defaultFlag, rev(3));
    expect(await t.knownGood()).toEqual(rev(3));
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
  });
});

import { orderOf } from '@flaghoist/core/order';
import type { CacheFault } from '@flaghoist/in-memory/service-cache';
import { booleanFlag, rev } from './support/flags.ts';
import { defaultFlag, startWorld, type TestWorld } from './support/world.ts';

/*
 * A Redis, or one cache, that stays dead for an hour and more: what it takes back, what it names, and that all heals when it
 * comes back (rule 15).
 */

const REGION = 1;
const MINUTE_MS = 60_000;

const world = (seed: number): Promise<TestWorld> => startWorld({ latency: 'modelled', seed, regions: 2, services: 3 });

const cachesOf = (t: TestWorld) => t.region(REGION).caches;
const breakAll = (t: TestWorld, fault: CacheFault): void => {
  for (const service of t.services) cachesOf(t).breakService(service, fault);
};
const healAll = (t: TestWorld): void => {
  for (const service of t.services) cachesOf(t).heal(service);
};

/** What the caches of the region held at each write after the `from`-th line of the log. */
const shownSince = (t: TestWorld, from: number) => {
  const shown = t.lines.slice(from).filter(({ region }) => region === t.region(REGION).name);
  expect(shown.length).toBeGreaterThan(0);
  return shown.map(({ heldOrder }) => heldOrder);
};

/** The document that each cache of every region serves, whatever order it holds it at. */
const servedEverywhere = (t: TestWorld) =>
  new Set(t.regions.flatMap((region) => t.services.map((service) => JSON.stringify(t.served(region, service)))));

describe('a Redis that is read-only for an hour', () => {
  // Of these seeds each shows the change that was taken back, where late messages are applied.
  it.each([4, 6])('takes one change back, and all regions are equal; it never shows again, seed %d', async (seed) => {
    const t = await world(seed);
    await t.verified();
    breakAll(t, 'read-only');
    const changeId = await t.propose();
    expect(await t.settled(changeId)).toBe('rolled-back');
    const revert = await t.settledAt(defaultFlag, rev(3));
    expect(revert.state).toBe('verified');
    await t.advance(60 * MINUTE_MS);
    expect(await t.revisions()).toHaveLength(3);
    expect(servedEverywhere(t).size).toBe(1);

    const before = t.lines.length;
    healAll(t);
    await t.advance(3 * MINUTE_MS);
    await t.everyCacheHolds(defaultFlag, rev(3));
    expect(shownSince(t, before)).not.toContainEqual(rev(2));
  });

  it('leaves later changes unverified; they heal, and what was taken back stays away', async () => {
    const t = await world(612);
    await t.verified();
    breakAll(t, 'read-only');
    const first = await t.propose();
    expect(await t.settled(first)).toBe('rolled-back');
    const { order: takenBack } = await t.recordOf(first);
    const later: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      await t.advance(10 * MINUTE_MS);
      later.push(await t.propose());
      expect(await t.settled(later.at(-1) ?? '')).toBe('unverified');
    }
    const before = t.lines.length;
    healAll(t);
    await t.advance(5 * MINUTE_MS);
    const last = later.at(-1) ?? '';
    expect(await t.standing(last)).toBe('verified');
    const { order } = await t.recordOf(last);
    await t.everyCacheHolds(defaultFlag, order);
    expect(await t.knownGood()).toEqual(order);
    expect(shownSince(t, before)).not.toContainEqual(takenBack);
  });
});

describe('a Redis that is full', () => {
  it('takes each larger change back; a kill and an archive arrive', async () => {
    const t = await world(613);
    await t.verified();
    cachesOf(t).limitMemory('redis-1', 0);
    const larger = (n: number) => ({ ...booleanFlag(n), metadata: { note: `document ${n}`, why: 'x'.repeat(2_000) } });
    for (const n of [1, 2]) {
      const changeId = await t.propose({ document: larger(n) });
      expect(await t.settled(changeId)).toBe('rolled-back');
      const { revertOrder } = await t.recordOf(changeId);
      if (revertOrder === undefined) throw new Error('a change that was taken back has its revert');
      expect((await t.settledAt(defaultFlag, revertOrder)).state).toBe('verified');
      await t.everyCacheHolds(defaultFlag, revertOrder);
    }
    for (const kind of ['killed', 'archived'] as const) {
      const { order } = await t.verified({ kind });
      await t.everyCacheHolds(defaultFlag, order);
    }
  });
});

describe('one dead cache', () => {
  const namedAfterMs = async (t: TestWorld, changeId: string): Promise<number> => {
    const { acceptedAt } = await t.recordOf(changeId);
    const own = t.service(0);
    let at = 0;
    await t.until('the cache is named', async () => {
      const answers = await t.world.audit.search({ changeId, type: 'RegionVerdict' });
      const naming = answers.filter(({ detail }) => JSON.stringify([detail['atFault'], detail['named']]).includes(own));
      at = Math.min(...naming.map((document) => document.at));
      return naming.length > 0;
    });
    return at - acceptedAt;
  };

  it.each([
    ['ignores-writes', 20_000],
    ['read-only', 35_000],
  ] as const)('that is %s is named within %d ms', async (fault, withinMs) => {
    const t = await world(614);
    await t.verified();
    cachesOf(t).breakService(t.service(0), fault);
    const changeId = await t.propose();
    await t.advance(1_000);
    expect(await namedAfterMs(t, changeId)).toBeLessThanOrEqual(withinMs);
  });

  it.each(['ignores-writes', 'read-only', 'unreachable'] as const)(
    'that is %s takes at most one of eight changes back in 90 minutes, and all heals',
    async (fault) => {
      const t = await world(615);
      await t.verified();
      cachesOf(t).breakService(t.service(0), fault);
      const ended: unknown[] = [];
      for (let n = 0; n < 8; n += 1) {
        ended.push(await t.settled(await t.propose()));
        await t.advance(10 * MINUTE_MS);
      }
      expect(ended.filter((state) => state === 'rolled-back').length).toBeLessThanOrEqual(1);
      expect(ended).not.toContain('verified');
      healAll(t);
      await t.advance(5 * MINUTE_MS);
      const current = await t.current();
      if (current === null) throw new Error('the flag is there');
      await t.everyCacheHolds(defaultFlag, orderOf(current));
      expect(await t.knownGood()).toEqual(orderOf(current));
    },
  );
});

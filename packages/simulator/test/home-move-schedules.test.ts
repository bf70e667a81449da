import { isNewer, type Order } from '@flaghoist/core/order';
import { cutOff, moveHome, startWithStandby } from './support/home-move.ts';
import { defaultFlag, type TestWorld } from './support/world.ts';

/* Real handlers, seeded schedules: kills and updates before, while and after home moves, and the former home fenced or not. */

const fences = ['first', 'late', 'never'] as const;
const seeds = [1, 2];
const cases = fences.flatMap((fence) => seeds.map((seed) => ({ fence, seed })));

/** A former home that is fenced accepts nothing any more. */
const fence = (t: TestWorld): void => t.world.homes.get(t.region(0).name)?.accept.pause();

/** A change of one of the flags, often a kill, sent to whoever is home at that moment. Restores are left out: kills must stay. */
const proposeOne = async (t: TestWorld, flagKey: string): Promise<void> => {
  const current = await t.current(flagKey);
  const kills = current?.flagState === 'live' && t.world.random.next() < 0.4;
  await t.propose({ flagKey, kind: kills ? 'killed' : 'updated', ...(current === null ? { kind: 'created' } : {}) });
};

const flags = [defaultFlag, 'card-limits'];

const someChanges = async (t: TestWorld, count: number): Promise<void> => {
  for (let i = 0; i < count; i += 1) {
    await proposeOne(t, flags[Math.floor(t.world.random.next() * flags.length)] ?? defaultFlag);
    await t.advance(Math.floor(t.world.random.next() * 4_000));
  }
};

/** The kills that some home has accepted, by flag. */
const killed = async (t: TestWorld): Promise<ReadonlySet<string>> => {
  const found = new Set<string>();
  for (const region of t.world.regions.values()) {
    for await (const { flagKey, body } of region.store.revisions()) {
      if (body.includes('"kind":"killed"')) found.add(flagKey);
    }
  }
  return found;
};

/** The first line in which a cache holds an older revision than in one before. */
const shrunk = (t: TestWorld): string | undefined => {
  const held = new Map<string, Order>();
  for (const { region, service, flagKey, heldOrder } of t.lines) {
    const cache = `${region}/${service}/${flagKey}`;
    const before = held.get(cache);
    if (heldOrder === null || heldOrder === undefined) continue;
    if (before !== undefined && isNewer(before, heldOrder)) return cache;
    held.set(cache, heldOrder);
  }
  return undefined;
};

it.each(cases)('an accepted kill is never lost: fenced $fence, schedule $seed', async ({ fence: when, seed }) => {
  const t = await startWithStandby(900 + seed);
  const [old, young] = [t.region(0), t.region(1)];
  for (const flagKey of flags) await t.verified({ flagKey });
  await cutOff(t);
  await someChanges(t, 3);
  if (when === 'first') fence(t);
  await moveHome(t, young);
  // Nobody has told those who talk to the former home.
  const toOld = t.world.homes.get(old.name);
  await someChanges(t, 2);
  if (when !== 'first' && toOld !== undefined) {
    const current = await old.store.current(defaultFlag);
    await t.propose({ basedOn: current?.order ?? null, kind: 'killed', to: toOld });
    await t.advance(2_000);
  }
  t.world.network.restore(old.name);
  if (when === 'late') fence(t);
  await someChanges(t, 2);
  await t.advance(120_000);
  if (when !== 'never') toOld?.accept.resume();
  // And back again.
  await moveHome(t, old);
  await someChanges(t, 1);
  await t.advance(240_000);

  const wereKilled = await killed(t);
  for (const flagKey of flags) {
    const current = await t.current(flagKey);
    if (wereKilled.has(flagKey)) expect(current).toMatchObject({ flagState: 'killed' });
    const order = { epoch: current?.epoch ?? 0, revision: current?.revision ?? 0 };
    for (const region of t.regions) {
      expect(await t.current(flagKey, region)).toEqual(current);
      expect((await t.world.region(region).store.knownGood(flagKey))?.order).toEqual(order);
    }
    await t.everyCacheHolds(flagKey, order);
  }
  expect(shrunk(t)).toBeUndefined();
});

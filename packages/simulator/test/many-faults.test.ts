import type { ProposableKind } from '@flaghoist/core/change';
import type { Envelope } from '@flaghoist/core/envelope';
import { defaultFlag, startWorld, type TestWorld } from './support/world.ts';

/** A fault begins, and is over some time later. */
interface Fault {
  begin(): void;
  end(): void;
}

const nothing = (): void => {};

/** What may happen to a cache, or to the region around it. */
const faultsOf = (t: TestWorld, regionNumber: number, service: string): readonly Fault[] => {
  const { name, caches, bus, log, distribute } = t.region(regionNumber);
  const backup = caches.snapshot(service);
  const broken = (kind: Parameters<typeof caches.breakService>[1]): Fault => ({
    begin: () => caches.breakService(service, kind),
    end: () => caches.heal(service),
  });
  const faults: Fault[] = [
    { begin: () => caches.lose(service), end: nothing },
    { begin: () => caches.loseManifest(service), end: nothing },
    { begin: () => caches.restore(service, backup), end: nothing },
    { begin: () => caches.corrupt(service, defaultFlag), end: nothing },
    broken('unreachable'),
    broken('read-only'),
    broken('ignores-writes'),
    { begin: () => t.world.network.cut(name), end: () => t.world.network.restore(name) },
    { begin: () => log.mute(service), end: () => log.unmute(service) },
    { begin: () => distribute.pause(), end: () => distribute.resume() },
  ];
  // Events that the home bus does not take for minutes are given up to the stream's failure destination.
  if (regionNumber > 0) faults.push({ begin: () => bus.takeDown(), end: () => bus.bringUp() });
  return faults;
};

/** Three faults within the first 40 s, each over after a minute at most. */
const scheduleFaults = (t: TestWorld): void => {
  const pick = (count: number): number => Math.floor(t.world.random.next() * count);
  for (let i = 0; i < 3; i += 1) {
    const faults = faultsOf(t, pick(t.regions.length), t.service(pick(t.services.length)));
    const fault = faults[pick(faults.length)];
    const begin = pick(40_000);
    t.scheduler.schedule(begin, () => fault?.begin());
    t.scheduler.schedule(begin + pick(60_000), () => fault?.end());
  }
};

const kindAfter = (current: Envelope | null, chance: number): ProposableKind => {
  if (chance < 0.2) return 'killed';
  if (chance < 0.3) return 'archived';
  const isUpdate = current?.flagState === 'live' || (current?.flagState === 'killed' && chance < 0.6);
  return isUpdate ? 'updated' : 'restored';
};

/** Some changes, some seconds apart: later ones meet earlier ones that are not decided. */
const proposeSome = async (t: TestWorld): Promise<void> => {
  const { random } = t.world;
  for (let left = 2 + Math.floor(random.next() * 4); left > 0; left -= 1) {
    await t.propose({ kind: kindAfter(await t.current(), random.next()) });
    await t.advance(500 + random.next() * 20_000);
  }
};

const expectNoKillUndone = (revisions: readonly Envelope[]): void => {
  let killed = false;
  for (const { kind, flagState } of revisions) {
    if (kind === 'killed') killed = true;
    if (kind === 'restored' || kind === 'archived') killed = false;
    expect(killed && flagState === 'live').toBe(false);
  }
};

describe('several faults at once', () => {
  const seeds = Array.from({ length: 20 }, (_, index) => index + 1);

  it.each(seeds)('end with every change decided and every cache on CURRENT, seed %s', async (seed) => {
    const latency = seed % 5 === 0 ? 'none' : 'modelled';
    // A third of them with steps that come in between each other's.
    const yieldMs = seed % 3 === 0 ? { yieldMs: 20 } : {};
    const t = await startWorld({ latency, seed, ...yieldMs, disorder: { duplicates: 0.1, shuffledQueues: true } });
    await t.verified();
    scheduleFaults(t);
    await proposeSome(t);
    await t.advance(420_000);

    const revisions = await t.revisions();
    const newest = revisions.at(-1) as Envelope;
    const order = { epoch: newest.epoch, revision: newest.revision };
    await t.everyCacheHolds(defaultFlag, order);
    expect(await t.knownGood()).toEqual(order);
    for (const region of t.regions) expect(await t.current(defaultFlag, region)).toEqual(newest);
    const records = await Promise.all(revisions.map((revision) => t.record(defaultFlag, revision)));
    const undecided = records.filter((record) => record?.state === 'accepted' || record?.state === 'unverified');
    expect(undecided).toEqual([]);
    expectNoKillUndone(revisions);

    const trail = await t.trail();
    const told = (type: string) => trail.filter((document) => document.type === type).map(({ changeId }) => changeId);
    expect(told('ChangeAccepted')).toEqual(revisions.map(({ change }) => change.id));
    const takenBack = records.filter((record) => record?.state === 'rolled-back').map((record) => record?.changeId);
    expect(told('ChangeRolledBack').sort()).toEqual(takenBack.sort());
    expect((await t.run(t.world.home.sweep())).chainBreaks).toEqual([]);
  });
});

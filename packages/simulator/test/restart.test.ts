import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silent } from '@flaghoist/in-memory/logger';
import { SeededRandom } from '@flaghoist/in-memory/random';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { promote } from '@flaghoist/operations/promote';
import { DataFolder } from '@flaghoist/sqlite-store/folder';
import { startEmbeddedWorld } from '../lib/embedded.ts';
import { principalOf } from '../lib/home.ts';
import { keptIn } from '../lib/kept-in-folder.ts';
import { Witness } from './support/witness.ts';
import { defaultUser, shippedTopology, startWorld, type TestWorld, type TestWorldOptions } from './support/world.ts';

/** A world in a data folder, under virtual time. What it does at one seed it does each time. */
interface KeptTestWorld {
  readonly t: TestWorld;
  readonly folder: DataFolder;
  readonly path: string;
}

const paths: string[] = [];
afterAll(() => {
  for (const path of paths) rmSync(path, { recursive: true, force: true });
});

const newPath = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'flaghoist-restart-'));
  paths.push(path);
  return path;
};

const topology = {
  ...shippedTopology,
  standby: shippedTopology.regions[1]?.name ?? '',
  regions: shippedTopology.regions.slice(0, 3),
  services: shippedTopology.services.slice(0, 3),
};

const startIn = async (path: string, options: TestWorldOptions = {}): Promise<KeptTestWorld> => {
  const { scheduler = new VirtualScheduler() } = options;
  const folder = new DataFolder(path, { scheduler, log: silent });
  const kept = await keptIn(folder, topology);
  const t = await startWorld({ ...options, scheduler, topology: kept.topology, keeping: kept.keeping });
  return { t, folder, path };
};

/** The process ends here; another one begins with what is on the disk, a minute later by the clock unless told otherwise. */
const killed = async (
  { t, path }: KeptTestWorld,
  options: TestWorldOptions = {},
  laterMs = 60_000,
): Promise<KeptTestWorld> => {
  const copy = newPath();
  cpSync(path, copy, { recursive: true });
  return startIn(copy, { ...options, scheduler: new VirtualScheduler({ startAt: t.scheduler.now() + laterMs }) });
};

describe('a world in a data folder', () => {
  it('has after a kill what it had: flags, outcomes, known good, the audit trail', async () => {
    const before = await startIn(newPath());
    const { t } = before;
    await t.verified();
    const { order } = await t.verified();
    const trail = await t.trail();

    const { t: again, folder } = await killed(before);
    expect((await again.revisions()).map(({ revision }) => revision)).toEqual([1, 2]);
    expect(await again.knownGood()).toEqual(order);
    expect(await again.standing('change-0002')).toBe('verified');
    expect(await again.world.audit.search({ flagKey: 'instant-payments' })).toEqual(trail);
    await again.everyCacheHolds('instant-payments', order);

    // It goes on: the same id is known, a new one is the next revision.
    const third = await again.verified({ change: { id: 'change-0003' } });
    expect(third.order.revision).toBe(3);
    for (const each of [folder, before.folder]) each.close();
  });

  it.each([-24 * 3_600_000, 0])('has every flag in every cache when the clock says %i ms later', async (laterMs) => {
    const before = await startIn(newPath());
    const { order } = await before.t.verified();
    const { t: again, folder } = await killed(before, {}, laterMs);
    await again.everyCacheHolds('instant-payments', order);
    expect(await again.standing('change-0001')).toBe('verified');
    for (const each of [folder, before.folder]) each.close();
  });

  it('does not look again at what was decided', async () => {
    const before = await startIn(newPath());
    for (let n = 0; n < 3; n += 1) await before.t.verified();
    await before.t.advance(60_000);
    const { t: again, folder } = await killed(before);
    const documents = (await again.world.audit.search({})).length;
    await again.advance(10 * 60_000);
    expect((await again.world.audit.search({})).length).toBe(documents);
    for (const each of [folder, before.folder]) each.close();
  });

  it.each(['proposed', 'accepted'])('takes up at once what was only %s', async (stage) => {
    const before = await startIn(newPath());
    const { t } = before;
    const id = await t.propose();
    const stands = async (): Promise<boolean> => (await t.standing(id)) === 'accepted';
    if (stage === 'accepted') await t.until('the change is accepted', stands, 1);
    expect(await t.standing(id)).toBe(stage === 'accepted' ? 'accepted' : undefined);
    const { t: again, folder } = await killed(before);
    // Neither the minute's schedule nor a workflow has to find it.
    await again.advance(20_000);
    expect(await again.standing(id)).toBe('verified');
    for (const each of [folder, before.folder]) each.close();
  });

  it.each([1, 2])('puts region %i, which was cut off, on the same state as the others', async (place) => {
    const before = await startIn(newPath());
    await before.t.verified();
    before.t.world.network.cut(before.t.regions[place] ?? '');
    const id = await before.t.propose();
    await before.t.becomes(id, 'unverified');
    const { t: again, folder } = await killed(before);
    await again.becomes(id, 'verified');
    await again.everyCacheHolds('instant-payments', { epoch: 1, revision: 2 });
    for (const each of [folder, before.folder]) each.close();
  });

  it('shows a rebuilt region no revision that has not come to it', async () => {
    const before = await startIn(newPath());
    const { order: first } = await before.t.verified();
    const { t: again, folder } = await killed(before);
    const far = again.region(2);
    again.world.network.cut(far.name);
    const id = await again.propose({ change: { id: 'change-far' } });
    await again.becomes(id, 'accepted');
    const { order } = await again.recordOf(id);
    const inFar = async (of: typeof order) => (await far.store.revision('instant-payments', of)) !== undefined;
    expect([await inFar(first), await inFar(order)]).toEqual([true, false]);
    expect((await far.store.newestRevision('instant-payments'))?.order).toEqual(first);
    again.world.network.restore(far.name);
    await again.becomes(id, 'verified');
    expect(await inFar(order)).toBe(true);
    for (const each of [folder, before.folder]) each.close();
  });

  it('keeps a home that moved', async () => {
    const before = await startIn(newPath(), { standby: true });
    const { t } = before;
    await t.verified();
    const standby = t.regions[1] ?? '';
    await t.run(promote({ principal: 'local:deployment' }, t.world.promotion(standby)));
    expect(t.home).toBe(standby);
    const moved = await t.verified();
    const { t: again, folder } = await killed(before);
    expect(again.home).toBe(standby);
    expect(await again.knownGood()).toEqual(moved.order);
    expect((await again.verified({ change: { id: 'change-9' } })).order).toEqual({
      epoch: 2,
      revision: moved.order.revision + 1,
    });
    for (const each of [folder, before.folder]) each.close();
  });
});

describe('a folder that is damaged', () => {
  it.each(['FLAG#instant-payments', 'REVISION#'])('is refused when a world starts in it, near %s', async (near) => {
    const { t, folder, path } = await startIn(newPath());
    await t.verified();
    folder.close();
    const file = join(path, 'flaghoist.db');
    const bytes = readFileSync(file);
    for (let at = bytes.indexOf(near); at >= 0; at = bytes.indexOf(near, at + 300)) bytes.fill(0xfe, at, at + 300);
    writeFileSync(file, bytes);
    const starting = startEmbeddedWorld({ topology, modelled: false, data: path });
    await expect(starting).rejects.toMatchObject({
      code: 'FH_DATA_DAMAGED',
      hint: expect.stringContaining('hoist data'),
    });
  });
});

describe('killed at any moment', () => {
  it.each([11, 12, 13, 14])(
    'it misses nothing, doubles nothing and finishes what it had begun (seed %i)',
    async (seed) => {
      const random = new SeededRandom(seed);
      const author = principalOf(defaultUser);
      const options: TestWorldOptions = { latency: 'modelled', seed };
      let kept = await startIn(newPath(), options);
      const witness = new Witness();
      for (let life = 0; life < 5; life += 1) {
        const { t } = kept;
        t.world.watch({ happened: (event) => witness.hear(event) });
        for (let n = 0; n < 4; n += 1) {
          const flagKey = `flag-${Math.floor(random.next() * 3)}`;
          const id = `change-${life}-${n}`;
          await t.propose({ flagKey, change: { id } });
          witness.proposed.set(id, flagKey);
          await t.advance(random.next() * 400);
        }
        await t.advance(random.next() ** 3 * 20_000);
        const next = await killed(kept, options);
        kept.folder.close();
        kept = next;
      }
      await kept.t.advance(4 * 60_000);
      expect(await kept.t.run(witness.brokenBy(kept.t.world, author))).toEqual([]);
      expect(witness.accepted.size).toBeGreaterThan(5);
      kept.folder.close();
    },
  );
});

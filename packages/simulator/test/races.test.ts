import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import { booleanFlag, rev } from './support/flags.ts';
import { replacingPort } from './support/seats.ts';
import { defaultFlag, startWorld, type TestWorld } from './support/world.ts';

describe('a rollback that races a newer change', () => {
  it('loses: the change ends superseded, and the cache at fault is named', async () => {
    let t: TestWorld | undefined;
    let newer: string | undefined;
    const writes: string[] = [];
    const race = replacingPort<ChangeStore>({ name: 'rollback.judge', port: 'changes' }, (real) => ({
      decide: async (write) => {
        if (write.action === 'revert' && newer === undefined && t !== undefined) {
          // Everything was read and the revert is built. Now somebody else's change is accepted.
          t.region(1).caches.heal(t.service(2));
          newer = await t.propose({ document: booleanFlag(6) });
          while ((await t.outcome(newer)) === undefined) await t.scheduler.sleep(10);
        }
        const result = await real.decide(write);
        if (write.judged.order.revision === 2) writes.push(`${write.action} ${result}`);
        return result;
      },
    }));
    t = await startWorld({ seed: 61, portsOf: race });
    await t.verified();
    t.region(1).caches.breakService(t.service(2), 'read-only');
    const changeId = await t.propose();

    expect(await t.settled(changeId)).toBe('superseded');
    expect((await t.recordOf(changeId)).blame).toEqual({ region: t.region(1).name, services: [t.service(2)] });
    expect(await t.settled(newer ?? '')).toBe('verified');
    expect(writes).toEqual(['revert moved', 'supersede written']);
    await t.everyCacheHolds(defaultFlag, rev(3));
    expect(await t.revisions()).toHaveLength(3);
    expect(await t.knownGood()).toEqual(rev(3));
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeSuperseded']);
    const [superseded] = await t.world.audit.search({ changeId, type: 'ChangeSuperseded' });
    expect(superseded?.detail['blame']).toEqual({ region: t.region(1).name, services: [t.service(2)] });
  });

  it('wins: the author who was a moment late gets a conflict', async () => {
    let t: TestWorld | undefined;
    let late: string | undefined;
    const race = replacingPort<ChangeStore>({ name: 'validator.accept', port: 'changes' }, (real) => ({
      accept: async (envelope, replaces) => {
        if (envelope.change.id === late && t !== undefined) {
          // Judged and sealed against the change that is about to fall.
          while ((await t.record(defaultFlag, rev(3))) === undefined) await t.scheduler.sleep(100);
        }
        return real.accept(envelope, replaces);
      },
    }));
    t = await startWorld({ seed: 62, portsOf: race });
    await t.verified();
    t.region(1).caches.breakService(t.service(2), 'ignores-writes');
    const changeId = await t.propose();
    await t.until('it is accepted', async () => (await t?.outcome(changeId)) !== undefined);
    late = await t.propose();

    expect(await t.settled(changeId)).toBe('rolled-back');
    expect(await t.settled(late)).toBe('conflict');
    t.region(1).caches.heal(t.service(2));
    await t.until('known good is the revert', async () => (await t?.knownGood())?.revision === 3);
    // What the cache answered without keeping it only the reconciler brings.
    await t.advance(90_000);
    await t.everyCacheHolds(defaultFlag, rev(3));
    expect(await t.story(late)).toEqual(['ChangeProposed', 'ChangeConflicted']);
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeRolledBack']);
  });
});

describe('twelve authors who change one flag at the same time', () => {
  it.each([
    { latency: 'none', existing: false, seed: 63 },
    { latency: 'none', existing: true, seed: 64 },
    { latency: 'modelled', existing: true, seed: 65 },
  ] as const)('one is accepted, the others conflict: %p', async ({ latency, existing, seed }) => {
    const t = await startWorld({ seed, latency, regions: 2, services: 3 });
    if (existing) await t.verified();
    const basedOn = existing ? rev(1) : null;
    const changeIds: string[] = [];
    for (let author = 0; author < 12; author += 1) changeIds.push(await t.propose({ basedOn }));

    const standings = [];
    for (const changeId of changeIds) standings.push(await t.settled(changeId));
    expect(standings.filter((standing) => standing === 'verified')).toHaveLength(1);
    expect(standings.filter((standing) => standing === 'conflict')).toHaveLength(11);
    const order = rev(existing ? 2 : 1);
    await t.everyCacheHolds(defaultFlag, order);
    const winner = changeIds[standings.indexOf('verified')] ?? '';
    expect((await t.current())?.change.id).toBe(winner);
    expect(await t.revisions()).toHaveLength(order.revision);
    for (const changeId of changeIds) {
      const story =
        changeId === winner
          ? ['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']
          : ['ChangeProposed', 'ChangeConflicted'];
      expect(await t.story(changeId)).toEqual(story);
    }
  });
});

describe('a flag that is archived and created again', () => {
  it('goes on with its revisions, and its tombstone is older than its new life', async () => {
    const t = await startWorld({ seed: 66 });
    const late = t.service(1);
    await t.verified();
    const archived = await t.verified({ kind: 'archived' });
    await t.everyCacheHolds(defaultFlag, rev(2));
    for (const region of t.regions) {
      for (const service of t.services) {
        expect(t.cached(region, service)).toMatchObject({ stored: null, held: { tombstone: true, order: rev(2) } });
      }
    }
    const again = await t.verified({ kind: 'created' });
    expect(again.order).toEqual(rev(3));
    await t.everyCacheHolds(defaultFlag, rev(3));
    expect((await t.current())?.previousEnvelopeDigest).toBe(archived.envelopeDigest);

    // The goodbye of the first life comes once more, and changes nothing.
    t.region(1)
      .queues.queue(late)
      .send((await storedBody(t, 2)) ?? '');
    await t.advance(1_000);
    expect(t.region(1).log.lines.at(-1)).toMatchObject({ service: late, outcome: 'stale', heldOrder: rev(3) });
    await t.everyCacheHolds(defaultFlag, rev(3));
    expect(await t.story(archived.changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
    expect(await t.story(again.changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
    expect((await t.run(t.world.home.sweep())).chainBreaks).toEqual([]);
  });

  it('is held when a cache does not take the tombstone, and that cache takes the new life all the same', async () => {
    const t = await startWorld({ seed: 67 });
    const dead = t.cacheName(2, 0);
    await t.verified();
    t.region(2).caches.breakService(t.service(0), 'read-only');
    const archived = await t.propose({ kind: 'archived' });
    expect(await t.settled(archived)).toBe('held');
    await t.everyCacheHolds(defaultFlag, rev(2), { except: [dead] });
    t.region(2).caches.heal(t.service(0));
    const again = await t.verified({ kind: 'created' });
    await t.advance(130_000);

    await t.everyCacheHolds(defaultFlag, rev(3));
    expect(again.order).toEqual(rev(3));
    expect((await t.recordOf(archived)).state).toBe('held');
    expect(await t.knownGood()).toEqual(rev(3));
    expect(await t.story(archived)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeHeld']);
  });
});

const storedBody = async (t: TestWorld, revision: number): Promise<string | undefined> =>
  (await t.region(0).store.revision(defaultFlag, rev(revision)))?.body;

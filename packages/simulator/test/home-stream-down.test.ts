import { changeSk, flagPk } from '@flaghoist/core/storage/keys';
import { rev } from './support/flags.ts';
import { defaultFlag, startWorld } from './support/world.ts';

describe("home's stream, down for a while", () => {
  it('accepts what was proposed meanwhile once it is back, in the order of their arrival', async () => {
    // Without the schedules: resume would find them within a minute.
    const t = await startWorld({ seed: 91, schedules: false });
    await t.verified();
    t.world.home.accept.pause();
    const first = await t.propose();
    const second = await t.propose();
    await t.advance(100_000);
    expect(await t.outcome(first)).toBeUndefined();
    await t.everyCacheHolds(defaultFlag, rev(1));

    t.world.home.accept.resume();
    const standings = [await t.settled(first), await t.settled(second)];
    expect([...standings].sort()).toEqual(['conflict', 'verified']);
    await t.everyCacheHolds(defaultFlag, rev(2));
    const [accepted, refused] = standings[0] === 'verified' ? [first, second] : [second, first];
    expect(await t.story(accepted)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
    expect(await t.story(refused)).toEqual(['ChangeProposed', 'ChangeConflicted']);
  });

  it('a change that was accepted just before is spread, verified and known good; its story is told afterwards', async () => {
    const t = await startWorld({ seed: 92 });
    await t.verified();
    const changeId = await t.propose();
    const { changesTable, tell } = t.world.home;
    await t.scheduler.runUntil(() => changesTable.get(flagPk(defaultFlag), changeSk(rev(2))) !== undefined);
    tell.pause();
    await t.advance(120_000);

    expect(await t.standing(changeId)).toBe('verified');
    await t.everyCacheHolds(defaultFlag, rev(2));
    expect(await t.knownGood()).toEqual(rev(2));
    expect(await t.story(changeId)).not.toContain('ChangeVerified');
    tell.resume();
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
    expect(tell.backlog).toBe(0);
    expect(tell.abandoned).toEqual([]);
  });

  it('a change that fails is taken back all the same, and concluded late when nobody answers', async () => {
    const t = await startWorld({ seed: 93 });
    await t.verified();
    t.region(1).caches.breakService(t.service(2), 'read-only');
    t.region(2).caches.breakService(t.service(1), 'unreachable');
    const changeId = await t.propose();
    const { changesTable, tell } = t.world.home;
    await t.scheduler.runUntil(() => changesTable.get(flagPk(defaultFlag), changeSk(rev(2))) !== undefined);
    tell.pause();
    expect(await t.settled(changeId)).toBe('rolled-back');
    await t.advance(300_000);
    // Nobody was told of the revert, and it is concluded all the same: its workflow is started two minutes later.
    expect((await t.record(defaultFlag, rev(3)))?.state).toBe('unverified');
    tell.resume();
    t.region(1).caches.heal(t.service(2));
    t.region(2).caches.heal(t.service(1));
    await t.until('known good is the revert', async () => (await t.knownGood())?.revision === 3);
    // The cache that refused never lost the revert's document, which is proof; the revert itself comes with its message.
    await t.until('the caches hold it', async () => (await t.wrongCaches(defaultFlag, rev(3))).length === 0);
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeRolledBack']);
    expect(await t.story(`revert-${changeId}`)).toEqual(['ChangeAccepted', 'ChangeUnverified', 'ChangeVerified']);
  });
});

import type { Envelope } from '@flaghoist/core/envelope';
import { noLimits } from '@flaghoist/in-memory/limits';
import { booleanFlag, rev } from './support/flags.ts';
import { defaultFlag, startWorld, type TestWorld } from './support/world.ts';

/** Odd: serves `off` by default only when somebody killed it. */
const servesOn = booleanFlag(2);

const variantServed = (document: Envelope['document']): unknown => document?.['defaultVariant'];

/** What every service but the broken caches' would serve. */
const expectServed = (t: TestWorld, variant: string, { except = [] }: { except?: readonly string[] } = {}): void => {
  for (const region of t.regions) {
    for (const service of t.services) {
      if (except.includes(`${region}/${service}`)) continue;
      expect(variantServed(t.served(region, service))).toBe(variant);
    }
  }
};

describe('a kill', () => {
  it('is held, never undone, when a cache is dead, and reaches that cache when it is back', async () => {
    const t = await startWorld({ seed: 41 });
    const dead = t.cacheName(1, 2);
    await t.verified({ document: servesOn });
    t.region(1).caches.breakService(t.service(2), 'read-only');
    const changeId = await t.propose({ kind: 'killed' });

    expect(await t.settled(changeId)).toBe('held');
    expect(await t.recordOf(changeId)).toMatchObject({
      holdReason: 'kind',
      blame: { region: t.region(1).name, services: [t.service(2)] },
    });
    await t.everyCacheHolds(defaultFlag, rev(2), { except: [dead] });
    expectServed(t, 'off', { except: [dead] });
    expect(await t.revisions()).toHaveLength(2);
    expect(t.log.messages('error')).toContain('change held');

    t.region(1).caches.heal(t.service(2));
    await t.until('known good passes the held kill', async () => (await t.knownGood())?.revision === 2);
    await t.everyCacheHolds(defaultFlag, rev(2));
    expectServed(t, 'off');
    expect((await t.recordOf(changeId)).state).toBe('held');
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeHeld']);
  });

  it('is what a failing update goes back to, never behind it', async () => {
    const t = await startWorld({ seed: 42 });
    const [first, second] = [t.cacheName(1, 2), t.cacheName(2, 0)];
    await t.verified({ document: servesOn });
    t.region(1).caches.breakService(t.service(2), 'read-only');
    expect(await t.settled(await t.propose({ kind: 'killed' }))).toBe('held');
    expect(await t.knownGood()).toEqual(rev(1));

    t.region(2).caches.breakService(t.service(0), 'read-only');
    // The cache that failed the kill is out of reach by now, so that only the second one is at fault.
    t.region(1).caches.breakService(t.service(2), 'unreachable');
    const update = await t.propose({ document: booleanFlag(4) });
    expect(await t.settled(update)).toBe('rolled-back');

    const [, kill, updated, revert] = await t.revisions();
    expect(updated).toMatchObject({ kind: 'updated', flagState: 'killed' });
    expect(revert).toMatchObject({ kind: 'rolled-back', flagState: 'killed', documentDigest: kill?.documentDigest });
    expectServed(t, 'off', { except: [first, second] });

    t.region(1).caches.heal(t.service(2));
    t.region(2).caches.heal(t.service(0));
    await t.until('known good is the revert', async () => (await t.knownGood())?.revision === 4);
    await t.everyCacheHolds(defaultFlag, rev(4));
    expectServed(t, 'off');
    expect(await t.story(update)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeRolledBack']);
  });

  it('outlives an update that follows at once, onto the same dead cache', async () => {
    // One look answers for both changes: what comes between decides which of them the cache fails first.
    const t = await startWorld({ seed: 43, latency: 'modelled', limits: noLimits });
    const dead = t.cacheName(1, 2);
    await t.verified({ document: servesOn });
    t.region(1).caches.breakService(t.service(2), 'ignores-writes');
    const kill = await t.propose({ kind: 'killed' });
    await t.until('the kill is accepted', async () => (await t.outcome(kill)) !== undefined);
    const update = await t.propose({ document: booleanFlag(4) });

    expect(await t.settled(kill)).toBe('superseded');
    expect((await t.recordOf(kill)).blame).toEqual({ region: t.region(1).name, services: [t.service(2)] });
    expect(await t.settled(update)).toBe('held');
    await t.everyCacheHolds(defaultFlag, rev(3), { except: [dead] });
    expectServed(t, 'off', { except: [dead] });
    expect(await t.revisions()).toHaveLength(3);

    t.region(1).caches.heal(t.service(2));
    await t.until('known good is the update', async () => (await t.knownGood())?.revision === 3);
    await t.advance(90_000);
    await t.everyCacheHolds(defaultFlag, rev(3));
    expectServed(t, 'off');
    expect(await t.story(kill)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeSuperseded']);
    expect(await t.story(update)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeHeld']);
  });

  it('passes whatever it was made against, while an update of the same order conflicts', async () => {
    const t = await startWorld({ seed: 44 });
    await t.verified({ document: servesOn });
    await t.verified({ document: booleanFlag(4) });
    const update = await t.propose({ basedOn: rev(1) });
    const kill = await t.propose({ kind: 'killed', basedOn: rev(1) });

    expect(await t.settled(update)).toBe('conflict');
    expect(await t.settled(kill)).toBe('verified');
    await t.everyCacheHolds(defaultFlag, rev(3));
    expectServed(t, 'off');
    expect((await t.revision(defaultFlag, rev(3))).document?.['metadata']).toEqual(booleanFlag(4)['metadata']);
    expect(await t.story(update)).toEqual(['ChangeProposed', 'ChangeConflicted']);
    expect(await t.story(kill)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
  });

  it('is lifted by a restore, and by nothing else', async () => {
    const t = await startWorld({ seed: 45 });
    await t.verified({ document: servesOn });
    await t.verified({ kind: 'killed' });
    await t.verified({ document: booleanFlag(4) });
    expectServed(t, 'off');
    const { changeId } = await t.verified({ kind: 'restored', document: booleanFlag(6) });

    await t.everyCacheHolds(defaultFlag, rev(4));
    expectServed(t, 'on');
    expect((await t.revisions()).map(({ flagState }) => flagState)).toEqual(['live', 'killed', 'killed', 'live']);
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
  });

  it('is back when the restore fails', async () => {
    const t = await startWorld({ seed: 46 });
    const dead = t.cacheName(2, 1);
    await t.verified({ document: servesOn });
    await t.verified({ kind: 'killed' });
    t.region(2).caches.breakService(t.service(1), 'read-only');
    const restore = await t.propose({ kind: 'restored', document: booleanFlag(6) });

    expect(await t.settled(restore)).toBe('rolled-back');
    await t.everyCacheHolds(defaultFlag, rev(4), { except: [dead] });
    expectServed(t, 'off');
    expect(await t.current()).toMatchObject({ kind: 'rolled-back', flagState: 'killed', revision: 4 });
    expect(await t.story(restore)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeRolledBack']);
  });
});

import { UnavailableError } from '@flaghoist/core/errors';
import type { ChangeTopic } from '@flaghoist/core/ports/change-topic';
import { rev } from './support/flags.ts';
import { replacingPort } from './support/seats.ts';
import { defaultFlag, startWorld } from './support/world.ts';

describe('a region that is cut off', () => {
  it('leaves the change unverified after a minute, and verified once it is back', async () => {
    const t = await startWorld({ seed: 31 });
    const cutOff = t.region(2).name;
    await t.verified();
    t.world.network.cut(cutOff);
    const changeId = await t.propose();

    expect(await t.settled(changeId)).toBe('unverified');
    const { acceptedAt, decidedAt } = await t.recordOf(changeId);
    expect((decidedAt ?? 0) - acceptedAt).toBeGreaterThanOrEqual(60_000);
    expect((decidedAt ?? 0) - acceptedAt).toBeLessThan(65_000);
    expect(t.log.messages('error')).toContain('change unverified');
    expect(await t.knownGood()).toEqual(rev(1));
    // Static stability: without home it goes on serving what it has.
    await t.everyCacheHolds(defaultFlag, rev(2), { except: t.services.map((_, n) => t.cacheName(2, n)) });
    for (const service of t.services) expect(t.held(cutOff, service)).toEqual(rev(1));

    t.world.network.restore(cutOff);
    await t.becomes(changeId, 'verified');
    await t.everyCacheHolds(defaultFlag, rev(2));
    expect(await t.knownGood()).toEqual(rev(2));
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeUnverified', 'ChangeVerified']);
    const [unverified] = await t.world.audit.search({ changeId, type: 'ChangeUnverified' });
    expect(unverified?.detail['silentRegions']).toEqual([cutOff]);
  });

  it('gets only the newest of what it missed, and proves all of it', async () => {
    const t = await startWorld({ seed: 32, latency: 'modelled' });
    const cutOff = t.region(1).name;
    await t.verified();
    t.world.network.cut(cutOff);
    const changeIds = [];
    for (let n = 0; n < 5; n += 1) {
      const changeId = await t.propose();
      await t.until('it is accepted', async () => (await t.outcome(changeId)) !== undefined);
      changeIds.push(changeId);
    }
    await t.advance(20_000);
    t.world.network.restore(cutOff);
    for (const changeId of changeIds) expect(await t.settled(changeId)).toBe('verified');

    await t.everyCacheHolds(defaultFlag, rev(6));
    expect(await t.knownGood()).toEqual(rev(6));
    for (const changeId of changeIds) {
      expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
    }
  });

  it('does not keep the others from taking a change back, and takes the revert when it is back', async () => {
    const t = await startWorld({ seed: 33 });
    const cutOff = t.region(2).name;
    await t.verified();
    t.world.network.cut(cutOff);
    t.region(1).caches.breakService(t.service(1), 'read-only');
    const changeId = await t.propose();
    expect(await t.settled(changeId)).toBe('rolled-back');
    t.region(1).caches.heal(t.service(1));
    expect((await t.settledAt(defaultFlag, rev(3))).state).toBe('unverified');

    t.world.network.restore(cutOff);
    await t.until('the revert is verified', async () => (await t.record(defaultFlag, rev(3)))?.state === 'verified');
    await t.everyCacheHolds(defaultFlag, rev(3));
    expect((await t.recordOf(changeId)).state).toBe('rolled-back');
    expect(await t.knownGood()).toEqual(rev(3));
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeRolledBack']);
    expect(await t.story(`revert-${changeId}`)).toEqual(['ChangeAccepted', 'ChangeUnverified', 'ChangeVerified']);
  });

  it('is home: nothing is accepted elsewhere, all go on serving, and what was decided is told when it is back', async () => {
    const t = await startWorld({ seed: 34 });
    await t.verified();
    t.world.network.cut(t.home);
    const changeId = await t.propose();
    expect(await t.settled(changeId)).toBe('unverified');
    for (const region of t.regions.slice(1)) {
      for (const service of t.services) expect(t.held(region, service)).toEqual(rev(1));
    }
    t.world.network.restore(t.home);
    await t.becomes(changeId, 'verified');
    await t.everyCacheHolds(defaultFlag, rev(2));
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeUnverified', 'ChangeVerified']);
  });
});

describe('a region that the fast path does not reach', () => {
  it('gets the change by replication, and nobody waits longer than that', async () => {
    let unreached = '';
    const t = await startWorld({
      seed: 35,
      latency: 'modelled',
      portsOf: replacingPort<ChangeTopic>({ name: 'validator.accept', port: 'topic' }, (real) => ({
        publish: async (region, envelope) => {
          if (region === unreached) throw new UnavailableError(`the topic of ${region}`, 'Try again.');
          return real.publish(region, envelope);
        },
      })),
    });
    unreached = t.region(2).name;
    const changeId = await t.propose();

    expect(await t.settled(changeId)).toBe('verified');
    await t.everyCacheHolds(defaultFlag, rev(1));
    expect(t.log.lines.filter(({ message }) => message === 'region not reached on the fast path')).toMatchObject([
      { level: 'warn', fields: { to: unreached, changeId } },
    ]);
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
    const { acceptedAt, decidedAt } = await t.recordOf(changeId);
    expect((decidedAt ?? 0) - acceptedAt).toBeLessThan(30_000);
  });
});

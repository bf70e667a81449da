import { serialiseEnvelope } from '@flaghoist/core/envelope';
import { rev } from './support/flags.ts';
import { linesOf } from './support/lines.ts';
import { defaultFlag, startWorld, type TestWorld } from './support/world.ts';

/** Delivers the message of an old revision once more, long after. */
const deliverAgain = async (t: TestWorld, region: number, service: string, revision: number): Promise<void> => {
  const old = await t.revision(defaultFlag, rev(revision));
  t.region(region).queues.queue(service).send(serialiseEnvelope(old));
  await t.advance(1_000);
};

describe('an audience that shrinks', () => {
  it('tells those who leave goodbye, and waits for their answer', async () => {
    const t = await startWorld({ seed: 21 });
    const [stays, leaves] = [t.service(0), t.service(3)];
    await t.verified();
    const lines = linesOf(t, defaultFlag);
    const { changeId } = await t.verified({ audience: [t.service(0), t.service(1)] });

    const shrunk = await t.revision(defaultFlag, rev(2));
    expect(shrunk.departed).toEqual([t.service(2), t.service(3)].sort());
    await t.everyCacheHolds(defaultFlag, rev(2));
    for (const region of t.regions) {
      expect(lines).toContain(`${region}/${leaves} 2 departed`);
      expect(lines).toContain(`${region}/${stays} 2 applied`);
      expect(t.served(region, leaves)).toBeNull();
      expect(t.cached(region, leaves).held).toMatchObject({ order: rev(2), tombstone: true });
    }
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
    const verdicts = await t.world.audit.search({ changeId, type: 'RegionVerdict' });
    expect(verdicts.map(({ detail }) => detail['expected'])).toEqual([4, 4, 4]);
  });

  it('is not verified while somebody who left still serves the flag', async () => {
    const t = await startWorld({ seed: 22 });
    const leaves = t.service(3);
    await t.verified();
    t.region(1).caches.breakService(leaves, 'ignores-writes');
    const changeId = await t.propose({ audience: [t.service(0), t.service(1)] });

    expect(await t.settled(changeId)).toBe('rolled-back');
    expect((await t.recordOf(changeId)).blame).toEqual({ region: t.region(1).name, services: [leaves] });
    // The revert gives the flag back to all; who left has it still, so nobody is left out.
    expect((await t.settledAt(defaultFlag, rev(3))).state).toBe('verified');
    await t.everyCacheHolds(defaultFlag, rev(3), { except: [t.cacheName(1, 3)] });
    expect(t.served(t.region(1).name, leaves)).toEqual((await t.revision(defaultFlag, rev(1))).document);
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeRolledBack']);
  });

  it('drops an old message that arrives after the goodbye', async () => {
    const t = await startWorld({ seed: 23 });
    const leaves = t.service(3);
    await t.verified();
    await t.verified({ audience: [t.service(0), t.service(1)] });
    const lines = linesOf(t, defaultFlag);
    await deliverAgain(t, 2, leaves, 1);

    expect(lines).toEqual([`${t.region(2).name}/${leaves} 1 stale`]);
    await t.everyCacheHolds(defaultFlag, rev(2));
    // Nor does anything bring it back in the minutes after.
    await t.advance(130_000);
    await t.everyCacheHolds(defaultFlag, rev(2));
    expect((await t.trail()).filter(({ type }) => type === 'CacheRepaired')).toEqual([]);
  });

  it('says goodbye again when the one before was not verified', async () => {
    const t = await startWorld({ seed: 24, latency: 'modelled' });
    const leaves = t.service(3);
    await t.verified();
    const first = await t.propose({ audience: [t.service(0), t.service(1), t.service(2)] });
    await t.until('the goodbye is accepted', async () => (await t.outcome(first)) !== undefined);
    const second = await t.propose({ audience: [t.service(0), t.service(1)] });
    expect(await t.settled(first)).toBe('verified');
    expect(await t.settled(second)).toBe('verified');
    expect((await t.revision(defaultFlag, rev(3))).departed).toEqual([leaves, t.service(2)].sort());

    // Once it is, those that had left before are left alone.
    await t.verified({ audience: [t.service(0)] });
    expect((await t.revision(defaultFlag, rev(4))).departed).toEqual([t.service(1)]);
    expect(t.held(t.home, leaves)).toEqual(rev(3));
    for (const region of t.regions) expect(t.served(region, leaves)).toBeNull();
    expect(await t.story(second)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
  });
});

describe('an audience that grows', () => {
  it('gives the flag to those who come back, over their tombstone', async () => {
    const t = await startWorld({ seed: 25 });
    await t.verified();
    await t.verified({ audience: [t.service(0)] });
    const lines = linesOf(t, defaultFlag);
    const { changeId } = await t.verified({ audience: [t.service(0), t.service(3)] });

    await t.advance(130_000);
    const grown = await t.revision(defaultFlag, rev(3));
    expect(grown.departed).toEqual([]);
    for (const region of t.regions) {
      expect(lines).toContain(`${region}/${t.service(3)} 3 applied`);
      expect(t.served(region, t.service(3))).toEqual(grown.document);
      // The others are not concerned: their goodbye stands.
      expect(t.cached(region, t.service(1)).held).toMatchObject({ order: rev(2), tombstone: true });
    }
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
    const verdicts = await t.world.audit.search({ changeId, type: 'RegionVerdict' });
    expect(verdicts.map(({ detail }) => detail['expected'])).toEqual([2, 2, 2]);
  });
});

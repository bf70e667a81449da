import { rev } from './support/flags.ts';
import { defaultFlag, shippedTopology, startWorld } from './support/world.ts';

describe('a change that every cache takes', () => {
  it.each(['none', 'modelled'] as const)('is verified and known good, latency %s', async (latency) => {
    const t = await startWorld({ latency, seed: 11 });
    const changeId = await t.propose();
    expect(await t.settled(changeId)).toBe('verified');

    await t.everyCacheHolds(defaultFlag, rev(1));
    expect(await t.knownGood()).toEqual(rev(1));
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
    const published = await t.world.audit.search({ changeId, type: 'ChangePublished' });
    expect(published.map(({ region }) => region).sort()).toEqual([...t.regions].sort());
    expect(t.log.messages('error')).toEqual([]);
  });

  it('is proven by the log and the cache of every service, before the 15 s are over', async () => {
    const t = await startWorld({ latency: 'modelled', seed: 12 });
    const { changeId, acceptedAt, decidedAt } = await t.verified();
    expect(Number(decidedAt) - acceptedAt).toBeLessThan(15_000);

    await t.trail();
    const evidence = { logAndCache: t.services.length, cacheOnly: 0, logOnly: 0 };
    const about = { verdict: 'consistent', expected: t.services.length, atFault: [], evidence, observer: 'scan' };
    expect(await t.verdicts(changeId)).toEqual(t.regions.map(() => expect.objectContaining(about)));
    await t.everyCacheHolds(defaultFlag, rev(1));
  });

  it('is known good once the next one is, revision by revision', async () => {
    const t = await startWorld({ latency: 'modelled', seed: 13 });
    for (const revision of [1, 2, 3]) {
      const { order } = await t.verified();
      expect(order).toEqual(rev(revision));
      expect(await t.knownGood()).toEqual(rev(revision));
    }
    await t.everyCacheHolds(defaultFlag, rev(3));
    const accepted = (await t.trail()).filter(({ type }) => type === 'ChangeAccepted');
    const digests = accepted.map(({ detail }) => detail['envelopeDigest']);
    expect(accepted.map(({ detail }) => detail['previousEnvelopeDigest'])).toEqual([null, digests[0], digests[1]]);
  });

  it('reaches all caches of the shipped topology', async () => {
    const t = await startWorld({ topology: shippedTopology, latency: 'modelled', seed: 14 });
    expect([t.regions.length, t.services.length]).toEqual([12, 156]);
    const { changeId } = await t.verified();

    await t.everyCacheHolds(defaultFlag, rev(1));
    await t.trail();
    const verdicts = await t.verdicts(changeId);
    expect(verdicts.map(({ region }) => region).sort()).toEqual([...t.regions].sort());
    const evidence = { logAndCache: 156, cacheOnly: 0, logOnly: 0 };
    const about = { verdict: 'consistent', expected: 156, atFault: [], evidence };
    expect(verdicts).toEqual(t.regions.map(() => expect.objectContaining(about)));
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
  });
});

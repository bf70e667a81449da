import type { Held } from '@flaghoist/core/compare-and-set';
import { rev } from './support/flags.ts';
import { resealed } from './support/intruder.ts';
import { defaultFlag, shippedTopology, startWorld, type TestWorld } from './support/world.ts';

/** A cache far from home. */
const REGION = 1;
const SERVICE = 2;

const cachesOf = (t: TestWorld) => t.region(REGION).caches;
const victimOf = (t: TestWorld): string => t.service(SERVICE);

/** Lets a change come into the region's caches by both paths, but not to its verdict: with modelled latency the log lags. */
const applied = (t: TestWorld, changeId: string): Promise<void> =>
  t.until('both messages are in all caches', async () => {
    const lines = t.lines.filter((line) => line.changeId === changeId && line.region === t.region(REGION).name);
    return lines.length === 2 * t.services.length;
  });

/** The outcomes of all messages of a flag that met the victim's cache, in their order. */
const outcomesOf = (t: TestWorld, flagKey = defaultFlag) =>
  t.lines
    .filter(({ region, service }) => region === t.region(REGION).name && service === victimOf(t))
    .filter((line) => line.flagKey === flagKey)
    .map(({ outcome }) => outcome);

const reasonsOf = async (t: TestWorld, changeId: string) =>
  (await t.verdicts(changeId)).flatMap(({ atFault }) => atFault).map(({ service, reason }) => ({ service, reason }));

/** That a change was taken back because of the victim, and that everybody ended on the revert, known good. */
const expectTakenBack = async (t: TestWorld, changeId: string, reason: string) => {
  expect(await t.settled(changeId)).toBe('rolled-back');
  const record = await t.recordOf(changeId);
  expect(record.blame).toEqual({ region: t.region(REGION).name, services: [victimOf(t)] });
  expect(record.revertOrder).toEqual(rev(3));

  const revert = await t.settledAt(defaultFlag, rev(3));
  expect(revert).toMatchObject({ kind: 'rolled-back', state: 'verified', causeId: changeId });
  await t.everyCacheHolds(defaultFlag, rev(3));
  expect(await t.knownGood()).toEqual(rev(3));
  const [first] = await t.revisions();
  expect((await t.current())?.document).toEqual(first?.document);

  expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeRolledBack']);
  expect(await t.story(revert.changeId)).toEqual(['ChangeAccepted', 'ChangeVerified']);
  const complaints = (await t.verdicts(changeId)).filter(({ verdict }) => verdict === 'inconsistent');
  expect(complaints).toMatchObject([{ region: t.region(REGION).name, atFault: [{ service: victimOf(t), reason }] }]);
};

/** That the look brought the change to the victim, and that it is verified everywhere. */
const expectMended = async (t: TestWorld, changeId: string) => {
  expect(await t.settled(changeId)).toBe('verified');
  await t.everyCacheHolds(defaultFlag, rev(2));
  expect(await t.knownGood()).toEqual(rev(2));
  expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
};

describe('a cache that had the change and lost it before it was looked at', () => {
  it('because it restarted empty: it is offered the change and loaded, nobody is blamed', async () => {
    const t = await startWorld({ latency: 'modelled', seed: 41, schedules: false });
    await t.verified();
    const changeId = await t.propose();
    await applied(t, changeId);
    cachesOf(t).lose(victimOf(t));
    await expectMended(t, changeId);
  });

  it('because an older backup was restored: it is offered the change, and holds it again', async () => {
    const t = await startWorld({ latency: 'modelled', seed: 42, schedules: false });
    await t.verified();
    const backup = cachesOf(t).snapshot(victimOf(t));
    const changeId = await t.propose();
    await applied(t, changeId);
    cachesOf(t).restore(victimOf(t), backup);
    expect(t.held(t.region(REGION).name, victimOf(t))).toEqual(rev(1));
    await expectMended(t, changeId);
  });

  it('because its bytes were damaged: the change is taken back', async () => {
    const t = await startWorld({ latency: 'modelled', seed: 43, schedules: false });
    await t.verified();
    const changeId = await t.propose();
    await applied(t, changeId);
    cachesOf(t).corrupt(victimOf(t), defaultFlag);
    await expectTakenBack(t, changeId, 'corrupt');
  });

  it('because somebody exchanged its document and left everything else: the change is taken back', async () => {
    const t = await startWorld({ latency: 'modelled', seed: 44, schedules: false });
    await t.verified();
    const changeId = await t.propose();
    await applied(t, changeId);
    cachesOf(t).corrupt(victimOf(t), defaultFlag, (stored) => stored.replace('document 2', 'document 9'));
    await expectTakenBack(t, changeId, 'corrupt');
  });
});

describe('a cache that never takes the change', () => {
  it.each(['none', 'modelled'] as const)('read-only: the change is taken back, latency %s', async (latency) => {
    const t = await startWorld({ latency, seed: 45 });
    await t.verified();
    cachesOf(t).breakService(victimOf(t), 'read-only');
    const changeId = await t.propose();
    expect(await t.settled(changeId)).toBe('rolled-back');
    await t.until('the healthy caches hold the revert', async () => {
      return (await t.wrongCaches(defaultFlag, rev(3))).length === 1;
    });
    await t.everyCacheHolds(defaultFlag, rev(3), { except: [t.cacheName(REGION, SERVICE)] });
    expect(t.held(t.region(REGION).name, victimOf(t))).toEqual(rev(1));
    const reasons = await reasonsOf(t, changeId);
    expect(new Set(reasons.map(({ reason }) => reason))).toEqual(new Set(['refused']));
    expect(new Set(reasons.map(({ service }) => service))).toEqual(new Set([victimOf(t)]));

    // The dead cache's queue still holds the reverted change: it may not count as holding the revert, until it is mended.
    cachesOf(t).heal(victimOf(t));
    expect(['held', 'verified']).toContain((await t.settledAt(defaultFlag, rev(3))).state);
    await t.until('the revert is known good', async () => (await t.knownGood())?.revision === 3);
    await t.everyCacheHolds(defaultFlag, rev(3));
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeRolledBack']);
  });

  it('while it says that it does: the lines are there, the cache is not believed', async () => {
    const t = await startWorld({ latency: 'modelled', seed: 46 });
    await t.verified();
    cachesOf(t).breakService(victimOf(t), 'ignores-writes');
    const changeId = await t.propose();
    expect(await t.settled(changeId)).toBe('rolled-back');
    await t.trail();
    expect((await t.verdicts(changeId)).flatMap(({ atFault }) => atFault)).toMatchObject([
      { service: victimOf(t), reason: 'older', evidence: 'log-only' },
    ]);
    await t.everyCacheHolds(defaultFlag, rev(3), { except: [t.cacheName(REGION, SERVICE)] });
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeRolledBack']);
  });
});

describe('a cache that was lost before the change', () => {
  it('answers applied-incomplete, is loaded, and the change is verified', async () => {
    const t = await startWorld({ latency: 'modelled', seed: 47, schedules: false });
    await t.verified();
    await t.verified({ flagKey: 'another-flag' });
    cachesOf(t).lose(victimOf(t));
    const changeId = await t.propose();
    expect(await t.settled(changeId)).toBe('verified');

    // Both messages of the first change; then the second one's first, the load, and its second one.
    expect(outcomesOf(t)).toEqual(['applied', 'current', 'applied-incomplete', 'repaired', 'current']);
    await t.everyCacheHolds(defaultFlag, rev(2));
    // The load brings everything, not only the flag that was noticed.
    await t.everyCacheHolds('another-flag', rev(1));
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
  });

  it('is not acknowledged while only its manifest is missing, then loaded and verified', async () => {
    const t = await startWorld({ latency: 'modelled', seed: 48, schedules: false });
    await t.verified();
    const generation = Number(cachesOf(t).snapshot(victimOf(t)).manifest?.generation);
    cachesOf(t).loseManifest(victimOf(t));
    const changeId = await t.propose();
    expect(await t.settled(changeId)).toBe('verified');

    expect(outcomesOf(t)).toEqual(['applied', 'current', 'applied-incomplete', 'repaired', 'current']);
    expect(cachesOf(t).snapshot(victimOf(t)).manifest).toEqual(
      expect.objectContaining({ count: 1, topologyVersion: shippedTopology.version }),
    );
    expect(generation).toBe(1);
    await t.everyCacheHolds(defaultFlag, rev(2));
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
  });

  it('is found by the reconciler when no change comes by', async () => {
    const t = await startWorld({ latency: 'modelled', seed: 49 });
    await t.verified();
    cachesOf(t).lose(victimOf(t));
    await t.advance(75_000);
    await t.everyCacheHolds(defaultFlag, rev(1));
    expect((await t.trail()).map(({ type }) => type)).not.toContain('ChangeRolledBack');
  });
});

describe('a service whose log lines are lost', () => {
  it('is proven by its cache alone, and that is said', async () => {
    const t = await startWorld({ latency: 'modelled', seed: 50 });
    await t.verified();
    t.region(REGION).log.mute(victimOf(t));
    const changeId = await t.propose();
    expect(await t.settled(changeId)).toBe('verified');

    await t.everyCacheHolds(defaultFlag, rev(2));
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
    const verdicts = await t.verdicts(changeId);
    const ofRegion = verdicts.find(({ region }) => region === t.region(REGION).name);
    expect(ofRegion).toMatchObject({
      verdict: 'consistent',
      evidence: { logAndCache: t.services.length - 1, cacheOnly: 1, logOnly: 0 },
    });
    expect(t.log.lines).toContainEqual({
      level: 'warn',
      message: 'seen in caches, not in the log',
      fields: expect.objectContaining({ changeId, region: t.region(REGION).name, services: 1 }),
    });
  });

  it.each(['none', 'modelled'] as const)('in all regions: verified by the caches, latency %s', async (latency) => {
    const t = await startWorld({ latency, seed: 51, schedules: false });
    for (const region of t.world.regions.values()) for (const service of t.services) region.log.mute(service);
    const { changeId } = await t.verified();
    await t.trail();
    const evidence = { logAndCache: 0, cacheOnly: t.services.length, logOnly: 0 };
    expect(await t.verdicts(changeId)).toEqual(
      t.regions.map(() => expect.objectContaining({ verdict: 'consistent', evidence })),
    );
    await t.everyCacheHolds(defaultFlag, rev(1));
  });
});

describe('a field that goes bad long after its change', () => {
  it.each(['none', 'modelled'] as const)('is healed by the reconciler, latency %s', async (latency) => {
    const t = await startWorld({ latency, seed: 52 });
    const { changeId } = await t.verified();
    await t.advance(60_000);
    cachesOf(t).corrupt(victimOf(t), defaultFlag);
    expect(await t.wrongCaches(defaultFlag, rev(1))).toEqual([t.cacheName(REGION, SERVICE)]);
    await t.advance(65_000);

    await t.everyCacheHolds(defaultFlag, rev(1));
    await t.advance(10_000);
    const repaired = await t.world.audit.search({ type: 'CacheRepaired' });
    expect(repaired.map(({ detail }) => detail)).toEqual([
      { region: t.region(REGION).name, service: victimOf(t), flagKeys: [defaultFlag] },
    ]);
    expect((await t.recordOf(changeId)).state).toBe('verified');
  });
});

describe('another content under the same order', () => {
  /** Puts a revision nobody accepted into one cache, under the order that the next change will get. */
  const poison = async (t: TestWorld, revision: number): Promise<Held> => {
    const accepted = await t.revision(defaultFlag, rev(revision - 1));
    const other = resealed(accepted, {
      revision,
      document: { state: 'ENABLED', variants: { on: true }, defaultVariant: 'on' },
    });
    const { envelopeDigest: digest, documentDigest } = other;
    const incoming: Held = { order: rev(revision), digest, documentDigest, tombstone: false };
    const body = JSON.stringify(other);
    await t.run(
      cachesOf(t).apply(victimOf(t), { flagKey: defaultFlag, incoming, body, repair: false, passesFull: false }),
    );
    return incoming;
  };

  it.each(['none', 'modelled'] as const)('is kept and told, and takes an update back, latency %s', async (latency) => {
    const t = await startWorld({ latency, seed: 53, schedules: false });
    await t.verified();
    const other = await poison(t, 2);
    const changeId = await t.propose();
    await t.advance(14_000);
    expect(t.cached(t.region(REGION).name, victimOf(t)).held).toEqual(other);
    await expectTakenBack(t, changeId, 'conflict');
    expect(outcomesOf(t)).toEqual(['applied', 'current', 'conflict', 'conflict', 'applied', 'current']);
    expect(t.log.messages('error')).toContain('cache holds another content under the same order');
  });

  it.each(['none', 'modelled'] as const)('is overwritten by the reconciler alone, latency %s', async (latency) => {
    const t = await startWorld({ latency, seed: 54, schedules: false });
    await t.verified();
    const other = await poison(t, 2);
    const changeId = await t.propose({ kind: 'killed' });
    expect(await t.settled(changeId)).toBe('held');
    expect((await t.recordOf(changeId)).holdReason).toBe('kind');
    await t.advance(60_000);
    expect(t.cached(t.region(REGION).name, victimOf(t)).held).toEqual(other);
    await t.everyCacheHolds(defaultFlag, rev(2), { except: [t.cacheName(REGION, SERVICE)] });
    expect(await t.knownGood()).toEqual(rev(1));

    await t.reconcile();
    await t.advance(10_000);
    await t.everyCacheHolds(defaultFlag, rev(2));
    // Held stays held, but what all caches hold is known good.
    expect((await t.recordOf(changeId)).state).toBe('held');
    expect(await t.knownGood()).toEqual(rev(2));
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeHeld']);
    const repaired = await t.world.audit.search({ type: 'CacheRepaired' });
    expect(repaired.map(({ detail }) => detail)).toEqual([
      { region: t.region(REGION).name, service: victimOf(t), flagKeys: [defaultFlag] },
    ]);
  });
});

import { type Envelope, serialiseEnvelope } from '@flaghoist/core/envelope';
import { rev } from './support/flags.ts';
import { putCurrent, resealed } from './support/intruder.ts';
import { defaultFlag, startWorld } from './support/world.ts';

const forged = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' };

/** The next revision, as its digests say it, but nobody proposed it. */
const wellSealed = (accepted: Envelope): Envelope =>
  resealed(accepted, {
    revision: accepted.revision + 1,
    kind: 'updated',
    document: forged,
    previousEnvelopeDigest: accepted.envelopeDigest,
    change: { ...accepted.change, id: 'written-around' },
  });

/** The accepted envelope with another document under the old digests. */
const tampered = (accepted: Envelope): [Envelope, string] => [
  accepted,
  serialiseEnvelope({ ...accepted, document: forged }),
];

const places = [
  ['home', 0],
  ['a replica', 1],
] as const;
const latencies = ['none', 'modelled'] as const;
const cases = places.flatMap(([name, region]) => latencies.map((latency) => ({ name, region, latency })));

describe('a CURRENT that was written around the validator', () => {
  it.each(cases)('with digests that are wrong, in $name, latency $latency: refused, put back, reported', async (c) => {
    const t = await startWorld({ latency: c.latency, seed: 31 });
    const { changeId } = await t.verified();
    const accepted = await t.revision(defaultFlag, rev(1));
    putCurrent(t.region(c.region).flags, ...tampered(accepted));
    await t.advance(180_000);

    for (const region of t.regions) expect(await t.current(defaultFlag, region)).toEqual(accepted);
    await t.everyCacheHolds(defaultFlag, rev(1));
    expect(t.lines.filter(({ heldDigest }) => heldDigest !== accepted.envelopeDigest)).toEqual([]);
    const rejected = (await t.trail()).filter(({ type }) => type === 'ChangeRejected');
    expect(rejected.map(({ region }) => region)).toContain(t.region(c.region).name);
    expect(rejected.map(({ detail }) => detail['reason'])).toEqual(rejected.map(() => 'not-an-envelope'));
    expect(t.log.messages('error')).toContain('item of flags is not an envelope');
    expect((await t.recordOf(changeId)).state).toBe('verified');
  });

  it.each(cases)('with valid digests, in $name, latency $latency: refused, put back, reported', async (c) => {
    const t = await startWorld({ latency: c.latency, seed: 32 });
    await t.verified();
    const accepted = await t.revision(defaultFlag, rev(1));
    putCurrent(t.region(c.region).flags, wellSealed(accepted));
    await t.advance(180_000);

    for (const region of t.regions) expect(await t.current(defaultFlag, region)).toEqual(accepted);
    await t.everyCacheHolds(defaultFlag, rev(1));
    expect(t.lines.filter(({ heldOrder }) => heldOrder.revision !== 1)).toEqual([]);
    expect(await t.revisions()).toEqual([accepted]);
    const rejected = (await t.trail()).filter(({ type }) => type === 'ChangeRejected');
    expect(rejected).toContainEqual(
      expect.objectContaining({
        region: t.home,
        detail: expect.objectContaining({ order: rev(2), reason: 'not-accepted' }),
      }),
    );
    expect(t.log.messages('error')).toContain('CURRENT was written around the validator');
  });

  it.each(cases)('over a key that never existed, in $name, latency $latency: removed, reported', async (c) => {
    const t = await startWorld({ latency: c.latency, seed: 33 });
    await t.verified();
    const accepted = await t.revision(defaultFlag, rev(1));
    const flagKey = 'never-proposed';
    const intruder = resealed(accepted, {
      flagKey,
      document: forged,
      change: { ...accepted.change, id: 'written-around' },
    });
    putCurrent(t.region(c.region).flags, intruder);
    await t.advance(180_000);

    for (const region of t.regions) {
      expect(await t.current(flagKey, region)).toBeNull();
      for (const service of t.services)
        expect(t.cached(region, service, flagKey)).toEqual({ held: null, stored: null });
    }
    expect(t.lines.filter((line) => line.flagKey === flagKey)).toEqual([]);
    await t.everyCacheHolds(defaultFlag, rev(1));
    const trail = await t.trail(flagKey);
    expect(trail.map(({ type }) => type)).toEqual(trail.map(() => 'ChangeRejected'));
    expect(trail.map(({ region }) => region)).toContain(t.home);

    const { order } = await t.verified({ flagKey });
    expect(order).toEqual(rev(1));
    await t.everyCacheHolds(flagKey, rev(1));
  });

  it.each(latencies)('an older accepted revision put back over a newer one, latency %s', async (latency) => {
    const t = await startWorld({ latency, seed: 34 });
    await t.verified();
    await t.verified();
    const [older, newer] = await t.revisions();
    putCurrent(t.region(1).flags, older as Envelope);
    await t.advance(180_000);

    for (const region of t.regions) expect(await t.current(defaultFlag, region)).toEqual(newer);
    await t.everyCacheHolds(defaultFlag, rev(2));
    const rejected = (await t.trail()).filter(({ type }) => type === 'ChangeRejected');
    expect(rejected.map(({ region, detail }) => [region, detail['order']])).toEqual([[t.home, rev(1)]]);
  });

  it.each(cases)('removed by hand, in $name, latency $latency: put back, and the change ends', async (c) => {
    const t = await startWorld({ latency: c.latency, seed: 36 });
    await t.verified();
    const cache = t.region(1).caches;
    cache.breakService(t.service(2), 'ignores-writes');
    const changeId = await t.propose();
    await t.until('it is accepted', async () => (await t.outcome(changeId))?.outcome === 'accepted');
    t.region(c.region).flags.delete({ pk: `FLAG#${defaultFlag}`, sk: 'CURRENT' });
    expect(await t.settled(changeId)).toBe('rolled-back');

    cache.heal(t.service(2));
    await t.advance(180_000);
    const current = await t.current();
    expect(current).toMatchObject({ kind: 'rolled-back', revision: 3 });
    for (const region of t.regions) expect(await t.current(defaultFlag, region)).toEqual(current);
    await t.everyCacheHolds(defaultFlag, rev(3));
    expect(t.log.messages('error')).toContain('item of flags was removed around the validator');
  });

  it('does not stop the next change', async () => {
    const t = await startWorld({ latency: 'modelled', seed: 35 });
    await t.verified();
    const accepted = await t.revision(defaultFlag, rev(1));
    putCurrent(t.region(0).flags, wellSealed(accepted));
    const changeId = await t.propose({ basedOn: rev(1) });
    expect(await t.settled(changeId)).toBe('verified');

    expect((await t.recordOf(changeId)).order).toEqual(rev(2));
    expect((await t.revision(defaultFlag, rev(2))).change.id).toBe(changeId);
    await t.advance(60_000);
    await t.everyCacheHolds(defaultFlag, rev(2));
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
    expect((await t.trail()).map(({ type }) => type)).toContain('ChangeRejected');
  });
});

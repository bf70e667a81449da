import { SHADOW_SERVICE } from '@flaghoist/core/canary';
import type { goWrong, privilegesIn, wholeLoop } from './story.ts';
import { placesIn, standby } from './topology.ts';

type Seen = Awaited<ReturnType<typeof goWrong>> &
  ReturnType<typeof privilegesIn> & {
    readonly loop: Awaited<ReturnType<typeof wholeLoop>>;
    readonly person: { readonly session: string };
  };

/** What holds of flags, in however many regions. */
export const judgeLoop = (lookAt: () => Seen): void => {
  it('takes an accepted change to the cache of each service in each region, with its digest', () => {
    const { loop } = lookAt();
    const places = placesIn(loop.topology).map(({ region, service }) => `${region} ${service}`);
    expect(Object.keys(loop.inCaches).sort()).toEqual(places.sort());
    expect(new Set(Object.values(loop.inCaches))).toEqual(new Set([loop.envelope?.envelopeDigest]));
  });

  it('proves it in each region, and makes it known good', () => {
    const { loop } = lookAt();
    expect(loop.verified.state).toBe('verified');
    expect(loop.knownGood).toMatchObject({ envelopeDigest: loop.envelope?.envelopeDigest });
  });

  it('audits it, although the index was away all the time, under the name of its author', async () => {
    const { accepted, verified, swept } = await lookAt().audited;
    expect([accepted.type, verified.type]).toEqual(['ChangeAccepted', 'ChangeVerified']);
    expect(accepted.detail).toMatchObject({ actor: lookAt().person.session });
    expect(swept).toMatchObject({ missing: 0, chainBreaks: [] });
  });

  describe('what goes wrong', () => {
    it('rejects what breaks a rule, and does nothing but say so', async () => {
      const { outcome, current } = await lookAt().rejected;
      expect(outcome).toMatchObject({ outcome: 'rejected' });
      expect(current).toBeNull();
    });

    it.each([
      ['around home', 'aroundHome'],
      ['around home in a replica', 'aroundReplica'],
    ] as const)('puts back a CURRENT that was written %s', async (_words, place) => {
      const { current, order, intruder } = await lookAt()[place];
      expect(current).toMatchObject(order);
      expect(intruder.detail).toMatchObject({ reason: 'not-accepted' });
    });

    it('fills a cache that lost everything, and proves the next change in it', async () => {
      const { verified } = await lookAt().lost;
      expect(verified.state).toBe('verified');
    });

    it('mends a field of a cache that became something else', async () => {
      const { before, corrupted, after } = await lookAt().corrupt;
      expect(corrupted).not.toBe(before);
      expect(after).toBe(before);
    });

    it('takes back in every cache what one of them does not hold, and names it', async () => {
      const { service, record } = await lookAt().takenBack;
      expect(record).toMatchObject({ state: 'rolled-back', blame: { region: standby, services: [service] } });
    });

    it('takes back what a silent cache swallows, which says that it took it, and names it', async () => {
      const { region, service, record } = await lookAt().silent;
      expect(record).toMatchObject({ state: 'rolled-back', blame: { region, services: [service] } });
    });

    it('takes back in each region what the canary planted there, names its cache, and says so', async () => {
      const { regions, finds } = await lookAt().canary;
      expect(finds).toEqual(
        regions.map((region) => ({
          region,
          record: expect.objectContaining({
            state: 'rolled-back',
            blame: expect.objectContaining({ region, services: [SHADOW_SERVICE] }),
          }),
          holdRevert: regions.map((each) => `${each} ${SHADOW_SERVICE}`),
          said: expect.objectContaining({ message: 'canary found and taken back', level: 'INFO', planted: region }),
          measured: expect.objectContaining({ planted: region, CanaryMissed: 0 }),
        })),
      );
      for (const { said, measured } of finds) expect(measured['CanaryDetection']).toBe(said['tookMs']);
    });

    it('gives up a message that nobody can read, alone', async () => {
      const { letters } = await lookAt().poison;
      expect(letters).toBe(1);
    });

    it('kills a flag in every cache while the bus is away, and proves and tells it once the bus is back', async () => {
      const { whileAway, verified, audited } = await lookAt().kill;
      expect(whileAway?.state).toBe('accepted');
      expect(verified.state).toBe('verified');
      expect(audited.type).toBe('ChangeAccepted');
    });
  });

  it('lets an author propose under her own key, and nothing else', async () => {
    const answers = await lookAt().adversary;
    expect(Object.keys(answers)).toHaveLength(7);
    expect([...new Set(Object.values(answers))]).toEqual(['AccessDeniedException']);
  });

  it('grants each function what it uses, and what is listed with a reason', () => {
    const { unreasoned, needless } = lookAt().privileges;
    expect({ unreasoned, needless }).toEqual({ unreasoned: [], needless: [] });
  });

  it('denies nobody on the way but the author who tried', () => {
    const { denied, author } = lookAt();
    expect(denied.filter(({ role }) => !author.endsWith(`/${role}`))).toEqual([]);
  });
};

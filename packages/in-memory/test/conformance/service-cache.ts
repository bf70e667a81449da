import { isIntact } from '@flaghoist/core/intact';
import { isNewer } from '@flaghoist/core/order';
import type { CachedFlag, ServiceCache } from '@flaghoist/core/ports/service-cache';
import fc from 'fast-check';
import { writeOf } from '../support/held.ts';

const SERVICE = 'payments';
const MANIFEST = { generation: 1, topologyVersion: 1, count: 0 };

export interface ServiceCacheUnderTest {
  readonly cache: ServiceCache;
  /** Puts a text where the held text of a flag is. */
  writeHeldText(service: string, flagKey: string, text: string): Promise<void>;
  /** The memory of its Redis is used up, or there is enough of it again. */
  setFull(isFull: boolean): Promise<void>;
}

/**
 * What every adapter of `ServiceCache` does the same way.
 *
 * @param prepare gives a cache in which no service has anything
 */
export const describeServiceCache = (name: string, prepare: () => Promise<ServiceCacheUnderTest>, runs = 100): void => {
  const create = async (): Promise<ServiceCache> => (await prepare()).cache;
  const look = async (cache: ServiceCache, flagKey = 'checkout', service = SERVICE): Promise<CachedFlag> => {
    const contents = (await cache.inspect([service], [flagKey])).get(service);
    if (!contents?.reachable) throw new Error('the cache under test cannot be reached');
    const flag = contents.flags.get(flagKey);
    if (flag === undefined) throw new Error('inspect left a flag out');
    return flag;
  };
  const loaded = async (): Promise<ServiceCache> => {
    const cache = await create();
    await cache.writeManifest(SERVICE, MANIFEST);
    return cache;
  };

  describe(`${name} as a service cache`, () => {
    it('knows nothing at first: no manifest, no flags', async () => {
      const cache = await create();
      expect(await look(cache)).toEqual({ held: null, stored: null });
      expect(await cache.contents(SERVICE)).toEqual({ reachable: true, manifest: null, flags: new Map() });
    });

    it('stores a change that meets no manifest, and says that it is incomplete', async () => {
      const cache = await create();
      const write = writeOf({ revision: 1 });
      expect(await cache.apply(SERVICE, write)).toEqual({ outcome: 'applied-incomplete', held: write.incoming });
      expect(await cache.apply(SERVICE, write)).toEqual({ outcome: 'applied-incomplete', held: write.incoming });
      expect(await look(cache)).toEqual({ held: write.incoming, stored: write.body });
    });

    it('applies a newer order, acknowledges the same again and drops an older one', async () => {
      const cache = await loaded();
      const [first, second] = [writeOf({ revision: 1 }), writeOf({ revision: 2 })];
      expect((await cache.apply(SERVICE, first)).outcome).toBe('applied');
      expect(await cache.apply(SERVICE, second)).toEqual({ outcome: 'applied', held: second.incoming });
      expect(await cache.apply(SERVICE, second)).toEqual({ outcome: 'current', held: second.incoming });
      expect(await cache.apply(SERVICE, first)).toEqual({ outcome: 'stale', held: second.incoming });
      expect(await look(cache)).toEqual({ held: second.incoming, stored: second.body });
    });

    it('puts the epoch before the revision', async () => {
      const cache = await loaded();
      await cache.apply(SERVICE, writeOf({ revision: 9 }));
      expect((await cache.apply(SERVICE, writeOf({ epoch: 2, revision: 3 }))).outcome).toBe('applied');
      expect((await cache.apply(SERVICE, writeOf({ revision: 10 }))).outcome).toBe('stale');
    });

    it('keeps what it had when the same order comes with another digest', async () => {
      const cache = await loaded();
      const [mine, other] = [writeOf({ revision: 1 }), writeOf({ revision: 1, variant: 'b' })];
      await cache.apply(SERVICE, mine);
      expect(await cache.apply(SERVICE, other)).toEqual({ outcome: 'conflict', held: mine.incoming });
      expect((await look(cache)).stored).toBe(mine.body);
    });

    it('lets a repair overwrite an equal order, but never lower one', async () => {
      const cache = await loaded();
      await cache.apply(SERVICE, writeOf({ revision: 2 }));
      const repair = writeOf({ revision: 2, variant: 'b', repair: true });
      expect(await cache.apply(SERVICE, repair)).toEqual({ outcome: 'repaired', held: repair.incoming });
      expect((await look(cache)).stored).toBe(repair.body);
      expect((await cache.apply(SERVICE, writeOf({ revision: 1, repair: true }))).outcome).toBe('stale');
    });

    it('keeps the order of a tombstone and no field, so that an older message cannot bring the flag back', async () => {
      const cache = await loaded();
      await cache.apply(SERVICE, writeOf({ revision: 1 }));
      const tombstone = writeOf({ revision: 2, tombstone: true });
      expect((await cache.apply(SERVICE, tombstone)).outcome).toBe('applied');
      expect((await cache.apply(SERVICE, writeOf({ revision: 1 }))).outcome).toBe('stale');
      expect(await look(cache)).toEqual({ held: tombstone.incoming, stored: null });
    });

    it.each(['', 'not a held text', '1 2 aa bb', '1.5 2 aa bb 0'])(
      'takes a held text that nobody writes (%p) as absent, and the next write heals it',
      async (text) => {
        const { cache, writeHeldText } = await prepare();
        await cache.writeManifest(SERVICE, MANIFEST);
        await writeHeldText(SERVICE, 'checkout', text);
        expect(await look(cache)).toEqual({ held: null, stored: null });
        const contents = await cache.contents(SERVICE);
        expect(contents.reachable && contents.flags.get('checkout')).toEqual({ held: null, stored: null });
        const write = writeOf({ revision: 1 });
        expect(await cache.apply(SERVICE, write)).toEqual({ outcome: 'applied', held: write.incoming });
        expect(await look(cache)).toEqual({ held: write.incoming, stored: write.body });
      },
    );

    it('keeps services and flags apart', async () => {
      const cache = await loaded();
      await cache.apply(SERVICE, writeOf({ revision: 4 }));
      await cache.apply(SERVICE, writeOf({ flagKey: 'search', revision: 1 }));
      const seen = await cache.inspect([SERVICE, 'billing'], ['checkout', 'search', 'nothing']);
      expect([...seen.keys()]).toEqual([SERVICE, 'billing']);
      expect(seen.get(SERVICE)).toMatchObject({ reachable: true, manifest: MANIFEST });
      expect(seen.get('billing')).toMatchObject({ reachable: true, manifest: null });
      expect((await look(cache, 'search')).held?.order.revision).toBe(1);
      expect((await look(cache, 'nothing')).held).toBeNull();
      expect((await look(cache, 'checkout', 'billing')).held).toBeNull();
      const contents = await cache.contents(SERVICE);
      expect(contents.reachable && [...contents.flags.keys()].sort()).toEqual(['checkout', 'search']);
    });

    it('replaces the manifest', async () => {
      const cache = await loaded();
      await cache.writeManifest(SERVICE, { ...MANIFEST, generation: 2, count: 7 });
      expect(await cache.contents(SERVICE)).toMatchObject({
        manifest: { generation: 2, topologyVersion: 1, count: 7 },
      });
    });

    it.each([
      ['its evaluator', { version: '4.1.0', bucketing: 'v3' }],
      ['one of a later release, in a form that nobody here knows', { version: '5.0.0-rc.1', bucketing: 'v7' }],
    ])('says in its manifest by what agents evaluate: %s', async (_what, evaluator) => {
      const cache = await loaded();
      await cache.writeManifest(SERVICE, { ...MANIFEST, evaluator });
      expect(await cache.contents(SERVICE)).toMatchObject({ manifest: { ...MANIFEST, evaluator } });
    });

    it('ends on the highest order, whatever is repeated or comes out of order', async () => {
      const order = fc.record({ epoch: fc.integer({ min: 1, max: 2 }), revision: fc.integer({ min: 1, max: 6 }) });
      const change = fc.record({ order, tombstone: fc.boolean() });
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 12 }), async (changes) => {
          const cache = await loaded();
          // One revision per order: two tellings of one order are a conflict, tested above.
          const byOrder = new Map(changes.map((c) => [`${c.order.epoch}.${c.order.revision}`, c.tombstone]));
          const writes = changes.map(({ order: { epoch, revision } }) =>
            writeOf({ epoch, revision, tombstone: byOrder.get(`${epoch}.${revision}`) ?? false }),
          );
          for (const write of writes) await cache.apply(SERVICE, write);
          const highest = writes.reduce((a, b) => (isNewer(b.incoming.order, a.incoming.order) ? b : a));
          const flag = await look(cache);
          expect(flag).toEqual({ held: highest.incoming, stored: highest.body });
          expect(isIntact(flag)).toBe(true);
        }),
        { numRuns: runs },
      );
    });

    describe('whose Redis is full', () => {
      const full = async () => {
        const { cache, setFull } = await prepare();
        await cache.writeManifest(SERVICE, MANIFEST);
        await cache.apply(SERVICE, writeOf({ revision: 1 }));
        await setFull(true);
        return { cache, setFull };
      };

      it('refuses a write, keeps what it had, and takes it once there is room', async () => {
        const { cache, setFull } = await full();
        const write = writeOf({ revision: 2 });
        const refused = { code: 'FH_CACHE_REFUSED', serverCode: 'OOM', retryable: true };
        await expect(cache.apply(SERVICE, write)).rejects.toMatchObject(refused);
        await expect(cache.writeManifest(SERVICE, MANIFEST)).rejects.toMatchObject(refused);
        const { incoming, body } = writeOf({ revision: 1 });
        expect(await look(cache)).toEqual({ held: incoming, stored: body });
        await setFull(false);
        expect((await cache.apply(SERVICE, write)).outcome).toBe('applied');
      });

      it('still answers where nothing is to be written', async () => {
        const { cache } = await full();
        expect((await cache.apply(SERVICE, writeOf({ revision: 1 }))).outcome).toBe('current');
      });

      it.each([
        ['a kill, which is larger', { revision: 2, variant: 'a much longer one' }],
        ['a tombstone', { revision: 2, tombstone: true }],
        ['what repairs a kill', { revision: 1, variant: 'b', repair: true }],
      ])('takes %s', async (_what, changed) => {
        const { cache } = await full();
        const write = writeOf({ ...changed, passesFull: true });
        expect(await cache.apply(SERVICE, write)).toMatchObject({ held: write.incoming });
        expect(await look(cache)).toEqual({ held: write.incoming, stored: write.body });
      });
    });

    it('names the Redis of a service, without a word to it', async () => {
      const cache = await create();
      expect(cache.redisOf(SERVICE)).toBe('redis-1');
    });

    it('knows flags by keys that every object has', async () => {
      const cache = await loaded();
      const tombstone = writeOf({ flagKey: 'constructor', revision: 2, tombstone: true });
      await cache.apply(SERVICE, writeOf({ flagKey: 'constructor', revision: 1 }));
      await cache.apply(SERVICE, tombstone);
      const expected = { held: tombstone.incoming, stored: null };
      expect(await look(cache, 'constructor')).toEqual(expected);
      const contents = await cache.contents(SERVICE);
      expect(contents.reachable && contents.flags.get('constructor')).toEqual(expected);
    });

    it('is atomic: concurrent writes end on the highest order as well', async () => {
      const cache = await loaded();
      const writes = [5, 2, 6, 1, 6, 4, 3].map((revision) => writeOf({ revision }));
      const results = await Promise.all(writes.map((write) => cache.apply(SERVICE, write)));
      expect(results.filter(({ outcome }) => outcome === 'conflict')).toEqual([]);
      expect((await look(cache)).held?.order.revision).toBe(6);
    });
  });
};

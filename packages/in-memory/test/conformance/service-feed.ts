import type { ServiceCache } from '@flaghoist/core/ports/service-cache';
import type { CacheNews, ServiceFeed } from '@flaghoist/core/ports/service-feed';
import { writeOf } from '../support/held.ts';

const SERVICE = 'payments';
const MANIFEST = { generation: 1, topologyVersion: 1, count: 0 };

export interface ServiceFeedUnderTest {
  readonly cache: ServiceCache;
  /** Of the service `payments`. */
  readonly feed: ServiceFeed;
  /** Resolves when all that was told so far was heard. */
  told(): Promise<void>;
  /** What instances claim, by their names. */
  claims(): Promise<Readonly<Record<string, string>>>;
}

/**
 * What every adapter of `ServiceFeed` does the same way.
 *
 * @param prepare gives a feed of a cache in which nothing is
 */
export const describeServiceFeed = (name: string, prepare: () => Promise<ServiceFeedUnderTest>): void => {
  const following = async (feed: ServiceFeed) => {
    const heard: CacheNews[] = [];
    const ignore = (): void => undefined;
    const followed = await feed.follow({ heard: (news) => void heard.push(news), lost: ignore, follows: ignore });
    return { heard, ...followed };
  };

  describe(`${name} as the feed of a service`, () => {
    it('knows nothing at first', async () => {
      const { feed } = await prepare();
      expect(await feed.sequence()).toBe(0);
      expect(await feed.overview()).toEqual({ sequence: 0, manifest: null, held: new Map() });
      expect(await feed.flags(['checkout'])).toEqual(new Map([['checkout', { held: null, stored: null }]]));
    });

    it('counts and tells each write of a field, a tombstone, a repair and the manifest, and nothing else', async () => {
      const { cache, feed, told } = await prepare();
      const { heard, stop } = await following(feed);
      const [first, second] = [writeOf({ revision: 1 }), writeOf({ revision: 2 })];
      await cache.writeManifest(SERVICE, MANIFEST);
      await cache.apply(SERVICE, second);
      // Current, stale, conflict: nothing is written.
      await cache.apply(SERVICE, second);
      await cache.apply(SERVICE, first);
      await cache.apply(SERVICE, writeOf({ revision: 2, variant: 'b' }));
      await cache.apply(SERVICE, writeOf({ revision: 2, variant: 'b', repair: true }));
      await cache.apply(SERVICE, writeOf({ flagKey: 'search', revision: 1 }));
      await cache.apply(SERVICE, writeOf({ flagKey: 'search', revision: 2, tombstone: true }));
      // Another service has a count of its own.
      await cache.apply('billing', writeOf({ revision: 1 }));
      await told();
      expect(heard).toEqual([
        { sequence: 1 },
        { sequence: 2, flagKey: 'checkout' },
        { sequence: 3, flagKey: 'checkout' },
        { sequence: 4, flagKey: 'search' },
        { sequence: 5, flagKey: 'search' },
      ]);
      expect(await feed.sequence()).toBe(5);
      stop();
      await cache.apply(SERVICE, writeOf({ revision: 3 }));
      await told();
      expect(heard).toHaveLength(5);
    });

    it('shows what the cache holds, and the flags that it is asked for', async () => {
      const { cache, feed } = await prepare();
      const write = writeOf({ revision: 4 });
      await cache.apply(SERVICE, write);
      await cache.writeManifest(SERVICE, MANIFEST);
      expect(await feed.overview()).toEqual({
        sequence: 2,
        manifest: MANIFEST,
        held: new Map([['checkout', write.incoming]]),
      });
      expect(await feed.flags(['checkout', 'search'])).toEqual(
        new Map([
          ['checkout', { held: write.incoming, stored: write.body }],
          ['search', { held: null, stored: null }],
        ]),
      );
      expect(await feed.flags([])).toEqual(new Map());
    });

    it('puts a claim in place of the one before, lets them be read and forgotten, and counts none as a write', async () => {
      const { cache, feed, claims } = await prepare();
      await feed.claim('task-1', 'first');
      await feed.claim('task-2', 'other');
      await feed.claim('task-1', 'second');
      expect(await claims()).toEqual({ 'task-1': 'second', 'task-2': 'other' });
      await cache.writeManifest(SERVICE, MANIFEST);
      const rows = new Map([
        ['task-1', 'second'],
        ['task-2', 'other'],
      ]);
      const nobody = { sequence: 0, rows: new Map() };
      expect(await cache.instances([SERVICE, 'billing'])).toEqual(
        new Map([
          [SERVICE, { sequence: 1, rows }],
          ['billing', nobody],
        ]),
      );
      await cache.forgetInstances(SERVICE, []);
      await cache.forgetInstances(SERVICE, ['task-1', 'task-9']);
      expect(await claims()).toEqual({ 'task-2': 'other' });
      expect(await feed.sequence()).toBe(1);
    });
  });
};

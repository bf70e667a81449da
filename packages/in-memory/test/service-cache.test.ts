import { CacheRefusedError, UnavailableError } from '@flaghoist/core/errors';
import { isIntact } from '@flaghoist/core/intact';
import { InMemoryServiceCache } from '@flaghoist/in-memory/service-cache';
import { describeServiceCache } from './conformance/service-cache.ts';
import { describeServiceFeed } from './conformance/service-feed.ts';
import { writeOf } from './support/held.ts';

describeServiceCache('InMemoryServiceCache', async () => {
  const cache = new InMemoryServiceCache({ region: 'eu-west-1' });
  const writeHeldText = async (service: string, flagKey: string, text: string): Promise<void> => {
    const before = cache.snapshot(service);
    cache.restore(service, { ...before, held: new Map([...before.held, [flagKey, text]]) });
  };
  const setFull = async (isFull: boolean): Promise<void> =>
    cache.limitMemory('redis-1', isFull ? 0 : Number.POSITIVE_INFINITY);
  return { cache, writeHeldText, setFull };
});

describeServiceFeed('InMemoryServiceCache', async () => {
  const cache = new InMemoryServiceCache({ region: 'eu-west-1' });
  const claims = async () => Object.fromEntries(cache.claims('payments'));
  return { cache, feed: cache.feedOf('payments'), told: async () => {}, claims };
});

const MANIFEST = { generation: 1, topologyVersion: 1, count: 1 };

const withOneFlag = async (): Promise<InMemoryServiceCache> => {
  const cache = new InMemoryServiceCache({ region: 'eu-west-1' });
  await cache.writeManifest('payments', MANIFEST);
  await cache.apply('payments', writeOf({ revision: 1 }));
  return cache;
};

describe('a broken cache', () => {
  it('that is unreachable tells whoever follows it, and again when it is healed', async () => {
    const cache = await withOneFlag();
    const events: unknown[] = [];
    const feed = cache.feedOf('payments');
    await feed.follow({
      heard: (news) => events.push(news),
      lost: (error) => events.push((error as UnavailableError).code),
      follows: () => events.push('follows'),
    });
    cache.breakService('payments', 'unreachable');
    await expect(feed.sequence()).rejects.toThrow(UnavailableError);
    await expect(feed.claim('task-1', 'it')).rejects.toThrow(UnavailableError);
    cache.heal('payments');
    await cache.apply('payments', writeOf({ revision: 2 }));
    expect(events).toEqual(['FH_UNAVAILABLE', 'follows', { sequence: 3, flagKey: 'checkout' }]);
  });

  it('that does not let itself be written takes no claim, and can be read', async () => {
    const cache = await withOneFlag();
    cache.breakService('payments', 'read-only');
    const feed = cache.feedOf('payments');
    await expect(feed.claim('task-1', 'it')).rejects.toThrow(CacheRefusedError);
    expect(await feed.sequence()).toBe(2);
  });

  it('that is unreachable neither reads nor writes, until it is healed', async () => {
    const cache = await withOneFlag();
    cache.breakService('payments', 'unreachable');
    await expect(cache.apply('payments', writeOf({ revision: 2 }))).rejects.toThrow(UnavailableError);
    await expect(cache.writeManifest('payments', MANIFEST)).rejects.toThrow(UnavailableError);
    expect(await cache.contents('payments')).toEqual({ reachable: false });
    const seen = await cache.inspect(['payments', 'billing'], ['checkout']);
    expect([seen.get('payments')?.reachable, seen.get('billing')?.reachable]).toEqual([false, true]);

    cache.heal('payments');
    expect((await cache.apply('payments', writeOf({ revision: 2 }))).outcome).toBe('applied');
  });

  it('that is read-only shows what it holds and refuses writes', async () => {
    const cache = await withOneFlag();
    cache.breakService('payments', 'read-only');
    const refused = { code: 'FH_CACHE_REFUSED', serverCode: 'READONLY' };
    await expect(cache.apply('payments', writeOf({ revision: 2 }))).rejects.toMatchObject(refused);
    expect(await cache.contents('payments')).toMatchObject({ reachable: true, manifest: MANIFEST });
    expect(cache.peek('payments', 'checkout').held?.order.revision).toBe(1);
  });

  it('that is loading refuses to be read as well, and says so', async () => {
    const cache = await withOneFlag();
    cache.breakService('payments', 'loading');
    await expect(cache.apply('payments', writeOf({ revision: 2, passesFull: true }))).rejects.toThrow(
      CacheRefusedError,
    );
    expect(await cache.contents('payments')).toEqual({ reachable: false, refusal: 'LOADING' });
  });

  it('that is full looks before it writes: the write that goes past the limit succeeds', async () => {
    const cache = await withOneFlag();
    cache.limitMemory('redis-1', cache.usedMemory('redis-1'));
    const larger = writeOf({ revision: 2, variant: 'larger than the one before' });
    expect((await cache.apply('payments', larger)).outcome).toBe('applied');
    await expect(cache.apply('payments', writeOf({ revision: 3 }))).rejects.toMatchObject({ serverCode: 'OOM' });
  });

  it('of one Redis leaves the services of another alone', async () => {
    const cache = new InMemoryServiceCache({ region: 'eu-west-1', shards: 16_384 });
    await cache.apply('payments', writeOf({ revision: 1 }));
    expect(cache.redisOf('payments')).not.toBe(cache.redisOf('billing'));
    cache.limitMemory(cache.redisOf('payments'), 0);
    expect((await cache.apply('billing', writeOf({ revision: 1 }))).outcome).toBe('applied-incomplete');
  });

  it('that ignores writes says it applied and keeps what it had', async () => {
    const cache = await withOneFlag();
    cache.breakService('payments', 'ignores-writes');
    const write = writeOf({ revision: 2 });
    expect(await cache.apply('payments', write)).toEqual({ outcome: 'applied', held: write.incoming });
    await cache.writeManifest('payments', { ...MANIFEST, generation: 2 });
    expect(await cache.contents('payments')).toMatchObject({ manifest: MANIFEST });
    expect(cache.peek('payments', 'checkout').held?.order.revision).toBe(1);
  });

  it('that was lost has neither flags nor manifest; one without a manifest keeps its flags', async () => {
    const cache = await withOneFlag();
    cache.loseManifest('payments');
    expect(await cache.contents('payments')).toMatchObject({ manifest: null });
    expect((await cache.apply('payments', writeOf({ revision: 2 }))).outcome).toBe('applied-incomplete');
    cache.lose('payments');
    expect(await cache.contents('payments')).toEqual({ reachable: true, manifest: null, flags: new Map() });
  });

  it('that is corrupt still names the right revision, and is not intact', async () => {
    const cache = await withOneFlag();
    const before = cache.peek('payments', 'checkout');
    expect(isIntact(before)).toBe(true);
    cache.corrupt('payments', 'checkout');
    const after = cache.peek('payments', 'checkout');
    expect(after.held).toEqual(before.held);
    expect(isIntact(after)).toBe(false);
  });

  it('that was restored from a backup is as old as the backup', async () => {
    const cache = await withOneFlag();
    const backup = cache.snapshot('payments');
    await cache.apply('payments', writeOf({ revision: 2 }));
    cache.restore('payments', backup);
    await cache.apply('payments', writeOf({ flagKey: 'search', revision: 1 }));
    expect(cache.peek('payments', 'checkout').held?.order.revision).toBe(1);
    expect(backup.held.has('search')).toBe(false);
  });
});

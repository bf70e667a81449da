import type { Held } from '@flaghoist/core/compare-and-set';
import { type RedisServer, startRedis } from '@flaghoist/tools/start-redis';
import type { Redis } from 'ioredis';
import { connectRedis } from '../lib/connect/redis.ts';
import { RedisServiceCache } from '../lib/redis-service-cache.ts';
import { needsRedis } from './support/servers.ts';

const incoming: Held = {
  order: { epoch: 1, revision: 1 },
  digest: 'a'.repeat(64),
  documentDigest: 'd'.repeat(64),
  tombstone: false,
};
const write = { flagKey: 'checkout', incoming, body: '{}', repair: false, passesFull: false };
const MANIFEST = { generation: 1, topologyVersion: 1, count: 0 };

const cacheOn = (port: number) => {
  const client = connectRedis({ host: '127.0.0.1', port, tls: false });
  return { client, cache: new RedisServiceCache({ client, cellOf: () => 'cell-1', shards: 1 }) };
};

const expectUnreachable = async (cache: RedisServiceCache): Promise<void> => {
  await expect(cache.apply('payments', write)).rejects.toMatchObject({ code: 'FH_UNAVAILABLE', retryable: true });
  await expect(cache.writeManifest('payments', MANIFEST)).rejects.toMatchObject({ code: 'FH_UNAVAILABLE' });
  expect(await cache.contents('payments')).toEqual({ reachable: false });
  const seen = await cache.inspect(['payments', 'search'], ['checkout']);
  expect([...seen]).toEqual([
    ['payments', { reachable: false }],
    ['search', { reachable: false }],
  ]);
};

const { it, tool } = needsRedis();
let server: RedisServer;
let client: Redis;
let admin: Redis | undefined;
let cache: RedisServiceCache;
beforeEach(async () => {
  server = await startRedis(tool().program);
  ({ client, cache } = cacheOn(server.port));
});
afterEach(async () => {
  client.disconnect();
  admin?.disconnect();
  await server.stop();
});

it('says that a server which died cannot be reached', async () => {
  await cache.apply('payments', write);
  await server.stop();
  await expectUnreachable(cache);
});

it('waits no longer than a second for a server that hangs', async () => {
  await cache.apply('payments', write);
  process.kill(server.processId, 'SIGSTOP');
  const slow = await Promise.allSettled([cache.apply('payments', write), cache.contents('payments')]);
  process.kill(server.processId, 'SIGCONT');
  expect(slow).toMatchObject([
    { status: 'rejected', reason: { code: 'FH_UNAVAILABLE' } },
    { status: 'fulfilled', value: { reachable: false } },
  ]);
});

it('leaves a demoted node, and finds the new primary under the same name', async () => {
  await cache.apply('payments', write);
  admin = client.duplicate({ reconnectOnError: null });
  await admin.call('REPLICAOF', '127.0.0.1', '1');
  let connections = 0;
  client.on('connect', () => {
    connections += 1;
  });
  const newer = { ...write, incoming: { ...incoming, order: { epoch: 1, revision: 2 } } };
  await expect(cache.apply('payments', newer)).rejects.toMatchObject({
    code: 'FH_CACHE_REFUSED',
    serverCode: 'READONLY',
  });
  expect(connections).toBeGreaterThan(0);
  await admin.call('REPLICAOF', 'NO', 'ONE');
  expect(await cache.apply('payments', newer)).toEqual({ outcome: 'applied-incomplete', held: newer.incoming });
});

it('tells what its user may not do from silence, reading and writing', async () => {
  await client.acl('SETUSER', 'default', '-@all', '+auth', '+hello', '+ping', '+select');
  const refused = { code: 'FH_CACHE_REFUSED', serverCode: 'NOPERM' };
  await expect(cache.apply('payments', write)).rejects.toMatchObject(refused);
  await expect(cache.writeManifest('payments', MANIFEST)).rejects.toMatchObject(refused);
  expect(await cache.contents('payments')).toEqual({ reachable: false, refusal: 'NOPERM' });
  const seen = await cache.inspect(['payments'], ['checkout']);
  expect(seen.get('payments')).toEqual({ reachable: false, refusal: 'NOPERM' });
});

it('tells a replica whose primary is gone from silence', async () => {
  await cache.apply('payments', write);
  await client.config('SET', 'replica-serve-stale-data', 'no');
  admin = client.duplicate({ reconnectOnError: null });
  await admin.call('REPLICAOF', '127.0.0.1', '1');
  expect(await cache.contents('payments')).toEqual({ reachable: false, refusal: 'MASTERDOWN' });
  await expect(cache.apply('payments', write)).rejects.toMatchObject({ serverCode: 'MASTERDOWN' });
});

it('looks at 156 caches at once', async () => {
  const services = Array.from({ length: 156 }, (_, place) => `service-${place}`);
  await Promise.all(services.map((service) => cache.apply(service, write)));
  const seen = await cache.inspect(services, ['checkout', 'absent']);
  expect([...seen.keys()]).toEqual(services);
  for (const contents of seen.values()) {
    expect(contents).toMatchObject({ reachable: true, manifest: null });
    expect(contents.reachable && contents.flags.get('checkout')).toEqual({ held: incoming, stored: '{}' });
  }
});

it('says that a cache where nobody listens cannot be reached', async () => {
  // Port 1 is reserved, and nothing on a developer's machine listens there.
  const { client, cache } = cacheOn(1);
  await expectUnreachable(cache);
  client.disconnect();
});

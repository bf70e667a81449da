import { cacheKeysOf } from '@flaghoist/core/storage/cache-keys';
import { type RedisServer, startRedis } from '@flaghoist/tools/start-redis';
import type { Redis } from 'ioredis';
import { fillCaches } from './support/full-caches.ts';
import { costOfLook } from './support/look-cost.ts';
import { connectPatiently } from './support/patient.ts';
import { needsRedis } from './support/servers.ts';

/* The cost of verification per cache: the same however many caches there are, flags in them, and looks before. */

const { it, tool } = needsRedis();
let server: RedisServer;
let client: Redis;
let admin: Redis;
beforeEach(async () => {
  server = await startRedis(tool().program);
  const connect = () => connectPatiently(server.port);
  [client, admin] = [connect(), connect()];
});
afterEach(async () => {
  client.disconnect();
  admin.disconnect();
  await server.stop();
});

// Names of one length: a longer name is some bytes more.
const named = (what: string, count: number) =>
  Array.from({ length: count }, (_, place) => `${what}-${String(place).padStart(3, '0')}`);

const filled = async ({ caches, flags }: { readonly caches: number; readonly flags: number }) => {
  await admin.flushall();
  const services = named('service', caches);
  await fillCaches(admin, { services, flagKeys: named('flag', flags), bodyBytes: 2_000 });
  // Of the same number of digits, whatever the fill has counted.
  for (const service of services) {
    const { manifest, sequence } = cacheKeysOf('cell-1', service);
    await admin.hset(manifest, 'count', 1);
    await admin.set(sequence, 1);
  }
  return services;
};

it('is six commands and a bounded number of bytes per cache, whatever there is beside it', async () => {
  const base = await costOfLook({ client, admin }, await filled({ caches: 1, flags: 1 }), 'flag-000');
  expect(base.commands).toBe(6);
  // The document, and less than half a kilobyte around it.
  expect(base.bytes).toBeGreaterThan(2_000);
  expect(base.bytes).toBeLessThan(3_000);
  for (const size of [
    { caches: 156, flags: 1 },
    { caches: 12, flags: 300 },
  ]) {
    const services = await filled(size);
    for (let look = 1; look <= 2; look += 1) {
      const { commands, bytes } = await costOfLook({ client, admin }, services, 'flag-000');
      expect({ size, look, commands, bytes }).toEqual({ size, look, commands: base.commands, bytes: base.bytes });
    }
  }
});

it('grows with the instances of the cache itself alone, and by the bytes of their rows', async () => {
  const services = await filled({ caches: 12, flags: 1 });
  const before = await costOfLook({ client, admin }, services, 'flag-000');
  const { instances } = cacheKeysOf('cell-1', 'service-000');
  for (const instance of named('task', 20)) await admin.hset(instances, instance, 'x'.repeat(300));
  const after = await costOfLook({ client, admin }, services, 'flag-000');
  const others = await costOfLook({ client, admin }, services.slice(1), 'flag-000');
  expect([after.commands, others.commands, others.bytes]).toEqual([before.commands, before.commands, before.bytes]);
  expect((after.bytes - before.bytes) * services.length).toBeLessThan(20 * 340);
});

import { cacheKeysOf } from '@flaghoist/core/storage/cache-keys';
import { describeServiceCache } from '@flaghoist/in-memory/conformance/service-cache';
import { type RedisServer, startRedis } from '@flaghoist/tools/start-redis';
import type { Redis } from 'ioredis';
import { RedisServiceCache } from '../lib/redis-service-cache.ts';
import { connectPatiently } from './support/patient.ts';
import { needsRedis } from './support/servers.ts';

const { describe, tool } = needsRedis();
let server: RedisServer;
let client: Redis;
beforeAll(async () => {
  server = await startRedis(tool().program);
  client = connectPatiently(server.port);
});
afterAll(async () => {
  client.disconnect();
  await server.stop();
});

describe('against a server', () =>
  describeServiceCache('RedisServiceCache', async () => {
    await client.config('SET', 'maxmemory', '0');
    await client.flushall();
    return {
      cache: new RedisServiceCache({ client, cellOf: () => 'cell-1', shards: 1 }),
      writeHeldText: async (service, flagKey, text) => {
        await client.hset(cacheKeysOf('cell-1', service).held, flagKey, text);
      },
      setFull: async (isFull) => {
        await client.config('SET', 'maxmemory', isFull ? '1' : '0');
      },
    };
  }));

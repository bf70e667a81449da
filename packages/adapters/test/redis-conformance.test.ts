import { cacheKeysOf } from '@flaghoist/core/storage/cache-keys';
import { describeServiceCache } from '@flaghoist/in-memory/conformance/service-cache';
import { type RedisServer, startRedis } from '@flaghoist/tools/start-redis';
import type { Redis } from 'ioredis';
import { connectRedis } from '../lib/connect/redis.ts';
import { RedisServiceCache } from '../lib/redis-service-cache.ts';
import { needsRedis } from './support/servers.ts';

const { describe, tool } = needsRedis();
let server: RedisServer;
let client: Redis;
beforeAll(async () => {
  server = await startRedis(tool().program);
  client = connectRedis({ host: '127.0.0.1', port: server.port, tls: false });
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

import { describeServiceCache } from '@flaghoist/in-memory/conformance/service-cache';
import type { Redis } from 'ioredis';
import { connectRedis } from '../lib/connect/redis.ts';
import { RedisServiceCache } from '../lib/redis-service-cache.ts';
import { type RedisServer, redisBinary, startRedis, withoutRedis } from './support/redis-server.ts';
import { skipFor } from './support/skip-for.ts';

if (redisBinary === undefined) {
  skipFor(withoutRedis, 'RedisServiceCache keeps the contract of its port');
} else {
  const binary = redisBinary;
  let server: RedisServer;
  let client: Redis;
  beforeAll(async () => {
    server = await startRedis(binary);
    client = connectRedis({ host: '127.0.0.1', port: server.port, tls: false });
  });
  afterAll(async () => {
    client.disconnect();
    await server.stop();
  });

  describeServiceCache('RedisServiceCache', async () => {
    await client.flushall();
    return new RedisServiceCache({ client, cellOf: () => 'cell-1' });
  });
}

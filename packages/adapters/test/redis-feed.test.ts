import { serialiseEnvelope } from '@flaghoist/core/envelope';
import { heldOf } from '@flaghoist/core/held';
import { cacheKeysOf } from '@flaghoist/core/storage/cache-keys';
import { describeServiceFeed } from '@flaghoist/in-memory/conformance/service-feed';
import { envelopeOf } from '@flaghoist/test-kit/envelope';
import { type RedisServer, startRedis } from '@flaghoist/tools/start-redis';
import type { Redis } from 'ioredis';
import { RedisServiceCache } from '../lib/redis-service-cache.ts';
import { RedisServiceFeed } from '../lib/redis-service-feed.ts';
import { connectPatiently } from './support/patient.ts';
import { needsRedis } from './support/servers.ts';

const { describe, it, tool } = needsRedis();
const SERVICE = 'payments';
const keys = cacheKeysOf('cell-1', SERVICE);
let server: RedisServer;
let client: Redis;
let subscriber: Redis;
beforeAll(async () => {
  server = await startRedis(tool().program);
  const connect = () => connectPatiently(server.port);
  [client, subscriber] = [connect(), connect()];
});
afterAll(async () => {
  client.disconnect();
  subscriber.disconnect();
  await server.stop();
});

const prepare = async () => {
  await client.flushall();
  return {
    cache: new RedisServiceCache({ client, cellOf: () => 'cell-1', shards: 1 }),
    feed: new RedisServiceFeed({ client, subscriber, cell: 'cell-1', service: SERVICE }),
    // The answer comes after all that was published before it.
    told: async () => void (await subscriber.ping()),
    claims: () => client.hgetall(keys.instances),
  };
};

describe('against a server', () => describeServiceFeed('RedisServiceFeed', prepare));

it('says that its connection was lost, and that it follows again, and hears what is written then', async () => {
  const { cache, feed } = await prepare();
  const events: unknown[] = [];
  let next = (): void => undefined;
  const event = () => new Promise<void>((resolve) => (next = resolve));
  const add = (each: unknown) => {
    events.push(each);
    next();
  };
  const followed = await feed.follow({
    heard: add,
    lost: (error) => add((error as { code?: string }).code),
    follows: () => add('follows'),
  });
  const lost = event();
  await client.client('KILL', 'TYPE', 'PUBSUB');
  await lost;
  if (events.length === 1) await event();
  const heard = event();
  const envelope = envelopeOf();
  await cache.apply(SERVICE, {
    ...{ flagKey: envelope.flagKey, incoming: heldOf(SERVICE, envelope), body: serialiseEnvelope(envelope) },
    ...{ repair: false, passesFull: false },
  });
  await heard;
  followed.stop();
  expect(events).toEqual(['FH_UNAVAILABLE', 'follows', { sequence: 1, flagKey: 'checkout' }]);
});

it('tells a refusal from silence', async () => {
  const { feed } = await prepare();
  await client.set(keys.held, 'not a hash');
  await expect(feed.overview()).rejects.toMatchObject({ code: 'FH_CACHE_REFUSED', serverCode: 'WRONGTYPE' });
  await expect(feed.flags(['checkout'])).rejects.toMatchObject({ code: 'FH_CACHE_REFUSED', serverCode: 'WRONGTYPE' });
});

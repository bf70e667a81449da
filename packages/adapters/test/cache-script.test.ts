import { isDeepStrictEqual } from 'node:util';
import { type CasDecision, compareAndSet, type Held } from '@flaghoist/core/compare-and-set';
import { cacheKeysOf } from '@flaghoist/core/storage/cache-keys';
import { encodeHeld } from '@flaghoist/core/storage/held-text';
import { type RedisServer, startRedis } from '@flaghoist/tools/start-redis';
import type { Redis } from 'ioredis';
import { RedisServiceCache } from '../lib/redis-service-cache.ts';
import { connectPatiently } from './support/patient.ts';
import { needsRedis } from './support/servers.ts';

const SERVICE = 'payments';
const MANIFEST = { generation: 1, topologyVersion: 1, count: 0 };

/** Orders that text, 32-bit numbers or a forgotten epoch would put the wrong way round. */
const orders = [
  { epoch: 1, revision: 9 },
  { epoch: 1, revision: 10 },
  { epoch: 1, revision: 10 ** 12 - 2 },
  { epoch: 1, revision: 10 ** 12 - 1 },
  { epoch: 2, revision: 1 },
  { epoch: 10, revision: 1 },
  { epoch: 10 ** 6 - 1, revision: 10 },
];
const entries: Held[] = orders.flatMap((order) =>
  ['a', 'b'].flatMap((variant) =>
    [false, true].map((tombstone) => ({
      order,
      digest: variant.repeat(64),
      documentDigest: 'd'.repeat(64),
      tombstone,
    })),
  ),
);

interface Case {
  readonly before: Held | null;
  readonly incoming: Held;
  readonly decision: CasDecision;
}

/** Every pair of entries, and what core makes of it. */
const casesOf = (options: { hasManifest: boolean; repair: boolean }): Case[] =>
  [null, ...entries].flatMap((before) =>
    entries.map((incoming) => ({ before, incoming, decision: compareAndSet(before, incoming, options) })),
  );

const { it, tool } = needsRedis();
let server: RedisServer;
let client: Redis;
let cache: RedisServiceCache;
const keys = cacheKeysOf('cell-1', SERVICE);

beforeAll(async () => {
  server = await startRedis(tool().program);
  client = connectPatiently(server.port);
  cache = new RedisServiceCache({ client, cellOf: () => 'cell-1', shards: 1 });
});
afterAll(async () => {
  client.disconnect();
  await server.stop();
});
beforeEach(() => client.flushall());

const apply = (flagKey: string, incoming: Held, { repair = false, passesFull = false } = {}) =>
  cache.apply(SERVICE, {
    flagKey,
    incoming,
    body: incoming.tombstone ? null : encodeHeld(incoming),
    repair,
    passesFull,
  });

it.each([
  { hasManifest: true, repair: false },
  { hasManifest: true, repair: true },
  { hasManifest: false, repair: false },
  { hasManifest: false, repair: true },
])('the script decides as core does, for every pair of entries, with %p', async (options) => {
  if (options.hasManifest) await cache.writeManifest(SERVICE, MANIFEST);
  const cases = casesOf(options);
  const outcomes = cases.map(async ({ before, incoming, decision }, place) => {
    const flagKey = `flag-${place}`;
    if (before !== null) {
      await client.hset(keys.held, flagKey, encodeHeld(before));
      if (!before.tombstone) await client.hset(keys.flags, flagKey, encodeHeld(before));
    }
    const result = await apply(flagKey, incoming, options);
    const holds = decision.write ? incoming : before;
    const stored = await client.hget(keys.flags, flagKey);
    return {
      said: { ...result, stored },
      wanted: {
        outcome: decision.outcome,
        held: holds,
        stored: holds?.tombstone ? null : holds && encodeHeld(holds),
      },
    };
  });
  const answers = await Promise.all(outcomes);
  expect(answers).toHaveLength((entries.length + 1) * entries.length);
  expect(answers.filter(({ said, wanted }) => !isDeepStrictEqual(said, wanted))).toEqual([]);
});

const entryAt = (revision: number, over: Partial<Held> = {}): Held => ({
  order: { epoch: 1, revision },
  digest: 'a'.repeat(64),
  documentDigest: 'd'.repeat(64),
  tombstone: false,
  ...over,
});

it('tells the channel of what it wrote, and of nothing else', async () => {
  const subscriber = client.duplicate();
  const heard: string[] = [];
  subscriber.on('message', (_channel, message: string) => heard.push(message));
  await subscriber.subscribe(keys.changes);
  await apply('checkout', entryAt(2));
  await apply('checkout', entryAt(1));
  await apply('checkout', entryAt(2));
  await apply('checkout', entryAt(3, { tombstone: true }));
  // The answer to this comes after all that was published before it.
  await subscriber.ping();
  subscriber.disconnect();
  expect(heard).toEqual([
    `1 checkout ${encodeHeld(entryAt(2))}`,
    `2 checkout ${encodeHeld(entryAt(3, { tombstone: true }))}`,
  ]);
});

it('is sent again to a server that has forgotten it', async () => {
  await apply('checkout', entryAt(1));
  await client.script('FLUSH');
  expect((await apply('checkout', entryAt(2))).outcome).toBe('applied-incomplete');
});

it('is loaded a second time for what passes a full server, and decides the same', async () => {
  await apply('checkout', entryAt(1));
  expect((await apply('checkout', entryAt(1), { passesFull: true })).outcome).toBe('applied-incomplete');
  await client.script('FLUSH');
  expect((await apply('checkout', entryAt(2), { passesFull: true })).held).toEqual(entryAt(2));
  expect((await apply('checkout', entryAt(1), { passesFull: true })).outcome).toBe('stale');
});

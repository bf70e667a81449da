import { cacheKeysOf } from '@flaghoist/core/storage/cache-keys';
import { type RedisServer, startRedis } from '@flaghoist/tools/start-redis';
import type { Redis } from 'ioredis';
import { RedisServiceCache } from '../lib/redis-service-cache.ts';
import { fillCaches } from './support/full-caches.ts';
import { connectPatiently } from './support/patient.ts';
import { needsRedis } from './support/servers.ts';

const { describe, tool } = needsRedis();
const services = Array.from({ length: 156 }, (_, place) => `service-${place}`);
const flagKeys = Array.from({ length: 12 }, (_, place) => `flag-${place}`);
const BODY_BYTES = 100_000;

/** How many commands that read bodies are under way at the same time, at most, and how many bytes one of them brings. */
const watchedLooks = (client: Redis) => {
  const seen = { inFlight: 0, most: 0, largest: 0 };
  const pipeline = client.pipeline.bind(client);
  client.pipeline = ((...input: []) => {
    const commands = pipeline(...input);
    const exec = commands.exec.bind(commands);
    const hmgetBuffer = commands.hmgetBuffer.bind(commands);
    let bodies = 0;
    commands.hmgetBuffer = ((...asked: Parameters<typeof hmgetBuffer>) => {
      bodies = 1;
      return hmgetBuffer(...asked);
    }) as typeof hmgetBuffer;
    commands.exec = (async () => {
      seen.inFlight += bodies;
      seen.most = Math.max(seen.most, seen.inFlight);
      try {
        const replies = await exec();
        const bytes = (replies ?? []).flatMap(([, reply]) => reply as string[]).join('').length;
        seen.largest = Math.max(seen.largest, bytes);
        return replies;
      } finally {
        seen.inFlight -= bodies;
      }
    }) as typeof commands.exec;
    return commands;
  }) as typeof client.pipeline;
  return seen;
};

describe('large documents in all caches of a region', () => {
  let server: RedisServer;
  let client: Redis;
  beforeAll(async () => {
    server = await startRedis(tool().program);
    client = connectPatiently(server.port);
    await fillCaches(client, { services, flagKeys, bodyBytes: BODY_BYTES });
  });
  afterAll(async () => {
    client.disconnect();
    await server.stop();
  });

  const limits = { commandsInFlight: 8, bytesPerCommand: 256_000 };
  const cacheWith = (limited = limits) =>
    new RedisServiceCache({ client, cellOf: () => 'cell-1', shards: 1, limits: limited });

  it('are seen by one look, a few commands and a few documents at a time', async () => {
    const seen = watchedLooks(client);
    const caches = await cacheWith().inspect(services, flagKeys);
    expect([...caches.values()].filter(({ reachable }) => !reachable)).toEqual([]);
    for (const contents of caches.values()) {
      if (!contents.reachable) continue;
      expect([...contents.flags.keys()]).toEqual(flagKeys);
      expect([...contents.flags.values()].every(({ stored }) => stored?.length === BODY_BYTES)).toBe(true);
    }
    expect(seen.most).toBe(limits.commandsInFlight);
    // Two documents and what is held of them.
    expect(seen.largest).toBeLessThan(2.1 * BODY_BYTES);
  });

  it('are read in parts by who reads one cache whole, what is left of a flag included', async () => {
    const { flags } = cacheKeysOf('cell-1', 'service-0');
    await client.hset(flags, 'left-behind', 'torn');
    const contents = await cacheWith().contents('service-0');
    expect(contents.reachable && [...contents.flags.keys()].sort()).toEqual([...flagKeys, 'left-behind'].sort());
    expect(contents.reachable && contents.flags.get('left-behind')).toEqual({ held: null, stored: 'torn' });
    expect(contents.reachable && contents.flags.get('flag-3')?.stored).toHaveLength(BODY_BYTES);
  });

  it('make a cache unreachable that answers only the first part', async () => {
    const pipeline = client.pipeline.bind(client);
    let sent = 0;
    client.pipeline = ((...input: []) => {
      sent += 1;
      const commands = pipeline(...input);
      // The first one measures.
      if (sent === 3) commands.exec = (() => Promise.reject(new Error('gone'))) as typeof commands.exec;
      return commands;
    }) as typeof client.pipeline;
    const caches = await cacheWith().inspect(['service-1'], flagKeys);
    client.pipeline = pipeline;
    expect(caches.get('service-1')).toEqual({ reachable: false });
    // Nobody waits a second for each of its other parts.
    expect(sent).toBe(3);
  });

  it('are of the same moment as what `held` says of them, while they are written', async () => {
    const cache = cacheWith();
    const [digest, documentDigest] = ['a'.repeat(64), 'd'.repeat(64)];
    const last = 60;
    const writing = (async () => {
      for (let revision = 1; revision <= last; revision += 1) {
        const incoming = { order: { epoch: 1, revision }, digest, documentDigest, tombstone: false };
        const body = String(revision);
        await cache.apply('service-2', { flagKey: 'busy', incoming, body, repair: false, passesFull: false });
      }
    })();
    let looks = 0;
    for (let seen = 0; seen < last; looks += 1) {
      const contents = (await cache.inspect(['service-2'], ['busy'])).get('service-2');
      const flag = contents?.reachable ? contents.flags.get('busy') : undefined;
      seen = flag?.held?.order.revision ?? 0;
      expect(flag?.stored).toBe(seen === 0 ? null : String(seen));
    }
    await writing;
    expect(looks).toBeGreaterThan(1);
  });
});

import { join } from 'node:path';
import { startRedis } from '@flaghoist/tools/start-redis';
import { connectRedis } from '../lib/connect/redis.ts';
import { RedisServiceCache } from '../lib/redis-service-cache.ts';
import { fillCaches } from '../test/support/full-caches.ts';
import { costOfLook } from '../test/support/look-cost.ts';
import { redisProgram } from '../test/support/redis-program.ts';

/*
 * pnpm bench: what verifying one change takes per cache, which is the same for every cache and look; and one look at all
 * caches of a region that hold documents of the largest size. Every cache must be reachable, in the time that a scan has (15 s)
 * and the memory that the function has beside its other work (300 MB).
 */

const services = Array.from({ length: 156 }, (_, place) => `service-${place}`);
const flagKeys = Array.from({ length: 100 }, (_, place) => `flag-${place}`);

const tool = redisProgram(join(import.meta.dirname, '..', '..', 'tools'));
if (!('program' in tool))
  throw new Error('there is no Redis on this machine; packages/tools/README.md says how to get one');
const server = await startRedis(tool.program);
const client = connectRedis({ host: '127.0.0.1', port: server.port, tls: false });
await fillCaches(client, { services, flagKeys, bodyBytes: 100_000 });

const startedAt = performance.now();
const cpuBefore = process.cpuUsage();
const caches = await new RedisServiceCache({ client, cellOf: () => 'cell-1', shards: 1 }).inspect(services, flagKeys);
const seconds = (performance.now() - startedAt) / 1000;
const { user, system } = process.cpuUsage(cpuBefore);
const peak = process.resourceUsage().maxRSS * 1024;

const reachable = [...caches.values()].filter((contents) => contents.reachable).length;
console.log(`${flagKeys.length} flags of 100 KB in ${services.length} caches, 1.56 GB:`);
console.log(
  `${reachable} of ${services.length} reachable, ${seconds.toFixed(1)} s (${((user + system) / 1e6).toFixed(1)} s of the processor), ${(peak / 1e6).toFixed(0)} MB at most`,
);

const admin = connectRedis({ host: '127.0.0.1', port: server.port, tls: false });
await admin.flushall();
await fillCaches(admin, { services, flagKeys: flagKeys.slice(0, 1), bodyBytes: 2_000 });
const cost = await costOfLook({ client, admin }, services, 'flag-0');
const times = [];
for (let look = 0; look < 20; look += 1) {
  const from = performance.now();
  await costOfLook({ client, admin }, services, 'flag-0');
  times.push((performance.now() - from) / services.length);
}
const median = times.toSorted((a, b) => a - b)[10];
console.log(
  `verifying one flag of 2 KB, per cache: ${cost.commands} commands, ${cost.bytes.toFixed(0)} bytes, ${median?.toFixed(3)} ms (median of 20 looks at ${services.length} caches)`,
);
for (const connection of [client, admin]) connection.disconnect();
await server.stop();
process.exitCode = reachable === services.length && seconds < 15 && peak < 300e6 ? 0 : 1;

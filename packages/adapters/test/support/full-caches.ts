import { cacheKeysOf } from '@flaghoist/core/storage/cache-keys';
import { encodeHeld } from '@flaghoist/core/storage/held-text';
import type { Redis } from 'ioredis';

interface Filling {
  readonly services: readonly string[];
  readonly flagKeys: readonly string[];
  readonly bodyBytes: number;
}

const held = encodeHeld({
  order: { epoch: 1, revision: 1 },
  digest: 'a'.repeat(64),
  documentDigest: 'd'.repeat(64),
  tombstone: false,
});

/** The bodies are made in the server: gigabytes of them would have to go through the connection otherwise. */
const FILL = `
redis.call('HSET', KEYS[3], 'generation', 1, 'topologyVersion', 1, 'count', #ARGV - 2)
local body = string.rep('x', tonumber(ARGV[1]))
for i = 3, #ARGV do
  redis.call('HSET', KEYS[1], ARGV[i], body)
  redis.call('HSET', KEYS[2], ARGV[i], ARGV[2])
end`;

/** Gives every service's cache of `cell-1` a manifest, and flags with bodies of that size. */
export const fillCaches = async (client: Redis, { services, flagKeys, bodyBytes }: Filling): Promise<void> => {
  for (const service of services) {
    const { flags, held: heldKey, manifest } = cacheKeysOf('cell-1', service);
    await client.eval(FILL, 3, flags, heldKey, manifest, bodyBytes, held, ...flagKeys);
  }
};

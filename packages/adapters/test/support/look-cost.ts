import type { Redis } from 'ioredis';
import { RedisServiceCache } from '../../lib/redis-service-cache.ts';

/** What verifying takes of a Redis, per cache. */
export interface LookCost {
  readonly commands: number;
  /** Sent and received, as the protocol has them. */
  readonly bytes: number;
}

/** As the server counts them, without those that ask for the count. */
const commandsOf = async (admin: Redis): Promise<number> =>
  (await admin.info('commandstats'))
    .split('\n')
    .filter((line) => line.startsWith('cmdstat_') && !/^cmdstat_(?:info|config)/.test(line))
    .reduce((sum, line) => sum + Number(/calls=(\d+)/.exec(line)?.[1] ?? 0), 0);

const bytesOf = ({ stream }: Redis): number =>
  (stream as { bytesRead: number }).bytesRead + (stream as { bytesWritten: number }).bytesWritten;

/**
 * What a verifier asks of the caches about one change: the flag, and what the instances claim.
 *
 * @param admin another connection to the same server
 */
export const costOfLook = async (
  { client, admin }: { readonly client: Redis; readonly admin: Redis },
  services: readonly string[],
  flagKey: string,
): Promise<LookCost> => {
  const cache = new RedisServiceCache({ client, cellOf: () => 'cell-1', shards: 1 });
  // What greets a new connection is not counted.
  await client.ping();
  const [commands, bytes] = [await commandsOf(admin), bytesOf(client)];
  const [seen, claimed] = [await cache.inspect(services, [flagKey]), await cache.instances(services)];
  const reachable = [...seen.values()].every((contents) => contents.reachable && contents.manifest !== null);
  if (!reachable || claimed.size !== services.length) throw new Error('a cache was not reached: it costs nothing then');
  return {
    commands: ((await commandsOf(admin)) - commands) / services.length,
    bytes: (bytesOf(client) - bytes) / services.length,
  };
};

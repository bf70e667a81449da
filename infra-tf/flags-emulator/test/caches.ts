import { readFileSync } from 'node:fs';
import { RedisServiceCache } from '@flaghoist/adapters/redis-service-cache';
import { type RedisTls, startRedis } from '@flaghoist/tools/start-redis';
import { Redis } from 'ioredis';
import { startSwallowing } from './swallowing.ts';

export interface CacheUser {
  readonly name: string;
  readonly access_string: string;
}

export interface RegionCaches {
  /** What clients are told. */
  readonly port: number;
  /** Between clients and the server. */
  readonly between: Awaited<ReturnType<typeof startSwallowing>>;
  /** A connection that may do anything. */
  readonly admin: Redis;
  readonly cache: RedisServiceCache;
  readonly stop: () => Promise<void>;
}

/** Every user's. Elsewhere a token of IAM takes its place. */
export const password = 'of-this-machine';
const ADMIN = 'the-test';

/**
 * A Redis with TLS, in which nobody may do anything but the test and the users of the plan.
 * @param program a server with TLS
 */
export const startCaches = async (
  program: string,
  { tls, cellOf }: { readonly tls: RedisTls; readonly cellOf: (service: string) => string },
): Promise<RegionCaches> => {
  const server = await startRedis(program, tls);
  const ca = readFileSync(tls.certificate);
  const options = { host: 'localhost', port: server.port, tls: { ca }, disableClientInfo: true };
  const first = new Redis(options);
  await first.call('ACL', 'SETUSER', ADMIN, 'on', `>${password}`, 'allkeys', 'allchannels', 'allcommands');
  await first.call('ACL', 'SETUSER', 'default', 'off');
  first.disconnect();
  const admin = new Redis({ ...options, username: ADMIN, password });
  // A server that is stopped on purpose is no reason to print.
  admin.on('error', () => {});
  const between = await startSwallowing(server.port, tls);
  return {
    port: between.port,
    between,
    admin,
    cache: new RedisServiceCache({ client: admin, cellOf, shards: 1 }),
    stop: async () => {
      admin.disconnect();
      between.stop();
      await server.stop();
    },
  };
};

/** The users as the plan has them, with the access strings that ElastiCache would be given. */
export const letIn = async ({ admin }: RegionCaches, users: readonly CacheUser[]): Promise<void> => {
  for (const { name, access_string } of users)
    await admin.call('ACL', 'SETUSER', name, 'reset', `>${password}`, ...access_string.split(' '));
};

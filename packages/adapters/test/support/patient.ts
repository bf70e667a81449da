import type { Redis } from 'ioredis';
import { connectRedis } from '../../lib/connect/redis.ts';

/**
 * Takes a client's time limits away, for tests that are not about time: a slow machine is not taken for a cache that is away.
 * A long limit would not do: ioredis forgets what it sent over a connection that was lost, and its timer keeps jest from ending.
 */
export const endlesslyPatient = ({ options }: Redis): void => {
  delete options.commandTimeout;
  delete options.connectTimeout;
};

/** A client of a local server that waits as long as it takes. */
export const connectPatiently = (port: number): Redis => {
  const client = connectRedis({ host: '127.0.0.1', port, tls: false });
  endlesslyPatient(client);
  return client;
};

import type { Redis } from 'ioredis';
import { connectRedis } from '../../lib/connect/redis.ts';

/** More than any command takes on a machine that has much else to do. */
const PATIENCE_MS = 60_000;

/** A client of a local server for tests that are not about time: it does not take a slow machine for a cache that is away. */
export const connectPatiently = (port: number): Redis => {
  const client = connectRedis({ host: '127.0.0.1', port, tls: false });
  client.options.commandTimeout = PATIENCE_MS;
  return client;
};

import type { Logger } from '@flaghoist/core/ports/logger';
import type { Random } from '@flaghoist/core/ports/random';
import { systemRandom } from '@flaghoist/system/random';
import { Redis } from 'ioredis';

interface RedisClientOptions {
  readonly host: string;
  readonly port: number;
  /** In transit everything is encrypted; `false` is for a local server. */
  readonly tls?: boolean;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Told of lost connections, as a warning: the client reconnects by itself. */
  readonly log?: Pick<Logger, 'warn'>;
  readonly random?: Random;
}

const COMMAND_MS = 1_000;
const CONNECT_MS = 1_000;
const CLOSE_MS = 200;
const LONGEST_DELAY_MS = 1_000;

/**
 * Connects at the first command; no command takes longer than a second, connecting included. After a failover the socket
 * may stay open to a demoted or a loading node: 2 means reconnect, and send the refused command again.
 */
export const connectRedis = ({
  host,
  port,
  tls = true,
  username,
  password,
  log,
  random = systemRandom,
}: RedisClientOptions): Redis => {
  const client = new Redis({
    host,
    port,
    ...(tls ? { tls: { servername: host } } : {}),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    commandTimeout: COMMAND_MS,
    maxRetriesPerRequest: 1,
    // A socket that does not close by itself is destroyed after this; until then it keeps the process alive.
    disconnectTimeout: CLOSE_MS,
    // One more command that every ACL would have to allow, for nothing.
    disableClientInfo: true,
    retryStrategy: (attempt) => Math.min(2 ** attempt * 25, LONGEST_DELAY_MS) * (0.5 + random.next() / 2),
    reconnectOnError: ({ message }) => (/^(READONLY|LOADING)\b/.test(message) ? 2 : false),
  });
  // Without a listener ioredis prints to standard error; the failed commands tell their callers anyway.
  client.on('error', (error: Error) => log?.warn('cache connection failed', { error }));
  return client;
};

import type { Clock } from '@flaghoist/core/ports/clock';
import type { Random } from '@flaghoist/core/ports/random';
import { systemClock } from '@flaghoist/system/clock';
import { systemRandom } from '@flaghoist/system/random';
import { Redis } from 'ioredis';
import type { CacheOutages } from '../cache-outages.ts';
import { watchOutages } from '../watch-outages.ts';

interface RedisClientOptions {
  readonly host: string;
  readonly port: number;
  /** In transit everything is encrypted; `false` is for a local server. */
  readonly tls?: boolean;
  readonly username?: string | undefined;
  /** Asked anew for each connection: a token does not last. */
  readonly password?: () => string;
  /** Told of what fails and of what works again: the client reconnects by itself. */
  readonly outages?: CacheOutages;
  readonly random?: Random;
  readonly clock?: Pick<Clock, 'now'>;
}

const COMMAND_MS = 1_000;
const CONNECT_MS = 1_000;
const CLOSE_MS = 200;
const LONGEST_DELAY_MS = 1_000;

/** What to do with a command that was refused: connect anew and send it again, or leave it at that. */
const RECONNECT = 2;

/**
 * After a failover the socket may stay open to a demoted or a loading node, so what it refuses is sent again over a new
 * connection. What that one refuses too is the server's word: sent again and again, it would end as silence after a second.
 */
const createReconnectOnError = (
  client: () => Redis,
  clock: Pick<Clock, 'now'>,
): ((error: Error) => typeof RECONNECT | false) => {
  let connectedAt = Number.NEGATIVE_INFINITY;
  return ({ message }) => {
    // An older connection: its node may have been demoted since.
    const isNew = clock.now() - connectedAt < COMMAND_MS;
    if (!/^(READONLY|LOADING)\b/.test(message) || isNew) return false;
    client().once('ready', () => {
      connectedAt = clock.now();
    });
    return RECONNECT;
  };
};

/** Connects at the first command; no command takes longer than a second, connecting included. */
export const connectRedis = ({
  host,
  port,
  tls = true,
  username,
  password,
  outages,
  random = systemRandom,
  clock = systemClock,
}: RedisClientOptions): Redis => {
  const client: Redis = new Redis({
    host,
    port,
    ...(tls ? { tls: { servername: host } } : {}),
    ...(username === undefined ? {} : { username }),
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    commandTimeout: COMMAND_MS,
    maxRetriesPerRequest: 1,
    // A socket that does not close by itself is destroyed after this; until then it keeps the process alive.
    disconnectTimeout: CLOSE_MS,
    // One more command that every ACL would have to allow, for nothing.
    disableClientInfo: true,
    retryStrategy: (attempt) => Math.min(2 ** attempt * 25, LONGEST_DELAY_MS) * (0.5 + random.next() / 2),
    reconnectOnError: createReconnectOnError(() => client, clock),
  });
  // ioredis copies what it is given, and reads the copy for each connection.
  if (password !== undefined) Object.defineProperty(client.options, 'password', { get: password, enumerable: true });
  // Without a listener ioredis prints to standard error; the failed commands tell their callers anyway.
  client.on('error', () => {});
  if (outages !== undefined) watchOutages(client, outages);
  return client;
};

import { InvalidInputError } from '@flaghoist/core/errors';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { Logger } from '@flaghoist/core/ports/logger';
import { systemClock } from '@flaghoist/system/clock';
import type { Redis } from 'ioredis';
import { CacheOutages } from '../cache-outages.ts';
import { cacheToken } from '../cache-token.ts';
import { type CacheVariables, NO_PASSWORD } from '../cache-variables.ts';
import type { RoleCredentials } from '../task-credentials.ts';
import { connectRedis } from './redis.ts';

interface Wiring {
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** Of all connections of the process to these caches; left out: of this one alone. */
  readonly outages?: CacheOutages;
  readonly clock?: Pick<Clock, 'now'>;
  /** Those of the moment, asked for each connection; `undefined` where they are in the environment. */
  readonly credentials?: () => RoleCredentials | undefined;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i;

/** What of the login would reach a server on another machine without a token of its own, or in the clear. */
const problemsOf = ({ CACHE_HOST, CACHE_USER, CACHE_PASSWORD, CACHE_TLS }: CacheVariables): readonly string[] => {
  if (LOOPBACK.test(CACHE_HOST)) return [];
  const elsewhere = `${CACHE_HOST} is not this machine`;
  return [
    ...(CACHE_USER === '' ? [`CACHE_USER is empty, and ${elsewhere}`] : []),
    ...(CACHE_PASSWORD === NO_PASSWORD ? [] : [`CACHE_PASSWORD is not "${NO_PASSWORD}", and ${elsewhere}`]),
    ...(CACHE_TLS ? [] : [`CACHE_TLS is false, and ${elsewhere}`]),
  ];
};

/**
 * The caches of a region as a user of the function's own, whom IAM lets in: by a token for each connection, the next one
 * included. On this machine a password will do, or nothing.
 *
 * @throws InvalidInputError naming the variables with which it would log in elsewhere without a token, or in the clear
 */
export const connectCache = (
  variables: CacheVariables,
  { log, clock = systemClock, outages = new CacheOutages({ log, clock }), credentials }: Wiring,
): Redis => {
  const places = problemsOf(variables);
  if (places.length > 0) {
    const hint = `Set CACHE_USER to a user whom IAM lets in, CACHE_PASSWORD to "${NO_PASSWORD}" and CACHE_TLS to true, as Terraform does.`;
    throw new InvalidInputError('login to the cache', places, hint);
  }
  const { CACHE_HOST: host, CACHE_PORT: port, CACHE_TLS: tls, CACHE_USER: user, CACHE_PASSWORD: fixed } = variables;
  const server = { host, port, tls, outages, clock };
  if (fixed !== NO_PASSWORD) return connectRedis({ ...server, username: user || 'default', password: () => fixed });
  if (user === '') return connectRedis(server);
  const { CACHE_NAME: cacheName, AWS_REGION: region } = variables;
  return connectRedis({
    ...server,
    username: user,
    password: () => cacheToken({ cacheName, user, region, now: clock.now(), credentials: credentials?.() }),
  });
};

import { sign } from 'aws4';
import type { RoleCredentials } from './task-credentials.ts';

interface TokenOf {
  /** The id of the replication group. */
  readonly cacheName: string;
  readonly user: string;
  readonly region: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Of the role; left out where they are in the environment, where Lambda puts them. */
  readonly credentials?: RoleCredentials | undefined;
}

/** As long as ElastiCache takes one: a signature is checked when a connection logs in, and not after that. */
const VALID_SECONDS = 900;

/**
 * What a user logs in with where IAM decides: a request to connect, signed by the role that the function or task runs under.
 * Signed at once, because ioredis does not wait for a password.
 */
export const cacheToken = ({ cacheName, user, region, now, credentials }: TokenOf): string => {
  const query = new URLSearchParams({
    Action: 'connect',
    User: user,
    'X-Amz-Expires': String(VALID_SECONDS),
    'X-Amz-Date': new Date(now).toISOString().replaceAll(/[-:]|\.\d{3}/g, ''),
  });
  // Names of groups are in lower case where they are signed, however they were written when the group was made.
  const host = cacheName.toLowerCase();
  const request = { service: 'elasticache', region, host, path: `/?${query}`, signQuery: true };
  const { path } = sign(request, credentials);
  return `${host}${path}`;
};

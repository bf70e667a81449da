import { sign } from 'aws4';

interface TokenOf {
  /** The id of the replication group. */
  readonly cacheName: string;
  readonly user: string;
  readonly region: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** As long as ElastiCache takes one: a signature is checked when a connection logs in, and not after that. */
const VALID_SECONDS = 900;

/**
 * What a user logs in with where IAM decides: a request to connect, signed by the role that the function runs under. Its
 * credentials are in the environment, where Lambda puts them. Signed at once, because ioredis does not wait for a password.
 */
export const cacheToken = ({ cacheName, user, region, now }: TokenOf): string => {
  const query = new URLSearchParams({
    Action: 'connect',
    User: user,
    'X-Amz-Expires': String(VALID_SECONDS),
    'X-Amz-Date': new Date(now).toISOString().replaceAll(/[-:]|\.\d{3}/g, ''),
  });
  // Names of groups are in lower case where they are signed, however they were written when the group was made.
  const host = cacheName.toLowerCase();
  const { path } = sign({ service: 'elasticache', region, host, path: `/?${query}`, signQuery: true });
  return `${host}${path}`;
};

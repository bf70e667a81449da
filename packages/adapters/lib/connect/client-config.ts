import type { RoleCredentials } from '../task-credentials.ts';

export interface AwsClientOptions {
  /** Left out: the region that the function runs in. */
  readonly region?: string | undefined;
  /** Left out: those that the function has. */
  readonly credentials?: RoleCredentials | undefined;
}

interface Limits {
  readonly connectMs: number;
  /** For one attempt, answer included. */
  readonly requestMs: number;
  /** The first one included. The SDK waits between them with exponential backoff and full jitter. */
  readonly attempts: number;
}

/**
 * What every AWS client is made with. It names no endpoint: `AWS_ENDPOINT_URL`, which the SDK reads, sends all of them to an
 * emulator, and no code sends one elsewhere. Without `throwOnRequestTimeout` the SDK only warns of a request that takes too long.
 */
export const clientConfig = (
  { region, credentials }: AwsClientOptions,
  { connectMs, requestMs, attempts }: Limits,
) => ({
  ...(region === undefined ? {} : { region }),
  ...(credentials === undefined ? {} : { credentials }),
  maxAttempts: attempts,
  retryMode: 'standard',
  requestHandler: { connectionTimeout: connectMs, requestTimeout: requestMs, throwOnRequestTimeout: true },
});

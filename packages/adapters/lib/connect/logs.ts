import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { type AwsClientOptions, clientConfig } from './client-config.ts';

/** One attempt of at most 5 s: a second one would use up another of the ten starts a second; the scan polls anyway. */
export const connectLogs = (options: AwsClientOptions = {}): CloudWatchLogsClient =>
  new CloudWatchLogsClient(clientConfig(options, { connectMs: 1000, requestMs: 5000, attempts: 1 }));

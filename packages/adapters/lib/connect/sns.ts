import { SNSClient } from '@aws-sdk/client-sns';
import { type AwsClientOptions, clientConfig } from './client-config.ts';

/** Two attempts of at most 3 s, as far as to the other side of the world: replication is there when both fail. */
export const connectSns = (options: AwsClientOptions = {}): SNSClient =>
  new SNSClient(clientConfig(options, { connectMs: 1000, requestMs: 3000, attempts: 2 }));

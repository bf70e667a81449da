import { SQSClient } from '@aws-sdk/client-sqs';
import { type AwsClientOptions, clientConfig } from './client-config.ts';

/** Three attempts of at most 3 s. */
export const connectSqs = (options: AwsClientOptions = {}): SQSClient =>
  new SQSClient(clientConfig(options, { connectMs: 1000, requestMs: 3000, attempts: 3 }));

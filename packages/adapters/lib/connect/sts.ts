import { STSClient } from '@aws-sdk/client-sts';
import { type AwsClientOptions, clientConfig } from './client-config.ts';

/** Three attempts of at most 3 s. */
export const connectSts = (options: AwsClientOptions = {}): STSClient =>
  new STSClient(clientConfig(options, { connectMs: 1000, requestMs: 3000, attempts: 3 }));

import { KMSClient } from '@aws-sdk/client-kms';
import { type AwsClientOptions, clientConfig } from './client-config.ts';

/** Three attempts of at most 3 s. */
export const connectKms = (options: AwsClientOptions = {}): KMSClient =>
  new KMSClient(clientConfig(options, { connectMs: 1000, requestMs: 3000, attempts: 3 }));

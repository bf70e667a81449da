import { SFNClient } from '@aws-sdk/client-sfn';
import { type AwsClientOptions, clientConfig } from './client-config.ts';

/** Three attempts of at most 3 s. */
export const connectStepFunctions = (options: AwsClientOptions = {}): SFNClient =>
  new SFNClient(clientConfig(options, { connectMs: 1000, requestMs: 3000, attempts: 3 }));

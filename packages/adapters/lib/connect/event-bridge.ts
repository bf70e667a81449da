import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { type AwsClientOptions, clientConfig } from './client-config.ts';

/** Three attempts of at most 3 s. */
export const connectEventBridge = (options: AwsClientOptions = {}): EventBridgeClient =>
  new EventBridgeClient(clientConfig(options, { connectMs: 1000, requestMs: 3000, attempts: 3 }));

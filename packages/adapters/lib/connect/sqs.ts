import { SQSClient } from '@aws-sdk/client-sqs';
import { type AwsClientOptions, clientConfig } from './client-config.ts';

/**
 * Three attempts of at most 3 s. The URL of a queue names it and nothing more: requests go to the client's endpoint, or one
 * that is meant for an emulator would reach AWS.
 */
export const connectSqs = (options: AwsClientOptions = {}): SQSClient =>
  new SQSClient({
    ...clientConfig(options, { connectMs: 1000, requestMs: 3000, attempts: 3 }),
    useQueueUrlAsEndpoint: false,
  });

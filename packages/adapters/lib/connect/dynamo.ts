import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type AwsClientOptions, clientConfig } from './client-config.ts';

/** Three attempts of at most 2 s: a read or a transaction takes milliseconds, or something is wrong. */
export const connectDynamo = (options: AwsClientOptions = {}): DynamoDBClient =>
  new DynamoDBClient(clientConfig(options, { connectMs: 500, requestMs: 2000, attempts: 3 }));

/** For another environment's tables, while an author waits: two attempts of at most 600 ms. */
export const connectUpstreamDynamo = (options: AwsClientOptions): DynamoDBClient =>
  new DynamoDBClient(clientConfig(options, { connectMs: 300, requestMs: 600, attempts: 2 }));

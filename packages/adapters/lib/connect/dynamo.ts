import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type AwsClientOptions, clientConfig } from './client-config.ts';

/** Three attempts of at most 2 s: a read or a transaction takes milliseconds, or something is wrong. */
export const connectDynamo = (options: AwsClientOptions = {}): DynamoDBClient =>
  new DynamoDBClient(clientConfig(options, { connectMs: 500, requestMs: 2000, attempts: 3 }));

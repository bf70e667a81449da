import { LambdaClient } from '@aws-sdk/client-lambda';
import { type AwsClientOptions, clientConfig } from './client-config.ts';

/** One attempt of at most a minute, which is what the functions take that are called: who calls tries again. */
export const connectLambda = (options: AwsClientOptions = {}): LambdaClient =>
  new LambdaClient(clientConfig(options, { connectMs: 1000, requestMs: 60_000, attempts: 1 }));

import { clientConfig } from '../lib/connect/client-config.ts';
import { connectDynamo, connectUpstreamDynamo } from '../lib/connect/dynamo.ts';
import { connectEventBridge } from '../lib/connect/event-bridge.ts';
import { connectLambda } from '../lib/connect/lambda.ts';
import { connectLogs } from '../lib/connect/logs.ts';
import { connectSns } from '../lib/connect/sns.ts';
import { connectSqs } from '../lib/connect/sqs.ts';
import { connectSts } from '../lib/connect/sts.ts';

it.each([
  ['connectDynamo', connectDynamo, 3],
  ['connectUpstreamDynamo', connectUpstreamDynamo, 2],
  ['connectSns', connectSns, 2],
  ['connectSqs', connectSqs, 3],
  ['connectLogs', connectLogs, 1],
  ['connectLambda', connectLambda, 1],
  ['connectSts', connectSts, 3],
  ['connectEventBridge', connectEventBridge, 3],
])('%s bounds attempts and time', async (_name, connect, attempts) => {
  const { config } = connect({ region: 'eu-west-1' });
  expect(await config.region()).toBe('eu-west-1');
  expect(await config.maxAttempts()).toBe(attempts);
  expect(config.retryMode).toBe('standard');
});

it('an attempt that takes too long fails, instead of being warned of', () => {
  expect(clientConfig({}, { connectMs: 1, requestMs: 2, attempts: 3 })).toEqual({
    maxAttempts: 3,
    retryMode: 'standard',
    requestHandler: { connectionTimeout: 1, requestTimeout: 2, throwOnRequestTimeout: true },
  });
});

import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { clientConfig } from '../lib/connect/client-config.ts';
import { connectDynamo, connectUpstreamDynamo } from '../lib/connect/dynamo.ts';
import { connectEventBridge } from '../lib/connect/event-bridge.ts';
import { connectLambda } from '../lib/connect/lambda.ts';
import { connectLogs } from '../lib/connect/logs.ts';
import { connectSns } from '../lib/connect/sns.ts';
import { connectSqs } from '../lib/connect/sqs.ts';
import { connectSts } from '../lib/connect/sts.ts';
import { queueUrlOf } from '../lib/queue-url.ts';

it.each([
  ['connectDynamo', connectDynamo, 3],
  ['connectUpstreamDynamo', connectUpstreamDynamo, 2],
  ['connectSns', connectSns, 2],
  ['connectSqs', connectSqs, 3],
  ['connectLogs', connectLogs, 1],
  ['connectLambda', connectLambda, 1],
  ['connectSts', connectSts, 3],
  ['connectEventBridge', connectEventBridge, 3],
])('%s bounds attempts and time, and goes where it is told', async (_name, connect, attempts) => {
  const { config } = connect({ region: 'eu-west-1', endpoint: 'http://localhost:4566' });
  expect(await config.region()).toBe('eu-west-1');
  expect(await config.endpoint?.()).toMatchObject({ hostname: 'localhost', port: 4566 });
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

it('requests for queues go to the endpoint, not to the host of the URL that names the queue', async () => {
  // The way an emulator is named to all clients: an endpoint given in the code is another matter to the SDK.
  process.env['AWS_ENDPOINT_URL'] = 'http://localhost:4566';
  const client = connectSqs({ region: 'eu-west-1' });
  const { config } = client;
  let sentTo: string | undefined;
  client.middlewareStack.add(
    () => async (args) => {
      const { hostname, port } = args.request as { hostname: string; port?: number };
      sentTo = `${hostname}:${port}`;
      return { response: {}, output: { $metadata: {} } };
    },
    { step: 'finalizeRequest', priority: 'low' },
  );
  config.credentials = async () => ({ accessKeyId: 'none', secretAccessKey: 'none' });
  await client.send(new GetQueueAttributesCommand({ QueueUrl: queueUrlOf('arn:aws:sqs:eu-west-1:42:loads') }));
  delete process.env['AWS_ENDPOINT_URL'];
  expect(sentTo).toBe('localhost:4566');
});

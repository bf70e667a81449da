import { readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetPublicKeyCommand } from '@aws-sdk/client-kms';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand } from '@aws-sdk/client-sns';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { hostsReached, isLoopback } from '@flaghoist/test-kit/hosts-reached';
import { connectDynamo, connectUpstreamDynamo } from '../lib/connect/dynamo.ts';
import { connectEventBridge } from '../lib/connect/event-bridge.ts';
import { connectKms } from '../lib/connect/kms.ts';
import { connectLambda } from '../lib/connect/lambda.ts';
import { connectLogs } from '../lib/connect/logs.ts';
import { connectSns } from '../lib/connect/sns.ts';
import { connectSqs } from '../lib/connect/sqs.ts';
import { connectStepFunctions } from '../lib/connect/step-functions.ts';
import { connectSts } from '../lib/connect/sts.ts';
import { queueUrlOf } from '../lib/queue-url.ts';

interface Client {
  readonly config: { readonly endpoint?: unknown; readonly region: () => Promise<string> };
  destroy(): void;
}
type Connected = readonly [
  connect: (options: { region: string }) => Client,
  ask: (client: never, region: string) => Promise<unknown>,
];
const of = <C extends Client>(
  connect: (options: { region: string }) => C,
  ask: (client: C, region: string) => Promise<unknown>,
): Connected => [connect, ask];

/** Every factory of a client of AWS, by its file, with one call. */
const factories: Readonly<Record<string, readonly Connected[]>> = {
  'dynamo.ts': [connectDynamo, connectUpstreamDynamo].map((connect) =>
    of(connect, (client) => client.send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'x' } } }))),
  ),
  'event-bridge.ts': [
    of(connectEventBridge, (client) =>
      client.send(new PutEventsCommand({ Entries: [{ Source: 's', DetailType: 't', Detail: '{}' }] })),
    ),
  ],
  'kms.ts': [of(connectKms, (client) => client.send(new GetPublicKeyCommand({ KeyId: 'k' })))],
  'lambda.ts': [of(connectLambda, (client) => client.send(new InvokeCommand({ FunctionName: 'f' })))],
  'logs.ts': [of(connectLogs, (client) => client.send(new DescribeLogGroupsCommand({})))],
  'sns.ts': [
    of(connectSns, (client, region) =>
      client.send(new PublishCommand({ TopicArn: `arn:aws:sns:${region}:42:t`, Message: 'm' })),
    ),
  ],
  'sqs.ts': [
    of(connectSqs, (client, region) =>
      client.send(new SendMessageCommand({ QueueUrl: queueUrlOf(`arn:aws:sqs:${region}:42:q`), MessageBody: 'm' })),
    ),
  ],
  'step-functions.ts': [
    of(connectStepFunctions, (client, region) =>
      client.send(new DescribeExecutionCommand({ executionArn: `arn:aws:states:${region}:42:execution:m:e` })),
    ),
  ],
  'sts.ts': [of(connectSts, (client) => client.send(new GetCallerIdentityCommand({})))],
};
const all = Object.entries(factories).flatMap(([file, made]) => made.map((each) => [file, ...each] as const));

const before = { ...process.env };
let asked = 0;
let server: Server;
beforeAll(async () => {
  server = createServer((request, response) => {
    asked += 1;
    request.resume().on('end', () => response.writeHead(403).end());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none' });
});
beforeEach(() => {
  asked = 0;
  process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  process.env = before;
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

it('knows every factory of a client of AWS', () => {
  const others = ['cache.ts', 'client-config.ts', 'open-search-signer.d.ts', 'open-search.ts', 'redis.ts'];
  const files = readdirSync(join(__dirname, '..', 'lib', 'connect')).filter((file) => !others.includes(file));
  expect(Object.keys(factories).sort()).toEqual(files.sort());
});

describe.each(all)('a client of %s', (_file, connect, ask) => {
  it('asks what AWS_ENDPOINT_URL names, in any region and partition, and nothing else', async () => {
    for (const region of ['us-east-1', 'cn-north-1', 'us-gov-west-1']) {
      const client = connect({ region });
      const hosts = await hostsReached(() => expect(ask(client as never, region)).rejects.toThrow());
      client.destroy();
      expect([...hosts].filter((host) => !isLoopback(host))).toEqual([]);
    }
    expect(asked).toBe(3);
  });

  it('takes no endpoint from the code, and belongs to the region that it is told', async () => {
    delete process.env['AWS_ENDPOINT_URL'];
    const elsewhere = { region: 'eu-west-1', endpoint: 'http://10.0.0.1' };
    const { config } = connect(elsewhere);
    expect(config.endpoint).toBeUndefined();
    expect(await config.region()).toBe('eu-west-1');
  });
});

it('names a queue as its own partition does', () => {
  expect(queueUrlOf('arn:aws:sqs:eu-west-1:42:q')).toBe('https://sqs.eu-west-1.amazonaws.com/42/q');
  expect(queueUrlOf('arn:aws-us-gov:sqs:us-gov-west-1:42:q')).toBe('https://sqs.us-gov-west-1.amazonaws.com/42/q');
  expect(queueUrlOf('arn:aws-cn:sqs:cn-north-1:42:q')).toBe('https://sqs.cn-north-1.amazonaws.com.cn/42/q');
});

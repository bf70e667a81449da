import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { needs } from '@flaghoist/tools/needs';
import { motoPython, startDynamo } from '@flaghoist/tools/start-dynamo';
import type { PythonServer } from '@flaghoist/tools/start-python-server';
import { exitCodes } from '../lib/exit-codes.ts';
import { run } from './run.ts';

// The tables, queues and bus of an account, by moto; who calls, by a stand-in: moto's accounts have no roles of ours.
const tools = join(__dirname, '..', '..', 'tools');
const { describe, tool } = needs(() => motoPython(tools, process.env), process.env);
const HOME = 'us-east-1';
const ADA = 'AROADEVAUTHOREXAMPLE1:ada.abel@bank.example';
const BEN = 'AROADEVAUTHOREXAMPLE1:ben.brandt@bank.example';
const before = { ...process.env };
let folder: string;
let deployment: string;
let moto: PythonServer;
let sts: Server;
let caller = ADA;
let dynamo: DynamoDBClient;
let sqs: SQSClient;

const topologyOf = (version: number, states: Readonly<Record<string, string>> = {}): string => {
  const file = join(folder, `topology-${version}.json`);
  const services = ['cards', 'ledger', ...Object.keys(states).filter((name) => name === 'billing')];
  const topology = {
    version,
    home: HOME,
    regions: [{ name: HOME, state: 'serving' }],
    services: services.map((name) => ({
      name,
      cell: 'cell-1',
      owner: 'team-core',
      state: states[name] ?? 'serving',
    })),
  };
  writeFileSync(file, JSON.stringify(topology));
  return file;
};

const published = async (version: number): Promise<boolean> => {
  const Key = { pk: { S: 'TOPOLOGY' }, sk: { S: `VERSION#${String(version).padStart(12, '0')}` } };
  return (await dynamo.send(new GetItemCommand({ TableName: 'flags', Key }))).Item !== undefined;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hoist-operate-'));
  deployment = join(folder, 'deployment.json');
  const queue = (name: string) => `arn:aws:sqs:{region}:123456789012:${name}`;
  const document = {
    flagsTable: 'flags',
    eventBus: 'default',
    queues: {
      'cache-loads': queue('loads'),
      'cache-loads-dead': queue('loads-dead'),
      'service-flags': queue('flags-{service}'),
      'service-flags-dead': queue('dead-flags-{service}'),
      'tell-dropped': queue('tell-dropped'),
    },
    functions: { 'validator.tell': 'arn:aws:lambda:{region}:123456789012:function:tell:live' },
  };
  writeFileSync(deployment, JSON.stringify(document));
  moto = await startDynamo(tools, tool());
  sts = createServer((_request, response) => {
    response.setHeader('content-type', 'text/xml');
    response.end(
      `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:sts::123456789012:assumed-role/x/y</Arn><UserId>${caller}</UserId><Account>123456789012</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
    );
  });
  await new Promise<void>((listening) => sts.listen(0, '127.0.0.1', listening));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: moto.endpoint,
    AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${(sts.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  dynamo = new DynamoDBClient({ region: HOME });
  sqs = new SQSClient({ region: HOME, useQueueUrlAsEndpoint: false });
  await dynamo.send(
    new CreateTableCommand({
      TableName: 'flags',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
});
beforeEach(() => {
  caller = ADA;
});
afterAll(async () => {
  dynamo?.destroy();
  sqs?.destroy();
  process.env = before;
  sts.closeAllConnections();
  await new Promise((closed) => sts.close(closed));
  await moto.stop();
  rmSync(folder, { recursive: true, force: true });
});

const publish = (file: string, ...more: string[]) =>
  run(['topology', 'publish', file, '--deployment', deployment, ...more]);

describe('hoist topology publish', () => {
  it('publishes the first version, and what follows it', async () => {
    const first = await publish(topologyOf(1), '--json');
    expect(first).toMatchObject({ exitCode: exitCodes.ok });
    expect(JSON.parse(first.stdout)).toEqual({ version: 1, transitions: [] });

    const next = await publish(topologyOf(2, { billing: 'joining' }));
    expect(next.exitCode).toBe(exitCodes.ok);
    expect(next.stdout).toBe('Version 2 of the topology is in every region.\n  service billing: absent → joining\n');
    expect(await published(2)).toBe(true);
  });

  it('asked for the same version again changes nothing', async () => {
    const again = await publish(topologyOf(2, { billing: 'joining' }), '--json');
    expect(JSON.parse(again.stdout)).toEqual({ version: 2, transitions: [] });
  });

  it('refuses what does not follow, and publishes nothing', async () => {
    const refused = await publish(topologyOf(3), '--json');
    expect(refused.exitCode).toBe(exitCodes.no);
    expect(JSON.parse(refused.stdout)).toMatchObject({
      error: { code: 'FH_REFUSED', message: expect.stringContaining('service billing is joining and vanishes') },
    });
    expect(await published(3)).toBe(false);
  });

  it('is for who has the scope, as AWS says who calls', async () => {
    caller = BEN;
    const refused = await publish(topologyOf(3, { billing: 'joining', ledger: 'draining' }));
    expect(refused.exitCode).toBe(exitCodes.no);
    expect(refused.stderr).toContain(`${BEN} may not do what takes the scope publish-topology`);
    expect(await published(3)).toBe(false);
  });

  it('says that AWS is out of reach', async () => {
    const endpoint = process.env['AWS_ENDPOINT_URL_STS'];
    process.env['AWS_ENDPOINT_URL_STS'] = 'http://127.0.0.1:9';
    expect((await publish(topologyOf(1))).exitCode).toBe(exitCodes.unreachable);
    process.env['AWS_ENDPOINT_URL_STS'] = endpoint;
  });

  it('wants a deployment that it can read', async () => {
    const file = topologyOf(1);
    expect((await run(['topology', 'publish', file])).exitCode).toBe(exitCodes.usage);
    expect((await run(['topology', 'publish', file, '--deployment', file])).stderr).toContain('/flagsTable');
  });
});

describe('hoist redrive', () => {
  const queueUrl = async (name: string): Promise<string> => {
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
    return QueueUrl;
  };
  const bodiesIn = async (QueueUrl: string): Promise<string[]> => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    return Messages.map(({ Body = '' }) => Body).sort();
  };
  const args = ['--region', HOME, '--reason', 'Redis is back', '--deployment'];
  const redrive = (...more: string[]) => run(['redrive', ...more, ...args, deployment, '--json']);

  it('sends the messages of a service back to its queue', async () => {
    const [dead, queue] = [await queueUrl('dead-flags-cards'), await queueUrl('flags-cards')];
    for (const MessageBody of ['a', 'b']) await sqs.send(new SendMessageCommand({ QueueUrl: dead, MessageBody }));
    const { exitCode, stdout } = await redrive('service-flags-dead', '--service', 'cards');
    expect(exitCode).toBe(exitCodes.ok);
    expect(JSON.parse(stdout)).toEqual({
      deadLetters: 'service-flags-dead',
      region: HOME,
      service: 'cards',
      sent: 2,
      deleted: 0,
    });
    expect(await bodiesIn(queue)).toEqual(['a', 'b']);
    expect(await bodiesIn(dead)).toEqual([]);
  });

  it('wants to know whose they are, and refuses dead letters that there are not', async () => {
    const { exitCode, stdout } = await redrive('service-flags-dead');
    expect(exitCode).toBe(exitCodes.usage);
    expect(JSON.parse(stdout).error.message).toContain('--service');
    expect((await redrive('nowhere')).exitCode).toBe(exitCodes.no);
  });

  it('keeps a record whose function cannot be called', async () => {
    const dead = await queueUrl('tell-dropped');
    await sqs.send(new SendMessageCommand({ QueueUrl: dead, MessageBody: '{"dynamodb":{}}' }));
    expect((await redrive('tell-dropped')).exitCode).toBe(exitCodes.unreachable);
  });
});

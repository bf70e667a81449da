import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoHomeStore } from '@flaghoist/adapters/dynamo-home-store';
import { DynamoTopologySource } from '@flaghoist/adapters/dynamo-topology-source';
import { parseTopology } from '@flaghoist/core/topology';
import { readEnvironments } from '@flaghoist/fleet/environments';
import { needs } from '@flaghoist/tools/needs';
import { motoPython, startDynamo } from '@flaghoist/tools/start-dynamo';
import type { PythonServer } from '@flaghoist/tools/start-python-server';
import { exitCodes } from '../lib/exit-codes.ts';
import { run } from './run.ts';

// The tables, queues and bus of an account, by moto; who calls, by a stand-in: moto's accounts have no roles of ours.
const tools = join(__dirname, '..', '..', 'tools');
const { describe, tool } = needs(() => motoPython(tools, process.env), process.env);
const fleet = join(__dirname, '..', '..', '..', 'fleet');
const shipped = parseTopology(readFileSync(join(fleet, 'topology.json'), 'utf8'));
const HOME = 'us-east-1';
const STANDBY = 'us-west-2';
const ADA = 'AROADEVAUTHOREXAMPLE1:ada.abel@bank.example';
const BEN = 'AROADEVAUTHOREXAMPLE1:ben.brandt@bank.example';
const before = { ...process.env };
let folder: string;
let deployment: string;
let moto: PythonServer;
let sts: Server;
let replicas: Server;
let sources: string;
let description: Readonly<Record<string, unknown>>;
let caller = ADA;
/** How often the item HOME may be read; then that is refused. */
let homeReadsLeft = Number.POSITIVE_INFINITY;
let dynamo: DynamoDBClient;
let sqs: SQSClient;

const topologyOf = (version: number, states: Readonly<Record<string, string>> = {}): string => {
  const file = join(folder, `topology-${version}.json`);
  const services = ['cards', 'ledger', ...Object.keys(states).filter((name) => name === 'billing')];
  const topology = {
    version,
    home: HOME,
    regions: [HOME, STANDBY, 'eu-west-1'].map((name) => ({ name, state: 'serving' })),
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

/** Every region reaches the tables of one: moto's have no replicas, and it does not look at signatures. */
const replicasOf = (endpoint: string): Server =>
  createServer((request, response) => {
    const authorization = request.headers.authorization?.replace(
      /\/[a-z]{2}-[a-z]+-\d\/dynamodb\//,
      `/${HOME}/dynamodb/`,
    );
    const { method } = request;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      if (isHomeRead(request, body) && homeReadsLeft-- <= 0) {
        response.statusCode = 400;
        response.setHeader('x-amzn-errortype', 'AccessDeniedException');
        response.end('{}');
      } else onward.end(body);
    });
    const onward = send(endpoint, { method, path: request.url, headers: { ...request.headers, authorization } });
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
  });

const isHomeRead = ({ headers }: IncomingMessage, body: Buffer): boolean =>
  String(headers['x-amz-target']).endsWith('.GetItem') && body.includes('"HOME"');

const addressOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hoist-operate-'));
  deployment = join(folder, 'deployment.json');
  const queue = (name: string) => `arn:aws:sqs:{region}:123456789012:${name}`;
  description = {
    environment: 'test',
    home: HOME,
    regions: [HOME, STANDBY],
    flagsTable: 'flags',
    changesTable: 'changes',
    proposalsTable: 'proposals',
    verificationTable: 'verification',
    acknowledgements: 'log',
    workflows: {},
    eventBus: 'default',
    queues: {
      'cache-loads': queue('loads'),
      'cache-loads-dead': queue('loads-dead'),
      'service-flags': queue('flags-{service}'),
      'service-flags-dead': queue('dead-flags-{service}'),
      'tell-dropped': queue('tell-dropped'),
    },
    functions: Object.fromEntries(
      ['validator.tell', 'cache-updater.reconcile'].map((name) => [
        name,
        `arn:aws:lambda:{region}:123456789012:function:${name.split('.')[1]}:live`,
      ]),
    ),
  };
  writeFileSync(deployment, JSON.stringify(description));
  sources = join(folder, 'infra-tf', 'lib');
  const environment = { name: 'test', region: HOME, replicaRegion: STANDBY, regions: [HOME, STANDBY] };
  mkdirSync(join(folder, 'fleet'));
  writeFileSync(
    join(folder, 'fleet', 'environments.json'),
    JSON.stringify({ environments: [{ ...environment, account: '123456789012', upstream: null }] }),
  );
  moto = await startDynamo(tools, tool());
  sts = createServer((_request, response) => {
    response.setHeader('content-type', 'text/xml');
    response.end(
      `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:sts::123456789012:assumed-role/x/y</Arn><UserId>${caller}</UserId><Account>123456789012</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
    );
  });
  await new Promise<void>((listening) => sts.listen(0, '127.0.0.1', listening));
  replicas = replicasOf(moto.endpoint);
  await new Promise<void>((listening) => replicas.listen(0, '127.0.0.1', listening));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: moto.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: addressOf(replicas),
    AWS_ENDPOINT_URL_STS: addressOf(sts),
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  dynamo = new DynamoDBClient({ region: HOME });
  sqs = new SQSClient({ region: HOME, useQueueUrlAsEndpoint: false });
  for (const TableName of ['flags', 'changes', 'proposals', 'flags-of-the-second'])
    await dynamo.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        // What lists the flags, to see whom a new topology would let draw differently.
        GlobalSecondaryIndexes: [
          {
            IndexName: 'by-sk',
            KeySchema: [
              { AttributeName: 'sk', KeyType: 'HASH' },
              { AttributeName: 'pk', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
        ],
      }),
    );
});
beforeEach(() => {
  caller = ADA;
  homeReadsLeft = Number.POSITIVE_INFINITY;
});
afterAll(async () => {
  dynamo?.destroy();
  sqs?.destroy();
  process.env = before;
  for (const server of [sts, replicas]) {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
  await moto.stop();
  rmSync(folder, { recursive: true, force: true });
});

const publish = (file: string, ...more: string[]) =>
  run(['topology', 'publish', file, '--deployment', deployment, '--sources', sources, ...more]);

describe('hoist topology publish', () => {
  it('publishes the first version, and what follows it', async () => {
    const first = await publish(topologyOf(1), '--json');
    expect(first).toMatchObject({ exitCode: exitCodes.ok });
    expect(JSON.parse(first.stdout)).toEqual({ version: 1, transitions: [], warnings: [], promotionDue: true });
    expect((await publish(topologyOf(1))).stdout).toBe(
      `Version 1 of the topology is in every region of test.\nNo region accepts changes yet. Next, as who may promote: hoist promote ${HOME}\n`,
    );
    expect((await publish(topologyOf(2, { billing: 'joining' }))).stderr).toContain('hoist promote writes it once');

    const home = await run(['promote', HOME, '--deployment', deployment]);
    expect(home.stdout).toBe(`${HOME} is home in epoch 1: 0 revisions, 0 still to be taken over, 0 unreadable\n`);
    const next = await publish(topologyOf(2, { billing: 'joining' }));
    expect(next.exitCode).toBe(exitCodes.ok);
    expect(next.stdout).toBe(
      'Version 2 of the topology is in every region of test.\n  service billing: absent → joining\n',
    );
    expect(await published(2)).toBe(true);
  });

  it('asked for the same version again changes nothing', async () => {
    const again = await publish(topologyOf(2, { billing: 'joining' }), '--json');
    expect(JSON.parse(again.stdout)).toEqual({ version: 2, transitions: [], warnings: [], promotionDue: false });
  });

  it('has published also where nobody can read any more whether a promotion is due', async () => {
    homeReadsLeft = 1;
    const asked = await publish(topologyOf(2, { billing: 'joining' }), '--json');
    expect(asked.exitCode).toBe(exitCodes.ok);
    expect(JSON.parse(asked.stdout)).toMatchObject({ version: 2, promotionDue: null });
    homeReadsLeft = 1;
    const told = await publish(topologyOf(2, { billing: 'joining' }));
    expect(told.exitCode).toBe(exitCodes.ok);
    expect(told.stdout).toContain('Whether a region accepts changes is unknown');
    expect(told.stderr).toContain('FH_');
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

  it('names agents that lack the evaluator of a version, and waits for somebody who approves other buckets', async () => {
    let lacking: object = { instances: [{ service: 'cards', instance: 'task-1' }], silent: [] };
    const asked: unknown[] = [];
    const reconcilers = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        asked.push(JSON.parse(Buffer.concat(chunks).toString()));
        response.end(JSON.stringify({ clean: [], lacking }));
      });
    });
    await new Promise<void>((listening) => reconcilers.listen(0, '127.0.0.1', listening));
    process.env['AWS_ENDPOINT_URL_LAMBDA'] = addressOf(reconcilers);
    const file = topologyOf(3, { billing: 'joining' });
    const evaluator = { version: '5.0.0', bucketing: 'v3' };
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), evaluator }));
    const refused = await publish(file);
    expect(refused.exitCode).toBe(exitCodes.no);
    expect(refused.stderr).toContain(`agents of cards in ${STANDBY} do not carry evaluator 5.0.0-v3: task-1`);
    expect(asked).toContainEqual({ cell: 'cell-1', evaluator });
    lacking = { instances: [], silent: [] };
    const approve = await run(['topology', 'approve', file, '--deployment', deployment, '--sources', sources]);
    expect(approve.stdout).toContain(`evaluator 5.0.0-v3, is approved by ${ADA}.`);
    // In one's own name it is no approval.
    expect((await publish(file)).stderr).toContain('nobody else has approved it');
    expect(await published(3)).toBe(false);
    reconcilers.closeAllConnections();
    await new Promise((closed) => reconcilers.close(closed));
  });

  it("publishes the shipped environment's part of the shipped topology, from the home that it has", async () => {
    const [, second] = readEnvironments(fleet);
    if (second?.regions === undefined) throw new Error('the second environment has no regions of its own');
    expect(second.region).not.toBe(shipped.home);
    const file = join(folder, 'second.json');
    const { name: environment, region: home, regions } = second;
    const flagsTable = 'flags-of-the-second';
    writeFileSync(file, JSON.stringify({ ...description, environment, home, regions, flagsTable }));
    const { exitCode, stderr } = await run(['topology', 'publish', '--deployment', file]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: exitCodes.ok });
    const access = { client: dynamo, table: flagsTable };
    // The first home is made by a promotion, with a role of its own.
    expect(await new DynamoHomeStore(access).lastMove()).toBeUndefined();
    const published = await new DynamoTopologySource(access).newest();
    expect(published).toMatchObject({ home, standby: second.replicaRegion, services: shipped.services });
    expect(published?.regions.map(({ name }) => name).sort()).toEqual([...regions].sort());
  });

  it.each([
    ['another home', { home: STANDBY }, `/home: is ${STANDBY}, and environments.json says ${HOME} of test`],
    ['a region less', { regions: [HOME] }, `/regions: has no ${STANDBY}`],
  ])('refuses to publish to a deployment that has %s, and publishes nothing', async (_what, other, problem) => {
    const file = join(folder, 'other.json');
    writeFileSync(file, JSON.stringify({ ...description, ...other }));
    const next = topologyOf(3, { billing: 'joining', ledger: 'draining' });
    const refused = await run(['topology', 'publish', next, '--deployment', file, '--sources', sources]);
    expect(refused.exitCode).toBe(exitCodes.unreadable);
    expect(refused.stderr).toContain(problem);
    expect(await published(3)).toBe(false);
  });

  it('wants an environment that there is', async () => {
    const file = join(folder, 'other.json');
    writeFileSync(file, JSON.stringify({ ...description, environment: 'nowhere' }));
    const refused = await run(['topology', 'publish', topologyOf(3), '--deployment', file, '--sources', sources]);
    expect(refused.stderr).toContain('there is no environment "nowhere"');
  });

  it('wants a deployment that it can read', async () => {
    const file = topologyOf(1);
    expect((await run(['topology', 'publish', file])).exitCode).toBe(exitCodes.usage);
    expect((await run(['topology', 'publish', file, '--deployment', file])).stderr).toContain('/flagsTable');
  });
});

describe('hoist promote', () => {
  const promote = (region: string, ...more: string[]) => run(['promote', region, '--deployment', deployment, ...more]);

  it('makes the standby home in the next epoch, and the former home home again', async () => {
    const moved = await promote(STANDBY, '--json');
    expect(moved).toMatchObject({ exitCode: exitCodes.ok });
    expect(JSON.parse(moved.stdout)).toMatchObject({ region: STANDBY, epoch: 2, revisions: 0, pending: 0, found: [] });
    const back = await promote(HOME);
    expect(back.stdout).toBe(`${HOME} is home in epoch 3: 0 revisions, 0 still to be taken over, 0 unreadable\n`);
  });

  it('is for who has the scope, and for home and standby', async () => {
    expect((await promote('eu-west-1')).stderr).toContain('FH_REFUSED');
    caller = BEN;
    const refused = await promote(STANDBY);
    expect([refused.exitCode, refused.stderr]).toEqual([exitCodes.no, expect.stringContaining('the scope promote')]);
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

  it('wants to know whose they are, and refuses dead letters that there are not, before it asks anybody', async () => {
    const endpoint = process.env['AWS_ENDPOINT_URL_STS'];
    process.env['AWS_ENDPOINT_URL_STS'] = 'http://127.0.0.1:9';
    const { exitCode, stdout } = await redrive('service-flags-dead');
    const nowhere = await redrive('nowhere');
    const known = await redrive('tell-dropped');
    process.env['AWS_ENDPOINT_URL_STS'] = endpoint;
    expect(exitCode).toBe(exitCodes.usage);
    expect(JSON.parse(stdout).error.message).toContain('--service');
    expect(nowhere.exitCode).toBe(exitCodes.no);
    expect(known.exitCode).toBe(exitCodes.unreachable);
  });

  it('keeps a record whose function cannot be called', async () => {
    const dead = await queueUrl('tell-dropped');
    await sqs.send(new SendMessageCommand({ QueueUrl: dead, MessageBody: '{"dynamodb":{}}' }));
    expect((await redrive('tell-dropped')).exitCode).toBe(exitCodes.unreachable);
  });
});

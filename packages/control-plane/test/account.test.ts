import { spawn } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createStandIn, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Deployment } from '@flaghoist/adapters/deployment';
import { DynamoFlagStore } from '@flaghoist/adapters/dynamo-flag-store';
import { DynamoHomeStore } from '@flaghoist/adapters/dynamo-home-store';
import { DynamoTopologySource } from '@flaghoist/adapters/dynamo-topology-source';
import { createWalk } from '@flaghoist/core/all-flags';
import { parseTopology } from '@flaghoist/core/topology';
import { RecordingLogger } from '@flaghoist/in-memory/logger';
import { textOf } from '@flaghoist/receipts/seal';
import { verifyText } from '@flaghoist/receipts/verify';
import { parseDirectory } from '@flaghoist/rules/directory';
import { DEFAULT_POLICY } from '@flaghoist/rules/policy';
import { RULES_VERSION } from '@flaghoist/rules/version';
import { systemClock } from '@flaghoist/system/clock';
import { systemRandom } from '@flaghoist/system/random';
import { needs } from '@flaghoist/tools/needs';
import { motoPython, startDynamo } from '@flaghoist/tools/start-dynamo';
import type { PythonServer } from '@flaghoist/tools/start-python-server';
import { receiveProposal } from '@flaghoist/validator/receive-proposal';
import { SignJWT } from 'jose';
import { DynamoTables } from '../../adapters/test/support/dynamo-tables.ts';
import { sampleReceipt } from '../../receipts/test/sample.ts';
import { portsOfAccount } from '../lib/account/account-ports.ts';
import { receiptsOfAccount } from '../lib/account/receipt-keys.ts';
import { startAccountServer } from '../lib/account/start-server.ts';
import { accountVariables } from '../lib/account/variables.ts';
import { creation } from './api.ts';

// The tables and queues of an account, by moto. Who accepts there is a function; here the test calls what it calls.
const tools = join(__dirname, '..', '..', 'tools');
const { it, tool } = needs(() => motoPython(tools, process.env), process.env);

const REGION = 'eu-west-1';
const ISSUER = 'https://id.bank.example';
const ROLE = { role: 'AROACONTROLPLANE00001', session: 'control-plane' };
const SUBMITTER = `${ROLE.role}:${ROLE.session}`;
const before = { ...process.env };
const { privateKey, publicKey } = generateKeyPairSync('ed25519');

const topology = parseTopology(
  JSON.stringify({
    version: 1,
    home: REGION,
    regions: [{ name: REGION, state: 'serving' }],
    services: [{ name: 'login', cell: 'cell-1', owner: 'team-identity', state: 'serving' }],
  }),
);
const person = (actor: string, ...roles: string[]) => ({ actor, teams: ['team-identity'], roles, principals: [] });
const directory = parseDirectory(
  JSON.stringify({
    people: [person('ada', 'author', 'reviewer'), person('ben', 'reviewer')],
    submitters: [
      {
        name: 'control-plane',
        principals: [ROLE],
        submits: ['created', 'updated', 'restored', 'archived', 'killed', 'approval'],
      },
    ],
  }),
);
const policy = { ...DEFAULT_POLICY, approvalsRequired: 1, approverRoles: ['reviewer'] };

let moto: PythonServer;
let tables: DynamoTables;
let folder: string;
let deployment: Deployment;
let server: Awaited<ReturnType<typeof startAccountServer>>;
let ports: ReturnType<typeof portsOfAccount>;
let sts: Server;

const variables = accountVariables.parse({
  AWS_REGION: REGION,
  DEPLOYMENT: 'deployment.json',
  POLICY: 'prod.v3',
  OIDC_ISSUER: ISSUER,
  OIDC_AUDIENCE: 'flaghoist',
  HOST: '127.0.0.1',
  PORT: '0',
});
const log = new RecordingLogger();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hoist-account-'));
  moto = await startDynamo(tools, tool());
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: moto.endpoint,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
  tables = new DynamoTables(moto.endpoint);
  const queue = (name: string): string => `arn:aws:sqs:{region}:123456789012:${name}`;
  deployment = {
    environment: 'test',
    home: REGION,
    regions: [REGION],
    flagsTable: await tables.make('flags'),
    changesTable: await tables.make('changes'),
    proposalsTable: await tables.make('proposals'),
    verificationTable: await tables.make('verification'),
    acknowledgements: 'log',
    workflows: {},
    eventBus: 'default',
    queues: { 'service-flags': queue('flags-{service}'), 'service-flags-dead': queue('dead-{service}') },
    functions: {},
  };
  const sqs = new SQSClient({ region: REGION });
  for (const QueueName of ['flags-login', 'dead-login']) await sqs.send(new CreateQueueCommand({ QueueName }));
  sqs.destroy();
  const access = { client: tables.client, table: deployment.flagsTable };
  await new DynamoHomeStore(access).move({ region: REGION, epoch: 1, actor: 'test', at: systemClock.now() }, null);
  await new DynamoTopologySource(access).publish(topology, { actor: 'test', at: systemClock.now(), follows: 0 });
  const flags = new DynamoFlagStore(access, { clock: systemClock, random: systemRandom });
  await flags.reportRulesVersion(REGION, RULES_VERSION, systemClock.now());
  const given = { deployment, directory, policy, waivers: [], log };
  ports = portsOfAccount({ ...given, region: REGION, audit: undefined });
  server = await startAccountServer({ ...given, variables, submitter: SUBMITTER, keys: async () => publicKey });
  sts = createStandIn((_request, response) => {
    response.setHeader('content-type', 'text/xml');
    response.end(
      `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:sts::123456789012:assumed-role/x/y</Arn><UserId>${SUBMITTER}</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
    );
  });
  await new Promise<void>((listening) => sts.listen(0, '127.0.0.1', listening));
});
afterAll(async () => {
  await server?.close();
  tables?.client.destroy();
  sts?.closeAllConnections();
  sts?.close();
  process.env = before;
  await moto?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const tokenOf = (email: string): Promise<string> =>
  new SignJWT({ email })
    .setProtectedHeader({ alg: 'EdDSA' })
    .setIssuer(ISSUER)
    .setAudience('flaghoist')
    .setExpirationTime('5m')
    .sign(privateKey);

const ask = async (who: string | null, method: string, path: string, body?: object) => {
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      ...(who === null ? {} : { authorization: `Bearer ${await tokenOf(who)}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as never };
};

/** As the function that accepts does it, on the same tables. */
const judged = async (changeId: string): Promise<void> => {
  const { judging, proposals } = ports.home();
  const written = await proposals.proposal({ author: SUBMITTER, changeId });
  if (written === undefined) throw new Error(`${changeId} was not written`);
  const fastPath = { publish: () => {}, settled: async () => {} };
  const context = { ...judging, fastPath, walk: createWalk(judging) };
  const heard = { writtenAt: systemClock.now(), isFirst: true };
  await receiveProposal(written, heard, context as unknown as Parameters<typeof receiveProposal>[2]);
};

const asked = (flagKey: string, id: string, ...approvers: string[]) => ({
  ...creation(flagKey, id),
  change: { id, reason: 'To try the new form', ticket: 'ABC-1', approvals: approvers.map((actor) => ({ actor })) },
});

it('answers nobody without a token, also on its own machine, but for whether it is well', async () => {
  expect(await ask(null, 'GET', '/v1/flags')).toMatchObject({ status: 401, body: { code: 'FH_TOKEN_NEEDED' } });
  expect(await ask(null, 'GET', '/readyz')).toMatchObject({ status: 200 });
});

it('shows the world from its tables and queues', async () => {
  expect(await ask('ada', 'GET', '/v1/status')).toMatchObject({
    status: 200,
    body: { world: 'aws', environment: 'test', home: { region: REGION, epoch: 1 }, services: 1, deadLetters: [] },
  });
});

it.each([
  ['none', [], null],
  ['one that was never given', ['ben'], null],
  ['their own', ['ada'], 'ada'],
  ['that of a stranger', ['mallory'], null],
])('a change with an approval that is %s is refused', async (_what, named, approver) => {
  const id = `wrong-${named.join('-') || 'none'}-${approver ?? 'nobody'}`;
  const proposal = asked('account.wrong', id, ...named);
  const { digest } = (await ask('ada', 'POST', '/v1/drafts', proposal)).body as { digest: string };
  if (approver !== null) await ask(approver, 'POST', '/v1/approvals', { digest, rulesVersion: RULES_VERSION });
  expect(await ask('ada', 'POST', '/v1/proposals', proposal)).toMatchObject({ status: 202, body: { outcome: null } });
  await judged(id);
  expect(await ask('ada', 'GET', `/v1/proposals/${id}`)).toMatchObject({
    body: {
      outcome: {
        outcome: 'rejected',
        violations: expect.arrayContaining([
          expect.objectContaining({ ruleId: expect.stringMatching(/^FH-APPROVE-/) }),
        ]),
      },
    },
  });
});

it('a change with the approval of somebody else is accepted, shown, and told to who looks on', async () => {
  const told: string[] = [];
  const stop = ports.watch({ happened: ({ type }) => told.push(type) });
  const proposal = asked('account.right', 'right-0001', 'ben');
  const { digest } = (await ask('ada', 'POST', '/v1/drafts', proposal)).body as { digest: string };
  expect(await ask('ben', 'POST', '/v1/approvals', { digest, rulesVersion: RULES_VERSION })).toMatchObject({
    status: 201,
  });
  await ask('ada', 'POST', '/v1/proposals', proposal);
  await judged('right-0001');
  expect(await ask('ada', 'GET', '/v1/flags/account.right')).toMatchObject({
    body: { order: { epoch: 1, revision: 1 }, madeBy: { actor: 'ada', approvals: [{ actor: 'ben' }] } },
  });
  const file = { flags: { 'account.right': creation('account.right').document } };
  const imported = { id: 'import-01', file, reason: 'The same again', dryRun: true };
  expect(await ask('ada', 'POST', '/v1/imports', imported)).toMatchObject({
    body: { flags: [{ state: 'unchanged' }] },
  });
  expect(await ask('ada', 'GET', '/v1/changes')).toMatchObject({ body: { changes: [{ flagKey: 'account.right' }] } });
  while (!told.includes('ChangeAccepted')) await systemClock.sleep(50);
  stop();
});

it('takes back what waits, and nothing of another one', async () => {
  const proposal = { ...asked('account.later', 'later-0001'), notBefore: systemClock.now() + 3_600_000 };
  await ask('ada', 'POST', '/v1/proposals', proposal);
  expect(await ask('ben', 'DELETE', '/v1/proposals/later-0001')).toMatchObject({ status: 403 });
  await ask('ada', 'DELETE', '/v1/proposals/later-0001');
  await judged('later-0001');
  expect(await ask('ada', 'GET', '/v1/proposals/later-0001')).toMatchObject({
    body: { outcome: { outcome: 'withdrawn', actor: 'ada' } },
  });
});

it('publishes the keys of KMS that receipts are held to, and signs with the first', async () => {
  const pairs = new Map(['now', 'before'].map((name) => [name, generateKeyPairSync('ed25519')]));
  // As KMS answers; moto has no keys of this kind.
  const kms = createStandIn(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const { KeyId, Message } = JSON.parse(text) as { KeyId: string; Message?: string };
    const pair = pairs.get(KeyId.split('/')[1] ?? '');
    if (pair === undefined) throw new Error(`no key ${KeyId}`);
    const answer =
      Message === undefined
        ? {
            KeySpec: 'ECC_NIST_EDWARDS25519',
            PublicKey: pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
          }
        : { Signature: sign(null, Buffer.from(Message, 'base64'), pair.privateKey).toString('base64') };
    // What it takes at most of a message that is not hashed before.
    if (Buffer.from(Message ?? '', 'base64').length > 4096) response.statusCode = 400;
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((listening) => kms.listen(0, '127.0.0.1', listening));
  process.env['AWS_ENDPOINT_URL_KMS'] = `http://127.0.0.1:${(kms.address() as AddressInfo).port}`;
  const arns = ['now', 'before'].map((name) => `arn:aws:kms:${REGION}:123456789012:key/${name}`);
  const given = { deployment, directory, policy, waivers: [], log, submitter: SUBMITTER };
  const read = accountVariables.parse({
    ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)])),
    RECEIPT_KEYS: arns.join(', '),
  });
  const signing = await startAccountServer({ ...given, variables: read, keys: async () => publicKey });
  const published = await (await fetch(`${signing.url}/.well-known/flaghoist-receipt-keys`)).json();
  expect(published).toMatchObject({
    environment: 'test',
    keys: [...pairs.values()].map((pair) => ({ x: pair.publicKey.export({ format: 'jwk' }).x })),
  });

  const { signer, keys } = await receiptsOfAccount(arns, 'embedded');
  const signed = textOf(await sampleReceipt(3, signer));
  expect(verifyText(signed, keys.slice(0, 1)).findings).toEqual([]);
  expect(verifyText(signed, keys.slice(1)).findings).not.toEqual([]);
  await signing.close();
  kms.closeAllConnections();
  kms.close();
});

it('refuses to listen where others could read what is sent to it', async () => {
  const given = { deployment, directory, policy, waivers: [], log, submitter: SUBMITTER };
  await expect(startAccountServer({ ...given, variables: { ...variables, HOST: '0.0.0.0' } })).rejects.toMatchObject({
    code: 'FH_INVALID_INPUT',
    places: ['HOST: is 0.0.0.0, without TLS_CERTIFICATE and TLS_KEY'],
  });
});

it.each([
  ['something else listens', () => ({ PORT: Number(new URL(server.url).port) }), 'PORT'],
  // Of the addresses for documentation: no machine has it.
  ['the machine has none', () => ({ HOST: '192.0.2.1', BEHIND_TLS: 'true' as const }), 'HOST'],
])('names the address at which it cannot listen, since %s, and the variable', async (_what, wrong, variable) => {
  const given = { deployment, directory, policy, waivers: [], log, submitter: SUBMITTER };
  const asked = { ...variables, ...wrong() };
  await expect(startAccountServer({ ...given, variables: asked, keys: async () => publicKey })).rejects.toMatchObject({
    code: 'FH_UNAVAILABLE',
    message: `the address ${asked.HOST}:${asked.PORT} (HOST, PORT) is not available`,
    hint: expect.stringContaining(`set ${variable} to`),
  });
});

it('as a process logs lines of JSON, is well, and ends when it is asked to', async () => {
  writeFileSync(join(folder, 'deployment.json'), JSON.stringify(deployment));
  const child = spawn(process.execPath, ['--no-warnings', join(__dirname, '..', 'lib', 'main.ts')], {
    env: {
      ...process.env,
      ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)])),
      DEPLOYMENT: join(folder, 'deployment.json'),
      AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${(sts.address() as AddressInfo).port}`,
    },
  });
  let said = '';
  const served = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      said += String(chunk);
      const url = /"url":"([^"]+)"/.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.stderr.on('data', (chunk) => reject(new Error(String(chunk))));
  });
  const url = await served;
  expect((await fetch(`${url}/livez`)).status).toBe(200);
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  const lines = said
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ message }) => message)).toEqual(['control plane serves', 'control plane stops']);
});

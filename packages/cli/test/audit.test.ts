import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shippedWiring } from '@flaghoist/wiring/wiring';
import { exitCodes } from '../lib/exit-codes.ts';
import { run } from './run.ts';

/** Stands for Lambda: answers as the function does, and notes what it was called with. */
let lambda: Server;
let answer: object;
let called: { readonly path: string; readonly input: unknown }[];
let folder: string;
let deployment: string;
const world = {
  environment: 'prod',
  home: 'us-east-1',
  regions: ['us-east-1', 'us-west-2'],
  flagsTable: 'flags',
  changesTable: 'changes',
  proposalsTable: 'proposals',
  verificationTable: 'verification',
  acknowledgements: 'log',
  workflows: {},
  eventBus: 'events',
  queues: {},
  functions: {},
};
const before = { ...process.env };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hoist-audit-'));
  deployment = join(folder, 'deployment.json');
  const bootstrap = 'arn:aws:lambda:{region}:123456789012:function:bootstrap:live';
  const document = {
    ...world,
    functions: { 'audit-writer.bootstrap': bootstrap },
  };
  writeFileSync(deployment, JSON.stringify(document));
  lambda = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    called.push({ path: decodeURIComponent(request.url ?? ''), input: JSON.parse(body) });
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((listening) => lambda.listen(0, '127.0.0.1', listening));
  const endpoint = `http://127.0.0.1:${(lambda.address() as AddressInfo).port}`;
  Object.assign(process.env, { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
});
beforeEach(() => {
  called = [];
  answer = { outcome: 'as-wanted', differences: [], strangers: [] };
});
afterAll(async () => {
  process.env = before;
  lambda.closeAllConnections();
  await new Promise((closed) => lambda.close(closed));
  rmSync(folder, { recursive: true, force: true });
});

const bootstrap = (...more: string[]) =>
  run(['audit', 'bootstrap', '--region', 'us-west-2', '--deployment', deployment, ...more]);
const grown = { setting: 'who has trail_reader', state: 'different', gives: ['auditors'], takes: ['eve'] };

describe('hoist audit', () => {
  it('shows what there is', async () => {
    expect((await run(['audit', '--help'])).stdout).toContain('bootstrap');
  });

  it('is what the plan says that calls its function', async () => {
    const { calledBy } = shippedWiring().functions['audit-writer.bootstrap'] ?? {};
    expect((await run([...(calledBy ?? '').split(' ').slice(1), '--help'])).exitCode).toBe(exitCodes.ok);
    expect(calledBy).toBe('hoist audit bootstrap');
  });
});

describe('hoist audit bootstrap', () => {
  it('calls the function of the region, and says that all is as it should be', async () => {
    const { exitCode, stdout } = await bootstrap();
    expect({ exitCode, stdout }).toEqual({
      exitCode: exitCodes.ok,
      stdout: 'The trail in us-west-2 is as it should be.\n',
    });
    expect(called).toEqual([
      {
        path: '/2015-03-31/functions/arn:aws:lambda:us-west-2:123456789012:function:bootstrap:live/invocations',
        input: { dryRun: false, widen: false },
      },
    ]);
  });

  it('tells what differed, and what was given and taken', async () => {
    answer = { outcome: 'applied', differences: [grown], strangers: [] };
    const { exitCode, stdout } = await bootstrap('--widen');
    expect(exitCode).toBe(exitCodes.ok);
    expect(stdout).toContain('  who has trail_reader: different\n    + auditors\n    - eve\n');
    expect(called[0]?.input).toEqual({ dryRun: false, widen: true });
  });

  it.each([
    ['something differs', ['--dry-run'], { outcome: 'dry-run', differences: [grown], strangers: [] }],
    ['somebody would get more', [], { outcome: 'refused', differences: [grown], strangers: [] }],
    ['others reach the trail', [], { outcome: 'as-wanted', differences: [], strangers: ['all_access: eve'] }],
  ])('answers no where %s, and gives the whole answer as a document', async (_what, options, given) => {
    answer = given;
    const { exitCode, stdout } = await bootstrap(...options, '--json');
    expect({ exitCode, answer: JSON.parse(stdout) }).toEqual({ exitCode: exitCodes.no, answer: given });
    expect(called[0]?.input).toEqual({ dryRun: options.length > 0, widen: false });
  });

  it('wants a region, and a deployment that has the function', async () => {
    expect((await run(['audit', 'bootstrap', '--deployment', deployment])).exitCode).toBe(exitCodes.usage);
    const other = join(folder, 'other.json');
    writeFileSync(other, JSON.stringify(world));
    const { exitCode, stderr } = await run(['audit', 'bootstrap', '--region', 'us-west-2', '--deployment', other]);
    expect(exitCode).toBe(exitCodes.unreadable);
    expect(stderr).toContain('/functions: has no audit-writer.bootstrap');
  });

  it('is out of reach when the function fails', async () => {
    answer = { outcome: 'something else' };
    expect((await bootstrap()).exitCode).toBe(exitCodes.unreadable);
    const endpoint = process.env['AWS_ENDPOINT_URL'];
    process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:9';
    expect((await bootstrap()).exitCode).toBe(exitCodes.unreachable);
    process.env['AWS_ENDPOINT_URL'] = endpoint;
  });
});

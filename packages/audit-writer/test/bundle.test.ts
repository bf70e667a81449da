import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildLambda } from '@flaghoist/lambda-build/build-lambda';
import { parseLambdaJson } from '@flaghoist/lambda-build/lambda-json';
import { loadBundle } from '@flaghoist/lambda-build/load-bundle';
import { sweepEnvironmentSchema, writeEnvironmentSchema } from '../lib/environment.ts';
import { sqsEvent } from './support/messages.ts';

const packageDirectory = join(__dirname, '..');
const { entryPoints } = parseLambdaJson(readFileSync(join(packageDirectory, 'lambda.json'), 'utf8'), 'lambda.json');

const environment = {
  AWS_REGION: 'us-east-1',
  AUDIT_ENDPOINT: 'https://audit.example.org',
  AUDIT_INDEX: 'trail',
  FLAGS_TABLE: 'flags',
  CHANGES_TABLE: 'changes',
  EVENT_BUS_NAME: 'flaghoist',
};

it.each([
  ['write', writeEnvironmentSchema],
  ['sweep', sweepEnvironmentSchema],
] as const)('lambda.json names what %s reads', (entryPoint, schema) => {
  const read = Object.keys(schema.shape).filter((name) => name !== 'AWS_REGION');
  expect([...(entryPoints[entryPoint]?.environment ?? [])].sort()).toEqual(read.sort());
});

describe('the bundles', () => {
  const before = { ...process.env };
  let logged: jest.SpyInstance;

  beforeAll(() => {
    Object.assign(process.env, environment);
    logged = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  });
  afterAll(() => {
    logged.mockRestore();
    process.env = before;
  });

  const load = async (entryPoint: string) => {
    const bundle = await buildLambda({ packageDirectory, entryPoint });
    const handler = loadBundle(bundle.zip)[entryPoint];
    if (typeof handler !== 'function') throw new Error(`the bundle does not export ${entryPoint}`);
    return { bundle, run: async (input?: unknown): Promise<unknown> => handler(input) };
  };

  it('write runs, returns what is no event to the queue, and carries no table client', async () => {
    const { bundle, run } = await load('write');
    expect(await run(sqsEvent(['not json']))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(JSON.parse(String(logged.mock.lastCall?.[0]))).toMatchObject({
      level: 'ERROR',
      message: 'message is not an event',
      function: 'audit-writer.write',
    });
    expect(bundle.packages).not.toContain('@aws-sdk/client-dynamodb');
  }, 60_000);

  it('sweep runs, and names what its environment lacks', async () => {
    const { run } = await load('sweep');
    const { FLAGS_TABLE } = environment;
    delete process.env['FLAGS_TABLE'];
    await expect(run()).rejects.toMatchObject({
      code: 'FH_INVALID_INPUT',
      places: [expect.stringContaining('FLAGS_TABLE')],
    });
    process.env['FLAGS_TABLE'] = FLAGS_TABLE;
  }, 60_000);
});

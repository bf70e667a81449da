import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildLambda } from '@flaghoist/lambda-build/build-lambda';
import { parseLambdaJson } from '@flaghoist/lambda-build/lambda-json';
import { loadBundle } from '@flaghoist/lambda-build/load-bundle';
import { concludeEnvironmentSchema, environmentSchema } from '../lib/environment.ts';
import { sqsEvent } from './support/home.ts';

const packageDirectory = join(__dirname, '..');
const { entryPoints } = parseLambdaJson(readFileSync(join(packageDirectory, 'lambda.json'), 'utf8'), 'lambda.json');

const environment = {
  AWS_REGION: 'us-east-1',
  FLAGS_TABLE: 'flags',
  CHANGES_TABLE: 'changes',
  TOPIC_ARN_TEMPLATE: 'arn:aws:sns:{region}:123456789012:changes',
  EVENT_BUS_NAME: 'home',
  EPOCH: '1',
  REVERTS_PER_MINUTE: '20',
};

it.each([
  ['judge', environmentSchema],
  ['conclude', concludeEnvironmentSchema],
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

  const bundles = new Map<string, ReturnType<typeof buildLambda>>();
  const bundleOf = (entryPoint: string) => {
    const built = bundles.get(entryPoint) ?? buildLambda({ packageDirectory, entryPoint });
    bundles.set(entryPoint, built);
    return built;
  };

  /** Runs an entry point of its zip. Nothing here may need the network. */
  const run = async (entryPoint: string, input: unknown): Promise<unknown> => {
    const bundle = await bundleOf(entryPoint);
    expect(bundle.packages).not.toContain('@opensearch-project/opensearch');
    expect(bundle.packages).not.toContain('ioredis');
    const handler = loadBundle(bundle.zip)[entryPoint];
    if (typeof handler !== 'function') throw new Error(`the bundle does not export ${entryPoint}`);
    return handler(input);
  };

  it('judge runs, and returns what is no verdict to the queue', async () => {
    expect(await run('judge', sqsEvent(['not json']))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(JSON.parse(String(logged.mock.lastCall?.[0]))).toMatchObject({
      level: 'ERROR',
      message: 'message is not a region verdict',
      function: 'rollback.judge',
    });
  }, 60_000);

  it('conclude runs, and refuses an input that the workflow does not send', async () => {
    await expect(run('conclude', { step: 'decide' })).rejects.toMatchObject({ code: 'FH_INVALID_INPUT' });
  }, 60_000);

  it('nothing runs without its environment', async () => {
    const { EPOCH } = environment;
    delete process.env['EPOCH'];
    await expect(run('conclude', {})).rejects.toMatchObject({
      code: 'FH_INVALID_INPUT',
      places: [expect.stringContaining('EPOCH')],
    });
    process.env['EPOCH'] = EPOCH;
  }, 60_000);
});

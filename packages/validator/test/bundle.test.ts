import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildLambda } from '@flaghoist/lambda-build/build-lambda';
import { parseLambdaJson } from '@flaghoist/lambda-build/lambda-json';
import { loadBundle } from '@flaghoist/lambda-build/load-bundle';
import { acceptEnvironmentSchema } from '../lib/accept-environment.ts';
import { distributeEnvironmentSchema } from '../lib/distribute-environment.ts';
import { createHome } from './support/home.ts';
import { eventOf } from './support/stream-tail.ts';

const packageDirectory = join(__dirname, '..');
const { entryPoints } = parseLambdaJson(readFileSync(join(packageDirectory, 'lambda.json'), 'utf8'), 'lambda.json');
const schemas = { accept: acceptEnvironmentSchema, distribute: distributeEnvironmentSchema } as const;

const environment = {
  AWS_REGION: 'us-east-1',
  ENVIRONMENT: 'dev',
  EPOCH: '1',
  POLICY: 'default.v1',
  HOME_REGION: 'us-east-1',
  FLAGS_TABLE: 'flags',
  CHANGES_TABLE: 'changes',
  VERIFICATION_TABLE: 'verification',
  TOPIC_ARN_TEMPLATE: 'arn:aws:sns:{region}:123456789012:changes',
  EVENT_BUS_NAME: 'home',
  UPSTREAM_FLAGS_TABLE: 'none',
  UPSTREAM_CHANGES_TABLE: 'arn:aws:dynamodb:us-west-2:123456789012:table/changes',
};

it.each(['accept', 'distribute'] as const)('lambda.json names what %s reads', (entryPoint) => {
  const read = Object.keys(schemas[entryPoint].shape).filter((name) => name !== 'AWS_REGION');
  expect([...(entryPoints[entryPoint]?.environment ?? [])].sort()).toEqual(read.sort());
});

describe('the bundles', () => {
  const before = { ...process.env };
  let logged: jest.SpyInstance;

  beforeEach(() => {
    Object.assign(process.env, environment);
    logged = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  });
  afterEach(() => {
    logged.mockRestore();
    process.env = { ...before };
  });

  const bundles = new Map<string, ReturnType<typeof buildLambda>>();
  const bundleOf = (entryPoint: string) => {
    const built = bundles.get(entryPoint) ?? buildLambda({ packageDirectory, entryPoint });
    bundles.set(entryPoint, built);
    return built;
  };
  const run = async (entryPoint: string, input: unknown): Promise<unknown> => {
    const handler = loadBundle((await bundleOf(entryPoint)).zip)[entryPoint];
    if (typeof handler !== 'function') throw new Error(`the bundle does not export ${entryPoint}`);
    return handler(input);
  };

  it.each(['accept', 'distribute'])(
    '%s carries what it uses and nothing else',
    async (entryPoint) => {
      const { packages, inputs } = await bundleOf(entryPoint);
      expect(packages).not.toContain('ioredis');
      expect(packages).not.toContain('@opensearch-project/opensearch');
      expect(packages).not.toContain('@flaghoist/in-memory');
      const rules = inputs.map(({ path }) => path).filter((path) => path.includes('rules/lib/'));
      expect(rules.some((path) => path.endsWith('/standing.ts'))).toBe(true);
      // The rules of the process are home's alone.
      expect(rules.some((path) => path.endsWith('/catalogue.ts'))).toBe(entryPoint === 'accept');
    },
    60_000,
  );

  it.each(['accept', 'distribute'])(
    '%s runs, and reports a record by its number',
    async (entryPoint) => {
      const home = createHome();
      home.tables.changes.put({ pk: 'CHANGE#?', sk: 'PROPOSAL', proposal: '{}' });
      const records = home.tail.take();
      const number = records[0]?.dynamodb?.SequenceNumber;
      // For distribute a record of no interest: nothing here may need the network.
      const failures = entryPoint === 'accept' ? [{ itemIdentifier: number }] : [];
      expect(await run(entryPoint, eventOf(...records))).toEqual({ batchItemFailures: failures });
      if (entryPoint !== 'accept') return;
      expect(JSON.parse(String(logged.mock.lastCall?.[0]))).toMatchObject({
        level: 'ERROR',
        message: 'stream record cannot be handled',
        function: 'validator.accept',
        error: { code: 'FH_INVALID_INPUT' },
      });
    },
    60_000,
  );

  it.each([
    ['a policy that this release does not have', { POLICY: 'default.v999' }, /default\.v999.*default\.v1/],
    ['an upstream table that is no ARN', { UPSTREAM_FLAGS_TABLE: 'flags' }, /UPSTREAM_FLAGS_TABLE/],
  ])(
    'accept does not start with %s',
    async (_wrong, variables, says) => {
      Object.assign(process.env, variables);
      await expect(run('accept', eventOf())).rejects.toMatchObject({
        code: 'FH_INVALID_INPUT',
        message: expect.stringMatching(says),
      });
    },
    60_000,
  );

  it('nothing runs without its environment', async () => {
    delete process.env['EPOCH'];
    await expect(run('accept', eventOf())).rejects.toMatchObject({
      code: 'FH_INVALID_INPUT',
      places: [expect.stringContaining('EPOCH')],
    });
  }, 60_000);
});

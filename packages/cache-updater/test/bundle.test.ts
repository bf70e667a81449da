import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildLambda } from '@flaghoist/lambda-build/build-lambda';
import { loadBundle } from '@flaghoist/lambda-build/load-bundle';
import { applyEnvironmentSchema } from '../lib/apply-environment.ts';
import { loadEnvironmentSchema } from '../lib/load-environment.ts';
import { reconcileEnvironmentSchema } from '../lib/reconcile-environment.ts';
import { recordOf } from './support/region.ts';

const packageDirectory = join(__dirname, '..');
const schemas = { apply: applyEnvironmentSchema, load: loadEnvironmentSchema, reconcile: reconcileEnvironmentSchema };
const entryPoints = Object.keys(schemas) as (keyof typeof schemas)[];

const values: Readonly<Record<string, string>> = {
  AWS_REGION: 'eu-west-1',
  CELL: 'cell-1',
  FLAGS_TABLE: 'flags',
  VERIFICATION_TABLE: 'verification',
  CACHE_HOST: 'localhost',
  CACHE_PORT: '6379',
  CACHE_TLS: 'true',
  QUEUE_ARN_TEMPLATE: 'arn:aws:sqs:eu-west-1:123456789012:dev-{service}-queue-x1',
  DEAD_LETTER_ARN_TEMPLATE: 'arn:aws:sqs:eu-west-1:123456789012:dev-{service}-dlq-x1',
  LOAD_QUEUE_ARN: 'arn:aws:sqs:eu-west-1:123456789012:dev-load-queue-x1',
  EVENT_BUS_NAME: 'flaghoist',
};

const before = { ...process.env };
beforeEach(() => {
  Object.assign(process.env, values);
  // The handlers' own log lines.
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => {
  jest.restoreAllMocks();
  process.env = { ...before };
});

it.each(entryPoints)('names in lambda.json what %s reads', (entryPoint) => {
  const { entryPoints: declared } = JSON.parse(readFileSync(join(packageDirectory, 'lambda.json'), 'utf8'));
  const read = Object.keys(schemas[entryPoint].shape).filter((name) => name !== 'AWS_REGION');
  expect([...declared[entryPoint].environment].sort()).toEqual(read.sort());
});

const built = new Map<string, ReturnType<typeof buildLambda>>();
const build = (entryPoint: string) => {
  const building = built.get(entryPoint) ?? buildLambda({ packageDirectory, entryPoint });
  built.set(entryPoint, building);
  return building;
};

const own = ['@flaghoist/adapters', '@flaghoist/cache-updater', '@flaghoist/core', '@flaghoist/rules'];
const ioredis = [
  '@ioredis/commands',
  'cluster-key-slot',
  'debug',
  'denque',
  'has-flag',
  'ioredis',
  'ms',
  'redis-errors',
  'standard-as-callback',
  'supports-color',
];
const isSdk = (name: string) => /^(@aws-sdk|@aws-crypto|@smithy|@aws)\//.test(name);

const messages = {
  Records: [
    recordOf({
      messageId: 'm1',
      receiptHandle: '',
      body: 'not json',
      receiveCount: 1,
      arn: 'arn:aws:sqs:eu-west-1:123456789012:dev-payments-queue-x1',
    }),
  ],
};

describe('the bundle of', () => {
  it('apply holds what it uses, and no table, bus or topology', async () => {
    const bundle = await build('apply');
    expect(bundle.packages.filter((name) => name.startsWith('@flaghoist/'))).toEqual(own);
    const clients = bundle.packages.filter((name) => name.startsWith('@aws-sdk/client-'));
    expect(clients).toEqual(['@aws-sdk/client-sqs']);
    const others = bundle.packages.filter((name) => !name.startsWith('@flaghoist/') && !isSdk(name));
    expect(others).toEqual([...ioredis, 'canonicalize', 'zod'].sort());
    expect(
      bundle.inputs
        .map(({ path }) => path)
        .filter((path) => /lib\/(reconcile|load|prove)-|dynamo|event-bridge/.test(path)),
    ).toEqual([]);
  }, 60_000);

  it('apply answers from its zip', async () => {
    const { zip } = await build('apply');
    const { apply } = loadBundle(zip) as { apply: (event: unknown) => Promise<unknown> };
    await expect(apply(messages)).resolves.toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    await expect(apply({ Records: [] })).resolves.toEqual({ batchItemFailures: [] });
  }, 60_000);

  it('load answers from its zip', async () => {
    const { zip } = await build('load');
    const { load } = loadBundle(zip) as { load: (event: unknown) => Promise<unknown> };
    await expect(load(messages)).resolves.toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
  }, 60_000);

  it('reconcile answers from its zip', async () => {
    const { zip } = await build('reconcile');
    const { reconcile } = loadBundle(zip) as { reconcile: (input: unknown) => Promise<unknown> };
    await expect(reconcile({})).rejects.toMatchObject({ code: 'FH_INVALID_INPUT' });
  }, 60_000);

  it('does not start without its environment, and says what is missing', async () => {
    delete process.env['CACHE_HOST'];
    const { zip } = await build('apply');
    const { apply } = loadBundle(zip) as { apply: (event: unknown) => unknown };
    expect(() => apply({ Records: [] })).toThrow(/CACHE_HOST/);
  }, 60_000);
});

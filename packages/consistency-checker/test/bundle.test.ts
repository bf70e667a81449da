import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildLambda } from '@flaghoist/lambda-build/build-lambda';
import { loadBundle } from '@flaghoist/lambda-build/load-bundle';
import { compareEnvironmentSchema } from '../lib/compare-environment.ts';
import { scanEnvironmentSchema } from '../lib/scan-environment.ts';

const packageDirectory = join(__dirname, '..');
const schemas = { scan: scanEnvironmentSchema, compare: compareEnvironmentSchema };
const entryPoints = Object.keys(schemas) as (keyof typeof schemas)[];

const values: Readonly<Record<string, string>> = {
  AWS_REGION: 'eu-west-1',
  FLAGS_TABLE: 'flags',
  VERIFICATION_TABLE: 'verification',
  ACKNOWLEDGEMENT_LOG_GROUP: '/flaghoist/acknowledgements',
  CACHE_HOST: 'localhost',
  CACHE_PORT: '6379',
  CACHE_TLS: 'true',
  QUEUE_ARN_TEMPLATE: 'arn:aws:sqs:eu-west-1:123456789012:dev-{service}-queue-x1',
  DEAD_LETTER_ARN_TEMPLATE: 'arn:aws:sqs:eu-west-1:123456789012:dev-{service}-dlq-x1',
  EVENT_BUS_NAME: 'flaghoist',
};

const before = { ...process.env };
beforeEach(() => Object.assign(process.env, values));
afterEach(() => {
  process.env = { ...before };
});

it.each(entryPoints)('names in lambda.json what %s reads', (entryPoint) => {
  const { entryPoints: declared } = JSON.parse(readFileSync(join(packageDirectory, 'lambda.json'), 'utf8'));
  const read = Object.keys(schemas[entryPoint].shape).filter((name) => name !== 'AWS_REGION');
  expect([...declared[entryPoint].environment].sort()).toEqual(read.sort());
});

const clientsOf = (packages: readonly string[]) =>
  packages.filter((name) => name === 'ioredis' || name.startsWith('@aws-sdk/client-'));

it.each([
  ['scan', ['@aws-sdk/client-cloudwatch-logs', '@aws-sdk/client-dynamodb', '@aws-sdk/client-eventbridge']],
  ['compare', ['@aws-sdk/client-dynamodb', '@aws-sdk/client-eventbridge', '@aws-sdk/client-sqs', 'ioredis']],
] as const)(
  '%s runs from its zip, which holds the clients it uses',
  async (entryPoint, clients) => {
    const { zip, packages } = await buildLambda({ packageDirectory, entryPoint });
    expect(clientsOf(packages)).toEqual(clients);
    expect(packages).not.toContain('@flaghoist/rules');
    const { [entryPoint]: handler } = loadBundle(zip) as Record<string, (input: unknown) => Promise<unknown>>;
    await expect(handler?.({})).rejects.toMatchObject({ code: 'FH_INVALID_INPUT' });
  },
  60_000,
);

import { join } from 'node:path';
import { describeBundles } from '@flaghoist/test-kit/describe-bundles';
import { sqsEvent, sqsRecord } from '@flaghoist/test-kit/sqs-event';

const queueArn = 'arn:aws:sqs:us-east-1:123456789012:dev-payments-queue-x1';
const failed = { batchItemFailures: [{ itemIdentifier: 'm1' }] };

const { bundleOf, run } = describeBundles(join(__dirname, '..'), {
  variables: {
    CELL: 'cell-1',
    FLAGS_TABLE: 'flags',
    VERIFICATION_TABLE: 'verification',
    CACHE_HOST: 'localhost',
    CACHE_PORT: '6379',
    CACHE_TLS: 'true',
    CACHE_SHARDS: '1',
    CACHE_USER: 'cell-1',
    CACHE_NAME: 'flags-cache',
    CACHE_PASSWORD: 'none',
    QUEUE_ARN_TEMPLATE: 'arn:aws:sqs:us-east-1:123456789012:dev-{service}-queue-x1',
    DEAD_LETTER_ARN_TEMPLATE: 'arn:aws:sqs:us-east-1:123456789012:dev-{service}-dlq-x1',
    DEAD_LETTER_ARN: 'arn:aws:sqs:us-east-1:123456789012:dev-load-dlq-x1',
    LOAD_QUEUE_ARN: 'arn:aws:sqs:us-east-1:123456789012:dev-load-queue-x1',
    EVENT_BUS_NAME: 'flaghoist',
  },
  entryPoints: {
    apply: {
      clients: ['@aws-sdk/client-dynamodb', '@aws-sdk/client-sqs', 'ioredis'],
      input: { Records: [sqsRecord({ messageId: 'm1', body: 'not json', queueArn })] },
      resolves: failed,
    },
    load: {
      clients: ['@aws-sdk/client-dynamodb', '@aws-sdk/client-sqs', 'ioredis'],
      input: sqsEvent(['not json']),
      resolves: failed,
    },
    offer: {
      clients: ['@aws-sdk/client-dynamodb', '@aws-sdk/client-sqs', 'ioredis'],
      input: {},
      rejects: { code: 'FH_INVALID_INPUT' },
    },
    reconcile: {
      clients: ['@aws-sdk/client-dynamodb', '@aws-sdk/client-eventbridge', '@aws-sdk/client-sqs', 'ioredis'],
      input: {},
      rejects: { code: 'FH_INVALID_INPUT' },
    },
  },
});

const own = [
  '@flaghoist/adapters',
  '@flaghoist/cache-updater',
  '@flaghoist/core',
  '@flaghoist/rules',
  '@flaghoist/system',
  '@flaghoist/wiring',
];
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

it('apply holds what it uses, and no bus or topology', async () => {
  const { packages, inputs } = await bundleOf('apply');
  expect(packages.filter((name) => name.startsWith('@flaghoist/'))).toEqual(own);
  const others = packages.filter((name) => !name.startsWith('@flaghoist/') && !isSdk(name));
  // mnemonist and what it needs come with the client of DynamoDB.
  expect(others).toEqual(
    [...ioredis, 'aws4', 'canonicalize', 'fastest-levenshtein', 'mnemonist', 'obliterator', 'zod'].sort(),
  );
  expect(
    inputs
      .map(({ path }) => path)
      .filter((path) => /lib\/(reconcile|load|prove|offer)-|dynamo-topology|event-bridge/.test(path)),
  ).toEqual([]);
});

it('apply answers an empty batch', async () => {
  await expect(run('apply', { Records: [] })).resolves.toEqual({ batchItemFailures: [] });
});

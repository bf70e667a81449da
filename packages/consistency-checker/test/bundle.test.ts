import { join } from 'node:path';
import { describeBundles } from '@flaghoist/test-kit/describe-bundles';

const { bundleOf } = describeBundles(join(__dirname, '..'), {
  variables: {
    FLAGS_TABLE: 'flags',
    VERIFICATION_TABLE: 'verification',
    ACKNOWLEDGEMENT_LOG_GROUP: '/flaghoist/acknowledgements',
    CACHE_HOST: 'localhost',
    CACHE_PORT: '6379',
    CACHE_TLS: 'true',
    CACHE_SHARDS: '1',
    CACHE_USER: 'cell-1',
    CACHE_NAME: 'flags-cache',
    CACHE_PASSWORD: 'none',
    EVENT_BUS_NAME: 'flaghoist',
  },
  entryPoints: {
    scan: {
      clients: ['@aws-sdk/client-cloudwatch-logs', '@aws-sdk/client-dynamodb', '@aws-sdk/client-eventbridge'],
      input: {},
      rejects: { code: 'FH_INVALID_INPUT' },
    },
    compare: {
      clients: ['@aws-sdk/client-dynamodb', '@aws-sdk/client-eventbridge', 'ioredis'],
      input: {},
      rejects: { code: 'FH_INVALID_INPUT' },
    },
  },
});

it.each(['scan', 'compare'])('%s carries no rules', async (entryPoint) => {
  expect((await bundleOf(entryPoint)).packages).not.toContain('@flaghoist/rules');
});

import { join } from 'node:path';
import { describeBundles } from '@flaghoist/test-kit/describe-bundles';
import { sqsEvent } from '@flaghoist/test-kit/sqs-event';

describeBundles(join(__dirname, '..'), {
  variables: {
    FLAGS_TABLE: 'flags',
    CHANGES_TABLE: 'changes',
    TOPIC_ARN_TEMPLATE: 'arn:aws:sns:{region}:123456789012:changes',
    EVENT_BUS_NAME: 'home',
    REVERTS_PER_MINUTE: '20',
  },
  entryPoints: {
    judge: {
      clients: ['@aws-sdk/client-dynamodb', '@aws-sdk/client-sns'],
      input: sqsEvent(['not json']),
      resolves: { batchItemFailures: [{ itemIdentifier: 'm1' }] },
      logs: { level: 'ERROR', message: 'message is not a region verdict' },
    },
    conclude: {
      clients: ['@aws-sdk/client-dynamodb', '@aws-sdk/client-eventbridge', '@aws-sdk/client-sns'],
      // The workflow sends no such step.
      input: { step: 'decide' },
      rejects: { code: 'FH_INVALID_INPUT' },
    },
  },
});

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
    DEAD_LETTER_ARN: 'arn:aws:sqs:us-east-1:123456789012:region-verdicts-dead',
  },
  entryPoints: {
    judge: {
      clients: [
        '@aws-sdk/client-dynamodb',
        '@aws-sdk/client-eventbridge',
        '@aws-sdk/client-sns',
        '@aws-sdk/client-sqs',
      ],
      input: sqsEvent(['not json']),
      resolves: { batchItemFailures: [{ itemIdentifier: 'm1' }] },
      logs: { level: 'WARN', message: 'dead letters not reached, what they should take comes again' },
    },
    conclude: {
      clients: ['@aws-sdk/client-dynamodb', '@aws-sdk/client-eventbridge', '@aws-sdk/client-sns'],
      // The workflow sends no such step.
      input: { step: 'decide' },
      rejects: { code: 'FH_INVALID_INPUT' },
    },
  },
});

import { join } from 'node:path';
import { describeBundles } from '@flaghoist/test-kit/describe-bundles';
import { sqsEvent } from '@flaghoist/test-kit/sqs-event';

describeBundles(join(__dirname, '..'), {
  variables: {
    AUDIT_ENDPOINT: 'https://audit.example.org',
    AUDIT_INDEX: 'trail',
    DEAD_LETTER_ARN: 'arn:aws:sqs:us-east-1:123456789012:audit-dead',
    FLAGS_TABLE: 'flags',
    CHANGES_TABLE: 'changes',
    EVENT_BUS_NAME: 'flaghoist',
  },
  entryPoints: {
    write: {
      clients: ['@aws-sdk/client-dynamodb', '@aws-sdk/client-sqs', '@opensearch-project/opensearch'],
      input: sqsEvent(['not json']),
      resolves: { batchItemFailures: [{ itemIdentifier: 'm1' }] },
      logs: { level: 'WARN', message: 'dead letters not reached, what they should take comes again' },
    },
    sweep: {
      clients: ['@aws-sdk/client-dynamodb', '@aws-sdk/client-eventbridge', '@opensearch-project/opensearch'],
      rejects: { code: 'FH_UNAVAILABLE' },
    },
  },
});

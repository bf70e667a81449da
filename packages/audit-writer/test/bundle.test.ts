import { join } from 'node:path';
import { describeBundles } from '@flaghoist/test-kit/describe-bundles';
import { sqsEvent } from '@flaghoist/test-kit/sqs-event';

describeBundles(join(__dirname, '..'), {
  variables: {
    AUDIT_ENDPOINT: 'https://127.0.0.1:9',
    AUDIT_INDEX: 'trail',
    DEAD_LETTER_ARN: 'arn:aws:sqs:us-east-1:123456789012:audit-dead',
    FLAGS_TABLE: 'flags',
    CHANGES_TABLE: 'changes',
    EVENT_BUS_NAME: 'flaghoist',
    AUDIT_MASTER: 'arn:aws:iam::123456789012:role/bootstrap',
    AUDIT_READERS: 'arn:aws:iam::123456789012:role/sweep',
    AUDIT_WRITERS: 'arn:aws:iam::123456789012:role/sweep,arn:aws:iam::123456789012:role/write',
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
    bootstrap: {
      clients: ['@opensearch-project/opensearch'],
      rejects: { code: 'FH_UNAVAILABLE' },
    },
  },
});

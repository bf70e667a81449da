import { join } from 'node:path';
import { describeBundles } from '@flaghoist/test-kit/describe-bundles';

describeBundles(join(__dirname, '..'), {
  variables: {
    FLAGS_TABLE: 'flags',
    PROPOSALS_TABLE: 'proposals',
    CHANGES_TABLE: 'changes',
    CANARY_QUEUE_ARN_TEMPLATE: 'arn:aws:sqs:{region}:123456789012:flags-flaghoist-canary',
    CANARY_ROLE_ARN: 'arn:aws:iam::123456789012:role/author-canary',
  },
  entryPoints: {
    run: {
      clients: ['@aws-sdk/client-dynamodb', '@aws-sdk/client-sqs', '@aws-sdk/client-sts'],
      input: {},
      // It has no network here, and begins with a table.
      rejects: { code: 'FH_UNAVAILABLE' },
    },
  },
});

import { join } from 'node:path';
import { describeBundles } from '@flaghoist/test-kit/describe-bundles';
import { createHome } from './support/home.ts';
import { eventOf } from './support/stream-tail.ts';

const home = createHome();
// A record that no function can make anything of, and that needs no port.
home.tables.changes.put({ pk: 'AUTHOR#x', sk: 'OUTCOME#?', outcome: '{}' });
const records = home.tail.take();

const { bundleOf, run } = describeBundles(join(__dirname, '..'), {
  variables: {
    ENVIRONMENT: 'dev',
    POLICY: 'default.v1',
    FLAGS_TABLE: 'flags',
    PROPOSALS_TABLE: 'proposals',
    CHANGES_TABLE: 'changes',
    VERIFICATION_TABLE: 'verification',
    TOPIC_ARN_TEMPLATE: 'arn:aws:sns:{region}:123456789012:changes',
    EVENT_BUS_NAME: 'home',
    DEAD_LETTER_ARN: 'arn:aws:sqs:us-east-1:123456789012:dropped',
    UPSTREAM_FLAGS_TABLE: 'none',
    UPSTREAM_CHANGES_TABLE: 'arn:aws:dynamodb:us-west-2:123456789012:table/changes',
  },
  entryPoints: {
    accept: {
      clients: ['@aws-sdk/client-dynamodb', '@aws-sdk/client-sns', '@aws-sdk/client-sqs'],
      // It was removed: nothing to judge.
      input: eventOf(...records.map((record) => ({ ...record, eventName: 'REMOVE' as const, dynamodb: { Keys: {} } }))),
      resolves: { batchItemFailures: [] },
    },
    resume: {
      clients: ['@aws-sdk/client-dynamodb', '@aws-sdk/client-eventbridge', '@aws-sdk/client-sns'],
      input: {},
      // It has no network here, and begins with a table.
      rejects: { code: 'FH_UNAVAILABLE' },
    },
    tell: {
      clients: ['@aws-sdk/client-dynamodb', '@aws-sdk/client-eventbridge', '@aws-sdk/client-sqs'],
      input: eventOf(...records),
      resolves: { batchItemFailures: [{ itemIdentifier: records[0]?.dynamodb?.SequenceNumber }] },
      logs: { level: 'WARN', message: 'dead letters not reached, what they should take comes again' },
    },
    distribute: {
      clients: [
        '@aws-sdk/client-dynamodb',
        '@aws-sdk/client-eventbridge',
        '@aws-sdk/client-sns',
        '@aws-sdk/client-sqs',
      ],
      // A record of no interest to it.
      input: eventOf(...records),
      resolves: { batchItemFailures: [] },
    },
  },
});

it.each(['accept', 'resume', 'distribute'])('%s carries the rules that it needs', async (entryPoint) => {
  const { packages, inputs } = await bundleOf(entryPoint);
  expect(packages).not.toContain('@flaghoist/in-memory');
  const rules = inputs.map(({ path }) => path).filter((path) => path.includes('rules/lib/'));
  expect(rules.some((path) => path.endsWith('/standing-rules.ts'))).toBe(true);
  // flagd's evaluator is asked in home, once.
  expect(packages.includes('@openfeature/flagd-core')).toBe(entryPoint !== 'distribute');
  // The rules of the process are home's alone.
  expect(rules.some((path) => path.endsWith('/change-rules.ts'))).toBe(entryPoint !== 'distribute');
});

it.each([
  ['a policy that this release does not have', { POLICY: 'default.v999' }, /default\.v999.*default\.v1/],
  ['an upstream table that is no ARN', { UPSTREAM_FLAGS_TABLE: 'flags' }, /UPSTREAM_FLAGS_TABLE/],
])('accept does not start with %s', async (_wrong, variables, says) => {
  await expect(run('accept', eventOf(), variables)).rejects.toMatchObject({
    code: 'FH_INVALID_INPUT',
    message: expect.stringMatching(says),
  });
});

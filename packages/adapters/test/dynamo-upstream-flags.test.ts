import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { currentItem, storedOf } from '@flaghoist/core/storage/flag-items';
import { envelopeOf } from '@flaghoist/test-kit/envelope';
import { toDynamo } from '../lib/dynamo-attributes.ts';
import { DynamoUpstreamFlags, regionOfTable } from '../lib/dynamo-upstream-flags.ts';
import { half, sleeplessClock } from './support/clock.ts';
import { anywhere, type RecordedCall, record } from './support/recorded.ts';

const flagsTable = 'arn:aws:dynamodb:us-west-2:222222222222:table/flags';
const changesTable = 'arn:aws:dynamodb:us-west-2:222222222222:table/changes';

const upstreamWith = (answer: (call: RecordedCall) => object) => {
  const client = new DynamoDBClient(anywhere);
  const calls = record(client, answer);
  const upstream = new DynamoUpstreamFlags({ client, flagsTable, changesTable, clock: sleeplessClock(), random: half });
  return { calls, upstream };
};

it('only reads, from both tables, under the ARNs that it was given', async () => {
  const item = toDynamo(currentItem(storedOf(envelopeOf())));
  const { calls, upstream } = upstreamWith(({ command }) => (command === 'QueryCommand' ? { Items: [item] } : {}));
  expect(await upstream.flag('checkout')).toMatchObject({ newest: 'accepted', verified: null });
  expect(new Set(calls.map(({ input }) => input['TableName']))).toEqual(new Set([flagsTable, changesTable]));
  expect(new Set(calls.map(({ command }) => command))).toEqual(new Set(['QueryCommand', 'GetItemCommand']));
});

it('says that it cannot be asked, and not that there is no such flag', async () => {
  const { upstream } = upstreamWith(() => {
    throw new Error('AccessDenied');
  });
  await expect(upstream.flag('checkout')).rejects.toThrow();
});

it('is asked in the region in which its tables are', () => {
  expect(regionOfTable(flagsTable)).toBe('us-west-2');
  expect(regionOfTable('flags')).toBeUndefined();
});

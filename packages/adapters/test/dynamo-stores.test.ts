import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { changeKeyOf, recordOf, serialiseEnvelope } from '@flaghoist/core/envelope';
import type { ExpectRow } from '@flaghoist/core/ports/verification-store';
import { currentItem, storedOf, topologyItem } from '@flaghoist/core/storage/flag-items';
import { rowItems } from '@flaghoist/core/storage/verification-items';
import { envelopeOf } from '@flaghoist/test-kit/envelope';
import { toValue as text, toDynamo } from '../lib/dynamo-attributes.ts';
import { DynamoChangeStore } from '../lib/dynamo-change-store.ts';
import { DynamoFlagStore } from '../lib/dynamo-flag-store.ts';
import { queryItems } from '../lib/dynamo-read.ts';
import { DynamoTopologySource } from '../lib/dynamo-topology-source.ts';
import { DynamoVerificationStore } from '../lib/dynamo-verification-store.ts';
import { half, sleeplessClock } from './support/clock.ts';
import { anywhere, type RecordedCall, record } from './support/recorded.ts';
import { topologyAt } from './support/topology.ts';

type Answer = (call: RecordedCall, count: number) => object;

const tableWith = (answer: Answer = () => ({})) => {
  const client = new DynamoDBClient(anywhere);
  const calls = record(client, answer);
  const waiting = { clock: sleeplessClock(), random: half };
  return {
    calls,
    flags: new DynamoFlagStore({ client, table: 'flags' }, waiting),
    changes: new DynamoChangeStore({ client, changesTable: 'changes', flagsTable: 'flags', ...waiting }),
    verification: new DynamoVerificationStore({ client, table: 'verification', ...waiting }),
    topology: new DynamoTopologySource({ client, table: 'flags' }),
  };
};

const fail = (error: Error) => () => {
  throw error;
};
const conditionFailed = new ConditionalCheckFailedException({ message: 'no', $metadata: {} });

const all = async <T>(values: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const value of values) found.push(value);
  return found;
};

const envelope = envelopeOf();
const stored = storedOf(envelope);
const key = changeKeyOf(envelope);
const rowItem = (row: ExpectRow) => toDynamo(rowItems(row).row);

it('reads are strongly consistent wherever the port says so', async () => {
  const { calls, flags, changes, verification } = tableWith();
  const order = { epoch: 1, revision: 1 };
  await flags.current('checkout');
  await flags.revision('checkout', order);
  await flags.newestRevision('checkout');
  await flags.knownGood('checkout');
  await flags.facts('checkout');
  await flags.needed('checkout');
  await flags.alike('checkout');
  await all(flags.revisions());
  await changes.outcome('local:ada', 'change-0001');
  await changes.record('checkout', order);
  await all(changes.recordsBefore('checkout', order));
  await changes.proofs(key);
  await changes.revertsInMinute(0);
  await verification.row(key);
  await verification.openRows(10);
  await verification.unprovenRows();
  await verification.refusalOf('checkout', order);
  expect(calls).toHaveLength(17 + 1);
  expect(calls.filter(({ input }) => input['ConsistentRead'] !== true)).toEqual([]);
});

it('an outage is an UnavailableError with its cause, from every kind of call', async () => {
  const outage = new Error('socket hang up');
  const { flags, changes, verification, topology } = tableWith(fail(outage));
  const unavailable = { code: 'FH_UNAVAILABLE', retryable: true, cause: outage };
  await expect(flags.current('checkout')).rejects.toMatchObject(unavailable);
  await expect(all(flags.currents())).rejects.toMatchObject(unavailable);
  await expect(all(flags.revisions())).rejects.toMatchObject(unavailable);
  await expect(flags.restoreCurrent('checkout', null, stored)).rejects.toMatchObject(unavailable);
  await expect(changes.accept(envelope, null)).rejects.toMatchObject(unavailable);
  await expect(changes.proofs(key)).rejects.toMatchObject(unavailable);
  await expect(verification.acquireLease('me', 0, 1)).rejects.toMatchObject(unavailable);
  await expect(verification.recordFailure('payments', key, 0, 1)).rejects.toMatchObject(unavailable);
  await expect(topology.latest()).rejects.toMatchObject(unavailable);
});

describe('DynamoChangeStore', () => {
  it('a kill that meets another transaction comes again at once, and more often than any other change', async () => {
    const busy = new TransactionCanceledException({
      message: 'cancelled',
      $metadata: {},
      CancellationReasons: [{ Code: 'TransactionConflict' }],
    });
    const { calls, changes } = tableWith((_call, count) => {
      if (count <= 10) throw busy;
      return {};
    });
    await expect(changes.accept(envelope, null)).rejects.toMatchObject({ code: 'FH_UNAVAILABLE' });
    expect(calls).toHaveLength(4);
    expect(await changes.accept({ ...envelope, kind: 'killed' }, null)).toBe('written');
    expect(calls).toHaveLength(11);
  });
});

describe('DynamoFlagStore', () => {
  const busy = new TransactionConflictException({ message: 'busy', $metadata: {} });
  const good = { flagKey: 'checkout', order: { epoch: 2, revision: 1 }, envelopeDigest: 'a' };

  it.each([
    ['CURRENT', ({ flags }: ReturnType<typeof tableWith>) => flags.restoreCurrent('checkout', null, stored)],
    [
      'KNOWN_GOOD',
      ({ flags }: ReturnType<typeof tableWith>) => flags.restoreKnownGood('checkout', { epoch: 1, revision: 1 }, good),
    ],
  ] as const)(
    'puts %s back once the transaction that has it is over, and does not wait for ever',
    async (_what, put) => {
      const table = tableWith((_call, count) => {
        if (count <= 3 || count > 4) throw busy;
        return {};
      });
      expect(await put(table)).toBe(true);
      expect(table.calls).toHaveLength(4);
      await expect(put(table)).rejects.toMatchObject({ code: 'FH_UNAVAILABLE', retryable: true });
      expect(table.calls).toHaveLength(8);
    },
  );

  it('lists the flags by the index and reads them from the table, what was left out again', async () => {
    const keys = ['a', 'b', 'c'].map((name) => ({ pk: text(`FLAG#${name}`), sk: text('CURRENT') }));
    const itemOf = (name: string) => toDynamo(currentItem({ ...stored, flagKey: name }));
    const answers = [
      { Items: keys.slice(0, 2), LastEvaluatedKey: keys[1] },
      { Responses: { flags: [itemOf('a')] }, UnprocessedKeys: { flags: { Keys: [keys[1]] } } },
      { Responses: { flags: [itemOf('b')] } },
      { Items: keys.slice(2) },
      { Responses: { flags: [itemOf('c')] } },
    ];
    const { calls, flags } = tableWith((_call, count) => answers[count - 1] ?? {});
    expect((await all(flags.currents())).map(({ flagKey }) => flagKey)).toEqual(['a', 'b', 'c']);
    expect(calls[0]?.input).toMatchObject({ IndexName: 'by-sk', KeyConditionExpression: 'sk = :current' });
    expect(calls[1]?.input).toEqual({ RequestItems: { flags: { Keys: keys.slice(0, 2), ConsistentRead: true } } });
    expect(calls[2]?.input).toMatchObject({ RequestItems: { flags: { Keys: [keys[1]] } } });
    expect(calls[3]?.input).toMatchObject({ ExclusiveStartKey: keys[1] });
  });

  it('goes on in the index behind a flag that was seen', async () => {
    const { calls, flags } = tableWith(() => ({}));
    expect(await all(flags.currents('a'))).toEqual([]);
    expect(calls[0]?.input).toMatchObject({ ExclusiveStartKey: { pk: text('FLAG#a'), sk: text('CURRENT') } });
  });

  it('does not ask for ever for keys that stay unprocessed', async () => {
    const keys = [{ pk: text('FLAG#a'), sk: text('CURRENT') }];
    const { flags } = tableWith(({ command }) =>
      command === 'QueryCommand' ? { Items: keys } : { UnprocessedKeys: { flags: { Keys: keys } } },
    );
    await expect(all(flags.currents())).rejects.toMatchObject({ code: 'FH_UNAVAILABLE' });
  });

  it('walks the revisions page by page, and no further than its reader', async () => {
    const { calls, flags } = tableWith(() => ({
      Items: [toDynamo(currentItem(stored))],
      LastEvaluatedKey: { pk: text('x') },
    }));
    for await (const revision of flags.revisions()) {
      expect(revision).toEqual({ ...stored, body: serialiseEnvelope(envelope) });
      if (calls.length === 2) break;
    }
    expect(calls.map(({ input }) => input['ExclusiveStartKey'])).toEqual([undefined, { pk: text('x') }]);
  });

  it('says that CURRENT has moved when the condition of a repair fails', async () => {
    const { flags } = tableWith(fail(conditionFailed));
    expect(await flags.restoreCurrent('checkout', 'found', stored)).toBe(false);
    expect(await flags.restoreCurrent('checkout', 'found', undefined)).toBe(false);
  });
});

describe('DynamoChangeStore', () => {
  it('leaves the order itself out of the records before it', async () => {
    const record = (revision: number) => {
      const accepted = recordOf(envelopeOf({ revision }));
      const sk = `CHANGE#000001#${String(revision).padStart(12, '0')}`;
      return { pk: text('FLAG#checkout'), sk: text(sk), record: text(JSON.stringify(accepted)) };
    };
    const { changes } = tableWith(() => ({ Items: [record(3), record(2), record(1)] }));
    const found = await all(changes.recordsBefore('checkout', { epoch: 1, revision: 3 }));
    expect(found.map(({ order }) => order.revision)).toEqual([2, 1]);
  });

  it('names an item that it cannot read', async () => {
    const { changes } = tableWith(() => ({ Item: { pk: text('CHANGE#x'), sk: text('OUTCOME'), outcome: text('{}') } }));
    await expect(changes.outcome('local:ada', 'x')).rejects.toMatchObject({ code: 'FH_INVALID_INPUT' });
  });
});

describe('DynamoVerificationStore', () => {
  const row: ExpectRow = {
    changeId: 'change-0001',
    flagKey: 'checkout',
    order: { epoch: 1, revision: 1 },
    kind: 'updated',
    envelopeDigest: 'a'.repeat(64),
    documentDigest: 'b'.repeat(64),
    audience: '*',
    departed: [],
    topologyVersion: 1,
    expectedAt: 1_700_000_000_000,
    answer: 'open',
    look: 1,
    refusal: null,
  };
  const moved = new TransactionCanceledException({
    message: 'cancelled',
    $metadata: {},
    CancellationReasons: [{ Code: 'ConditionalCheckFailed' }],
  });

  it('reads a row again whose answer somebody else has just changed', async () => {
    const reads = [row, { ...row, answer: 'consistent' as const }];
    const { calls, verification } = tableWith(({ command }) => {
      if (command === 'TransactWriteItemsCommand') throw moved;
      return { Item: rowItem(reads.shift() ?? row) };
    });
    await verification.answer(row, 'inconsistent');
    expect(calls.map(({ command }) => command)).toEqual([
      'GetItemCommand',
      'TransactWriteItemsCommand',
      'GetItemCommand',
    ]);
  });

  it('counts the failures after the beginning of the window', async () => {
    const { calls, verification } = tableWith();
    await verification.recordFailure('payments', row, 10_000, 600);
    expect(calls[1]?.input).toMatchObject({ ExpressionAttributeValues: { ':v1': text('0000000009401') } });
  });

  it('does not chase an answer for ever', async () => {
    const { verification } = tableWith(({ command }) => {
      if (command === 'TransactWriteItemsCommand') throw moved;
      return { Item: rowItem(row) };
    });
    await expect(verification.answer(row, 'unknown')).rejects.toMatchObject({ code: 'FH_UNAVAILABLE' });
  });

  it('counts the rows that were added when it hands out the lease', async () => {
    const { calls, verification } = tableWith(({ command }) =>
      command === 'QueryCommand' ? { Items: [toDynamo({ pk: 'WINDOW', sk: 'ROWS#01', rowsAdded: 7 })] } : {},
    );
    const lease = await verification.acquireLease('me', 0, 20_000);
    expect(lease.acquired && lease.rowsAdded.slice(0, 3)).toEqual([0, 7, 0]);
    expect(calls.map(({ command }) => command)).toEqual(['UpdateItemCommand', 'QueryCommand']);
    expect(calls[1]?.input).toMatchObject({ ConsistentRead: true });
    const taken = tableWith(({ command }) => {
      if (command === 'UpdateItemCommand') throw conditionFailed;
      return { Item: toDynamo({ pk: 'WINDOW', sk: 'LEASE', holder: 'another', leaseUntil: 1_000 }) };
    });
    expect(await taken.verification.acquireLease('me', 0, 1)).toEqual({ acquired: false });
    expect(taken.calls.map(({ command }) => command)).toEqual(['UpdateItemCommand', 'GetItemCommand']);
  });
});

it('a query gives as many items as it asks for, though the key behind which it begins is on the first page', async () => {
  const client = new DynamoDBClient(anywhere);
  const pages = [
    ['a1', 'a2'],
    ['a3', 'a4'],
  ];
  record(client, (_call, count) => ({
    Items: (pages[count - 1] ?? []).map((sk) => toDynamo({ pk: 'p', sk })),
    LastEvaluatedKey: toDynamo({ pk: 'p', sk: 'a9' }),
  }));
  const query = { pk: 'p', skPrefix: 'a', after: 'a1', limit: 2 };
  const found = await all(queryItems({ client, table: 'things' }, query));
  expect(found.map(({ sk }) => sk)).toEqual(['a2', 'a3']);
});

describe('DynamoTopologySource', () => {
  it('parses a version once', async () => {
    const { calls, topology } = tableWith(() => ({
      Item: toDynamo(topologyItem(topologyAt(3), { actor: 'ada', at: 1, follows: 0 })),
    }));
    expect(await topology.at(3)).toEqual(topologyAt(3));
    expect(await topology.at(3)).toBe(await topology.at(3));
    expect(calls).toHaveLength(1);
  });

  it('remembers two versions and asks for the others again', async () => {
    const versions = [1, 2, 3, 2, 1];
    const { calls, topology } = tableWith((_call, count) => ({
      Item: toDynamo(topologyItem(topologyAt([1, 2, 3, 1][count - 1] ?? 0), { actor: 'ada', at: 1, follows: 0 })),
    }));
    for (const version of versions) expect((await topology.at(version)).version).toBe(version);
    expect(calls).toHaveLength(4);
  });
});

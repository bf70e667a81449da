import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import fc from 'fast-check';
import type { LatencyModel } from '../lib/latency.ts';
import { RecordingLogger } from '../lib/logger.ts';
import { SeededRandom } from '../lib/random.ts';
import { StreamEventSource, type StreamEventSourceOptions, type StreamHandler } from '../lib/stream-event-source.ts';
import { Table } from '../lib/table.ts';
import { VirtualScheduler } from '../lib/virtual-scheduler.ts';

const world = (shards = 1) => {
  const scheduler = new VirtualScheduler({ startAt: 1_000 });
  const table = new Table({ name: 'flags', region: 'eu-west-1', clock: scheduler, shards });
  const log = new RecordingLogger();
  const attach = (handler: StreamHandler, options: Partial<StreamEventSourceOptions> = {}): StreamEventSource =>
    new StreamEventSource({ table, handler, scheduler, random: new SeededRandom(1), log, ...options });
  const put = (...names: string[]): void => {
    for (const sk of names) table.put({ pk: 'p', sk, at: scheduler.now() });
  };
  return { scheduler, table, log, attach, put };
};

const nameOf = ({ dynamodb }: DynamoDBRecord): string => dynamodb?.Keys?.['sk']?.S ?? '';
const failing = (records: readonly DynamoDBRecord[]): DynamoDBBatchResponse => ({
  batchItemFailures: records.map(({ dynamodb }) => ({ itemIdentifier: dynamodb?.SequenceNumber ?? '' })),
});

it('delivers records in the form of DynamoDB, old and new image', async () => {
  const { scheduler, table, attach } = world();
  const events: DynamoDBStreamEvent[] = [];
  attach(async (event) => void events.push(event));
  table.put({ pk: 'p', sk: 's', text: 'a', n: 1.5 });
  table.put({ pk: 'p', sk: 's', text: 'b' });
  table.delete({ pk: 'p', sk: 's' });
  await scheduler.runUntilIdle();
  const common = {
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'eu-west-1',
    eventSourceARN: 'arn:aws:dynamodb:eu-west-1:000000000000:table/flags/stream/2026-01-01T00:00:00.000',
  };
  const about = {
    ApproximateCreationDateTime: 1,
    Keys: { pk: { S: 'p' }, sk: { S: 's' } },
    StreamViewType: 'NEW_AND_OLD_IMAGES',
  };
  const first = { pk: { S: 'p' }, sk: { S: 's' }, text: { S: 'a' }, n: { N: '1.5' } };
  const second = { pk: { S: 'p' }, sk: { S: 's' }, text: { S: 'b' } };
  const records = events.flatMap(({ Records }) => Records);
  expect(records).toEqual(
    [
      {
        ...common,
        eventName: 'INSERT',
        dynamodb: { ...about, NewImage: first, SequenceNumber: '000000000000000000001' },
      },
      {
        ...common,
        eventName: 'MODIFY',
        dynamodb: { ...about, NewImage: second, OldImage: first, SequenceNumber: '000000000000000000002' },
      },
      {
        ...common,
        eventName: 'REMOVE',
        dynamodb: { ...about, OldImage: second, SequenceNumber: '000000000000000000003' },
      },
    ].map((record, index) => ({ ...record, eventID: `eu-west-1-flags-${String(index + 1).padStart(21, '0')}` })),
  );
});

it('starts at the oldest record, keeps to the batch size, and waits for the latency first', async () => {
  const { scheduler, put, attach } = world();
  put('a', 'b', 'c', 'd', 'e');
  const batches: string[][] = [];
  const latency: LatencyModel = { modelled: false, sample: () => 200 };
  const source = attach(async ({ Records }) => void batches.push(Records.map(nameOf)), { batchSize: 2, latency });
  expect(source.backlog).toBe(5);
  await scheduler.advance(199);
  expect(batches).toEqual([]);
  await scheduler.advance(1);
  expect(batches).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  expect(source.backlog).toBe(0);
});

it('never delivers what the filter stops', async () => {
  const { scheduler, put, attach } = world();
  const seen: string[] = [];
  const source = attach(async ({ Records }) => void seen.push(...Records.map(nameOf)), {
    filter: ({ sk }) => sk !== 'b',
  });
  put('a', 'b', 'c');
  await scheduler.runUntilIdle();
  put('b2', 'b');
  await scheduler.runUntilIdle();
  expect(seen).toEqual(['a', 'c', 'b2']);
  expect(source.backlog).toBe(0);
});

it('delivers everything from the lowest failed record on again', async () => {
  const { scheduler, put, attach } = world();
  const batches: string[][] = [];
  attach(async ({ Records }) => {
    batches.push(Records.map(nameOf));
    if (batches.length > 1) return undefined;
    return failing(Records.filter((record) => ['d', 'b'].includes(nameOf(record))).reverse());
  });
  put('a', 'b', 'c', 'd');
  await scheduler.runUntilIdle();
  expect(batches).toEqual([
    ['a', 'b', 'c', 'd'],
    ['b', 'c', 'd'],
  ]);
});

it.each<[string, () => DynamoDBBatchResponse]>([
  [
    'throws',
    () => {
      throw new Error('down');
    },
  ],
  ['names a record it was not given', () => ({ batchItemFailures: [{ itemIdentifier: '77' }] })],
])('delivers the whole batch again when the handler %s', async (_what, fail) => {
  const { scheduler, put, attach } = world();
  const batches: string[][] = [];
  attach(
    async ({ Records }) => {
      batches.push(Records.map(nameOf));
      return batches.length === 1 ? fail() : undefined;
    },
    { bisectOnError: false },
  );
  put('a', 'b');
  await scheduler.runUntilIdle();
  expect(batches).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ]);
});

it('tries a bounded number of times, further and further apart', async () => {
  const { scheduler, put, attach, log } = world();
  const at: number[] = [];
  const source = attach(
    async () => {
      at.push(scheduler.now());
      throw new Error('down');
    },
    { maximumRetryAttempts: 4 },
  );
  put('a');
  await scheduler.runUntilIdle();
  expect(at).toHaveLength(5);
  const gaps = at.slice(1).map((time, index) => time - (at[index] ?? 0));
  for (const [index, gap] of gaps.entries()) {
    expect(gap).toBeGreaterThanOrEqual(50 * 2 ** index - 1);
    expect(gap).toBeLessThanOrEqual(100 * 2 ** index + 1);
  }
  expect(source.abandoned).toEqual([
    {
      sequenceNumbers: ['000000000000000000001'],
      condition: 'RetryAttemptsExhausted',
      attempts: 5,
      cause: new Error('down'),
    },
  ]);
  expect(log.messages('error')).toEqual(['stream records given up']);
});

it('gives up the whole batch when it may not split it', async () => {
  const { scheduler, put, attach } = world();
  const source = attach(async ({ Records }) => failing(Records.slice(0, 1)), {
    bisectOnError: false,
    maximumRetryAttempts: 2,
  });
  put('a', 'b');
  await scheduler.runUntilIdle();
  expect(source.abandoned.map(({ sequenceNumbers }) => sequenceNumbers.length)).toEqual([2]);
});

it('gives the failure destination the place of what it gives up, in the form of Lambda', async () => {
  const { scheduler, put, attach } = world();
  const sent: string[] = [];
  attach(async ({ Records }) => failing(Records), {
    bisectOnError: false,
    maximumRetryAttempts: 0,
    failureDestination: { send: (body) => void sent.push(body) },
  });
  put('a', 'b');
  await scheduler.runUntilIdle();
  expect(sent.map((body) => JSON.parse(body))).toEqual([
    {
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 1 },
      version: '1.0',
      timestamp: expect.stringMatching(/^1970-01-01T00:00:0/),
      DDBStreamBatchInfo: {
        streamArn: 'arn:aws:dynamodb:eu-west-1:000000000000:table/flags/stream/2026-01-01T00:00:00.000',
        batchSize: 2,
        startSequenceNumber: '000000000000000000001',
        endSequenceNumber: '000000000000000000002',
        approximateArrivalOfFirstRecord: '1970-01-01T00:00:01.000Z',
        approximateArrivalOfLastRecord: '1970-01-01T00:00:01.000Z',
      },
    },
  ]);
});

it('gives up what has become too old, tried or not, and delivers the younger ones', async () => {
  const { scheduler, put, attach } = world();
  const seen: string[] = [];
  const sent: string[] = [];
  const source = attach(async ({ Records }) => void seen.push(...Records.map(nameOf)), {
    maximumRecordAgeMs: 60_000,
    failureDestination: { send: (body) => void sent.push(body) },
  });
  source.pause();
  put('old', 'older');
  await scheduler.advance(1);
  put('as old as allowed');
  await scheduler.advance(60_000);
  put('young');
  source.resume();
  await scheduler.runUntilIdle();
  expect(seen).toEqual(['as old as allowed', 'young']);
  expect(source.abandoned).toEqual([
    {
      sequenceNumbers: ['000000000000000000001', '000000000000000000002'],
      condition: 'RecordAgeExceeded',
      attempts: 0,
      cause: undefined,
    },
  ]);
  expect(sent).toHaveLength(1);
  expect(source.backlog).toBe(0);
});

it('stops trying when the age is reached before the attempts are used up', async () => {
  const { scheduler, put, attach } = world();
  let calls = 0;
  const source = attach(
    async () => {
      calls += 1;
      throw new Error('down');
    },
    { maximumRecordAgeMs: 1_000, maximumRetryAttempts: 100 },
  );
  put('a');
  await scheduler.runUntilIdle();
  expect(source.abandoned).toEqual([expect.objectContaining({ condition: 'RecordAgeExceeded', attempts: calls })]);
  expect(calls).toBeLessThan(10);
});

it('has one batch of a shard in flight, and shards side by side', async () => {
  const { scheduler, table, attach } = world(4);
  const inFlight = new Map<string, number>();
  let most = 0;
  attach(
    async ({ Records }) => {
      for (const { dynamodb } of Records) {
        const pk = dynamodb?.Keys?.['pk']?.S ?? '';
        inFlight.set(pk, (inFlight.get(pk) ?? 0) + 1);
        expect(inFlight.get(pk)).toBe(1);
      }
      most = Math.max(most, [...inFlight.values()].filter((count) => count > 0).length);
      await scheduler.sleep(100);
      for (const { dynamodb } of Records) inFlight.set(dynamodb?.Keys?.['pk']?.S ?? '', 0);
    },
    { batchSize: 1 },
  );
  for (let i = 0; i < 40; i += 1) table.put({ pk: `p${i % 20}`, sk: `s${i}` });
  await scheduler.runUntilIdle();
  expect(most).toBe(4);
});

it('loses nothing while it is paused, even within a batch', async () => {
  const { scheduler, put, attach } = world();
  const seen: string[] = [];
  let fails = true;
  const source = attach(async ({ Records }) => {
    if (fails) throw new Error('down');
    seen.push(...Records.map(nameOf));
  });
  put('a', 'b');
  await scheduler.advance(60);
  source.pause();
  fails = false;
  put('c');
  await scheduler.advance(60_000);
  expect(seen).toEqual([]);
  source.resume();
  await scheduler.runUntilIdle();
  expect(seen).toEqual(['a', 'b', 'c']);
  expect(source.abandoned).toEqual([]);
});

const anyHistory = fc.record({
  seed: fc.nat(),
  writes: fc.array(fc.record({ pk: fc.nat(5), pauseMs: fc.nat(300) }), { minLength: 1, maxLength: 60 }),
  poison: fc.uniqueArray(fc.nat(59), { maxLength: 3 }),
  failureRate: fc.double({ min: 0, max: 0.6, noNaN: true }),
  throws: fc.boolean(),
  batchSize: fc.integer({ min: 1, max: 20 }),
});

it('delivers every record at least once and in order per key; poison is given up, its neighbours pass', async () => {
  await fc.assert(
    fc.asyncProperty(anyHistory, async ({ seed, writes, poison, failureRate, throws, batchSize }) => {
      const random = new SeededRandom(seed);
      const { scheduler, table, attach } = world(2);
      const done = new Map<number, number[]>();
      let failuresInRow = 0;
      const isPoison = (n: number): boolean => poison.includes(n);
      const source = attach(
        async ({ Records }) => {
          const failed: DynamoDBRecord[] = [];
          // What fails by chance recovers before the attempts are used up.
          const stumbles = failuresInRow < 3 && random.next() < failureRate;
          failuresInRow = stumbles ? failuresInRow + 1 : 0;
          const stumblesAt = Math.floor(random.next() * Records.length);
          for (const [index, record] of Records.entries()) {
            const pk = Number(record.dynamodb?.NewImage?.['pk']?.S);
            const n = Number(record.dynamodb?.NewImage?.['n']?.N);
            if (isPoison(n) || (stumbles && index === stumblesAt)) {
              if (throws) throw new Error(`failed at ${n}`);
              failed.push(record);
              // A handler that keeps the order stops at the first failure.
              break;
            }
            done.set(pk, [...(done.get(pk) ?? []), n]);
          }
          return failing(failed);
        },
        { batchSize, redelivers: () => random.next() < 0.1, maximumRetryAttempts: 12 },
      );
      for (const [n, { pk, pauseMs }] of writes.entries()) {
        await scheduler.advance(pauseMs);
        table.put({ pk: String(pk), sk: 's', n });
      }
      await scheduler.runUntilIdle();

      expect(source.backlog).toBe(0);
      const abandoned = source.abandoned.flatMap(({ sequenceNumbers }) =>
        sequenceNumbers.map((number) => Number(number) - 1),
      );
      expect(abandoned.sort((a, b) => a - b)).toEqual([...writes.keys()].filter(isPoison));
      for (const pk of new Set(writes.map((write) => write.pk))) {
        const expected = [...writes.keys()].filter((n) => writes[n]?.pk === pk && !isPoison(n));
        // The first deliveries are in order; a repetition goes back, and then through everything after it again.
        const firsts = [...new Set(done.get(pk) ?? [])];
        expect(firsts).toEqual(expected);
        expect(done.get(pk)?.at(-1)).toBe(expected.at(-1));
      }
    }),
    { numRuns: 200 },
  );
});

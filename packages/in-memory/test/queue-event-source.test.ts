import { type LatencyModel, modelledLatency, noLatency } from '@flaghoist/in-memory/latency';
import { RecordingLogger } from '@flaghoist/in-memory/logger';
import { Queue } from '@flaghoist/in-memory/queue';
import { QueueEventSource, type QueueHandler } from '@flaghoist/in-memory/queue-event-source';
import { SeededRandom } from '@flaghoist/in-memory/random';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { WakeUps } from '@flaghoist/in-memory/wake-ups';
import type { SQSEvent } from 'aws-lambda';
import fc from 'fast-check';
import { bodiesOf, failing } from './support/sqs.ts';

const REGION = 'eu-west-1';

interface Options {
  maxReceiveCount?: number;
  maxConcurrency?: number;
  visibilityTimeoutMs?: number;
  shuffle?: SeededRandom;
  latency?: LatencyModel;
}

const sourceOf = (
  handle: (event: SQSEvent, scheduler: VirtualScheduler) => ReturnType<QueueHandler>,
  options: Options = {},
) => {
  const scheduler = new VirtualScheduler();
  const { maxReceiveCount = 3, maxConcurrency, latency = noLatency, ...queueOptions } = options;
  const deadLetterQueue = new Queue({ name: 'payments-dlq', region: REGION, scheduler });
  const redrive = { deadLetterQueue, maxReceiveCount };
  const queue = new Queue({ name: 'payments', region: REGION, scheduler, redrive, ...queueOptions });
  const log = new RecordingLogger();
  const source = new QueueEventSource({
    queue,
    handler: (event) => handle(event, scheduler),
    scheduler,
    wakeUps: new WakeUps(scheduler),
    log,
    latency,
    ...(maxConcurrency === undefined ? {} : { maxConcurrency }),
  });
  return { scheduler, queue, deadLetterQueue, source, log };
};

describe('a queue event source', () => {
  it('hands over records as Lambda does', async () => {
    const events: SQSEvent[] = [];
    const { queue, scheduler } = sourceOf(async (event) => void events.push(event));
    queue.send('{"flag":1}');
    await scheduler.runUntilIdle();
    const at = String(scheduler.now());
    expect(events[0]?.Records).toEqual([
      {
        messageId: expect.stringMatching(/.+/),
        receiptHandle: expect.stringMatching(/.+/),
        body: '{"flag":1}',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: at,
          SenderId: expect.any(String),
          ApproximateFirstReceiveTimestamp: at,
        },
        messageAttributes: {},
        md5OfBody: expect.any(String),
        eventSource: 'aws:sqs',
        eventSourceARN: 'arn:aws:sqs:eu-west-1:000000000000:payments',
        awsRegion: 'eu-west-1',
      },
    ]);
  });

  it('takes at most ten messages at a time, and all of them in the end', async () => {
    const sizes: number[] = [];
    const { queue, scheduler } = sourceOf(async ({ Records }) => void sizes.push(Records.length));
    for (let i = 0; i < 25; i += 1) queue.send(String(i));
    await scheduler.runUntilIdle();
    expect(sizes).toEqual([10, 10, 5]);
    expect(queue.pending).toBe(0);
  });

  it('brings back only what the handler reports, and deletes the rest', async () => {
    const seen: string[][] = [];
    const { queue, scheduler } = sourceOf(async (event) => {
      seen.push(bodiesOf(event));
      return failing(event, (body) => body === 'bad' && seen.length === 1);
    });
    for (const body of ['good', 'bad', 'better']) queue.send(body);
    await scheduler.runUntilIdle();
    expect(seen).toEqual([['good', 'bad', 'better'], ['bad']]);
    expect(queue.pending).toBe(0);
  });

  it('brings the whole batch back when the handler throws, and says so', async () => {
    let attempts = 0;
    const { queue, scheduler, log } = sourceOf(async () => {
      attempts += 1;
      if (attempts === 1) throw new Error('broken');
    });
    const startedAt = scheduler.now();
    queue.send('a');
    queue.send('b');
    await scheduler.runUntilIdle();
    expect(attempts).toBe(2);
    expect(scheduler.now() - startedAt).toBe(30_000);
    expect(log.messages('warn')).toHaveLength(1);
    expect(queue.pending).toBe(0);
  });

  it('takes an answer about a message that it did not hand over as a failure of the batch', async () => {
    let attempts = 0;
    const { queue, scheduler } = sourceOf(async () => {
      attempts += 1;
      return attempts === 1 ? { batchItemFailures: [{ itemIdentifier: 'nobody' }] } : undefined;
    });
    queue.send('a');
    await scheduler.runUntilIdle();
    expect(attempts).toBe(2);
  });

  it('leaves a message that never succeeds in the dead-letter queue, without holding up the others', async () => {
    const { queue, deadLetterQueue, scheduler } = sourceOf(async (event) =>
      failing(event, (body) => body === 'poison'),
    );
    for (const body of ['poison', 'good']) queue.send(body);
    await scheduler.runUntilIdle();
    expect(deadLetterQueue.bodies()).toEqual(['poison']);
    expect(queue.pending).toBe(1);
  });

  it('runs no more batches at once than it may', async () => {
    let running = 0;
    let most = 0;
    const { queue, scheduler } = sourceOf(
      async (_event, clock) => {
        running += 1;
        most = Math.max(most, running);
        await clock.sleep(100);
        running -= 1;
      },
      { maxConcurrency: 2 },
    );
    for (let i = 0; i < 100; i += 1) queue.send(String(i));
    await scheduler.runUntilIdle();
    expect(most).toBe(2);
    expect(queue.pending).toBe(0);
  });

  it('hands a message over again while a handler outlasts the visibility timeout', async () => {
    let deliveries = 0;
    const { queue, scheduler } = sourceOf(
      async (_event, clock) => {
        deliveries += 1;
        if (deliveries === 1) await clock.sleep(5_000);
      },
      { visibilityTimeoutMs: 1_000 },
    );
    queue.send('a');
    await scheduler.runUntilIdle();
    expect(deliveries).toBe(2);
    expect(queue.pending).toBe(0);
  });

  it('leaves messages alone while it is disabled', async () => {
    const seen: string[] = [];
    const { queue, scheduler, source } = sourceOf(async (event) => void seen.push(...bodiesOf(event)));
    source.disable();
    queue.send('a');
    await scheduler.runUntilIdle();
    expect(seen).toEqual([]);
    source.enable();
    await scheduler.runUntilIdle();
    expect(seen).toEqual(['a']);
  });

  it('serves many queues within one scheduled task', async () => {
    const scheduler = new VirtualScheduler();
    const wakeUps = new WakeUps(scheduler);
    const seen: string[] = [];
    const queues = Array.from({ length: 156 }, (_, i) => new Queue({ name: `q${i}`, region: REGION, scheduler }));
    for (const queue of queues) {
      const handler: QueueHandler = async (event) => void seen.push(...bodiesOf(event));
      new QueueEventSource({ queue, handler, scheduler, wakeUps, log: new RecordingLogger() });
      queue.send(queue.name);
    }
    expect(scheduler.waiting).toBe(1);
    await scheduler.runUntilIdle();
    expect(seen).toEqual(queues.map(({ name }) => name));
  });

  it('is woken once by messages that come together, and takes them together', async () => {
    const sizes: number[] = [];
    const latency = modelledLatency(new SeededRandom(1));
    const { queue, scheduler } = sourceOf(async ({ Records }) => void sizes.push(Records.length), { latency });
    for (let i = 0; i < 10; i += 1) queue.send(String(i));
    expect(scheduler.waiting).toBe(1);
    await scheduler.runUntilIdle();
    expect(sizes).toEqual([10]);
  });

  it('delivers every message at least once and loses none, however handlers fail and dawdle', async () => {
    const plan = fc.record({
      seed: fc.integer(),
      messages: fc.integer({ min: 1, max: 40 }),
      failShare: fc.double({ min: 0, max: 0.9, noNaN: true }),
      throwShare: fc.double({ min: 0, max: 0.5, noNaN: true }),
      slowestMs: fc.integer({ min: 0, max: 3_000 }),
      visibilityTimeoutMs: fc.integer({ min: 1, max: 2_000 }),
      maxReceiveCount: fc.integer({ min: 1, max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ seed, messages, failShare, throwShare, slowestMs, ...options }) => {
        const random = new SeededRandom(seed);
        const succeeded = new Set<string>();
        const delivered = new Map<string, number>();
        const { queue, deadLetterQueue, scheduler } = sourceOf(
          async (event, clock) => {
            for (const body of bodiesOf(event)) delivered.set(body, (delivered.get(body) ?? 0) + 1);
            await clock.sleep(random.next() * slowestMs);
            if (random.next() < throwShare) throw new Error('at random');
            const failed = new Set(bodiesOf(event).filter(() => random.next() < failShare));
            for (const body of bodiesOf(event)) if (!failed.has(body)) succeeded.add(body);
            return failing(event, (body) => failed.has(body));
          },
          { ...options, shuffle: random },
        );
        const sent = Array.from({ length: messages }, (_, i) => String(i));
        for (const body of sent) {
          queue.send(body);
          if (random.next() < 0.3) await scheduler.advance(random.next() * 500);
        }
        await scheduler.runUntilIdle();

        expect([...delivered.keys()].sort()).toEqual(sent.toSorted());
        for (const count of delivered.values()) expect(count).toBeLessThanOrEqual(options.maxReceiveCount);
        // Nothing is left in between: a message either succeeded at some time or was given up.
        expect([queue.waiting, queue.inFlight]).toEqual([0, 0]);
        expect(new Set([...succeeded, ...deadLetterQueue.bodies()])).toEqual(new Set(sent));
      }),
      { numRuns: 200 },
    );
  });
});

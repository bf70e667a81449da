import { Queue } from '@flaghoist/in-memory/queue';
import { SeededRandom } from '@flaghoist/in-memory/random';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';

const REGION = 'eu-west-1';

const queues = (options: { visibilityTimeoutMs?: number; maxReceiveCount?: number; retentionMs?: number } = {}) => {
  const scheduler = new VirtualScheduler();
  const { maxReceiveCount = 3, ...rest } = options;
  const { retentionMs } = options;
  const deadLetterQueue = new Queue({
    name: 'payments-dlq',
    region: REGION,
    scheduler,
    ...(retentionMs === undefined ? {} : { retentionMs }),
  });
  const redrive = { deadLetterQueue, maxReceiveCount };
  return {
    scheduler,
    deadLetterQueue,
    queue: new Queue({ name: 'payments', region: REGION, scheduler, redrive, ...rest }),
  };
};

const receiveOne = (queue: Queue) => {
  const [message] = queue.receive(1);
  if (message === undefined) throw new Error('no message waits');
  return message;
};

describe('a queue', () => {
  it('hides what it handed out, and hands it out again after the visibility timeout', async () => {
    const { queue, scheduler } = queues();
    queue.send('a');
    const first = receiveOne(queue);
    expect(first).toMatchObject({ body: 'a', receiveCount: 1, sentAt: scheduler.now() });
    expect(queue.receive(10)).toEqual([]);

    await scheduler.advance(29_999);
    expect(queue.receive(10)).toEqual([]);
    await scheduler.advance(1);
    const second = receiveOne(queue);
    expect(second).toMatchObject({
      messageId: first.messageId,
      receiveCount: 2,
      firstReceivedAt: first.firstReceivedAt,
    });
    expect(second.receiptHandle).not.toBe(first.receiptHandle);
  });

  it('forgets what was deleted, and has nothing left to wait for', async () => {
    const { queue, scheduler } = queues();
    queue.send('a');
    expect(queue.delete(receiveOne(queue).receiptHandle)).toBe(true);
    expect(scheduler.waiting).toBe(0);
    await scheduler.advance(60_000);
    expect(queue.receive(10)).toEqual([]);
    expect(queue.pending).toBe(0);
  });

  it('keeps a message whose old receipt is deleted after a later delivery', async () => {
    const { queue, scheduler } = queues();
    queue.send('a');
    const late = receiveOne(queue);
    await scheduler.advance(30_000);
    receiveOne(queue);
    expect(queue.delete(late.receiptHandle)).toBe(false);
    expect(queue.pending).toBe(1);
  });

  it('brings a message back sooner, or later, when its visibility is changed', async () => {
    const { queue, scheduler } = queues();
    for (const body of ['sooner', 'later', 'as usual']) queue.send(body);
    const [sooner, later] = queue.receive(3);
    expect(queue.changeVisibility(sooner?.receiptHandle ?? '', 2)).toBe(true);
    expect(queue.changeVisibility(later?.receiptHandle ?? '', 40)).toBe(true);
    expect(queue.changeVisibility('no such receipt', 1)).toBe(false);

    await scheduler.advance(2_000);
    expect(queue.bodies()).toEqual(['sooner']);
    await scheduler.advance(28_000);
    expect(queue.bodies()).toEqual(['sooner', 'as usual']);
    await scheduler.advance(10_000);
    expect(queue.bodies()).toEqual(['sooner', 'as usual', 'later']);
  });

  it('gives a message up after its last delivery, and counts it as pending in the dead-letter queue', async () => {
    const { queue, deadLetterQueue, scheduler } = queues({ maxReceiveCount: 2 });
    queue.send('poison');
    for (let delivery = 1; delivery <= 2; delivery += 1) {
      expect(receiveOne(queue).receiveCount).toBe(delivery);
      await scheduler.advance(30_000);
    }
    expect(queue.receive(10)).toEqual([]);
    expect(deadLetterQueue.bodies()).toEqual(['poison']);
    expect([queue.waiting, queue.inFlight, queue.pending]).toEqual([0, 0, 1]);

    expect(queue.redriveAll()).toBe(1);
    expect(receiveOne(queue)).toMatchObject({ body: 'poison', receiveCount: 1 });
    expect(deadLetterQueue.waiting).toBe(0);
  });

  it('forgets what is older than its retention, also what has been given up since', async () => {
    const retentionMs = 60_000;
    const { queue, deadLetterQueue, scheduler } = queues({ retentionMs, maxReceiveCount: 1, visibilityTimeoutMs: 0 });
    queue.send('given up');
    receiveOne(queue);
    await scheduler.advance(1_000);
    expect(queue.receive(1)).toEqual([]);
    expect(deadLetterQueue.waiting).toBe(1);
    queue.send('as old as allowed');
    queue.send('too old');
    await scheduler.advance(60_000);
    expect(receiveOne(queue).body).toBe('as old as allowed');
    await scheduler.advance(1);
    expect(queue.receive(1)).toEqual([]);
    // Its age counts from its first sending, not from the moment at which it was given up.
    expect(queue.redriveAll()).toBe(0);
    expect(deadLetterQueue.waiting).toBe(0);
  });

  it('goes around dead messages: those behind them are received in the same call', async () => {
    const { queue, deadLetterQueue, scheduler } = queues({ maxReceiveCount: 1 });
    queue.send('dead');
    queue.receive(1);
    await scheduler.advance(30_000);
    queue.send('alive');
    expect(queue.receive(1).map(({ body }) => body)).toEqual(['alive']);
    expect(deadLetterQueue.bodies()).toEqual(['dead']);
  });

  it('is received oldest first without a shuffle, in another order with one', () => {
    const scheduler = new VirtualScheduler();
    const bodies = Array.from({ length: 50 }, (_, i) => String(i));
    const plain = new Queue({ name: 'plain', region: REGION, scheduler });
    const shuffled = new Queue({ name: 'shuffled', region: REGION, scheduler, shuffle: new SeededRandom(1) });
    for (const body of bodies) for (const queue of [plain, shuffled]) queue.send(body);
    expect(plain.receive(50).map(({ body }) => body)).toEqual(bodies);
    const received = shuffled.receive(50).map(({ body }) => body);
    expect(received).not.toEqual(bodies);
    expect(received.sort()).toEqual(bodies.sort());
  });

  it('keeps nothing of the messages that have passed through', () => {
    const { queue } = queues();
    for (let i = 0; i < 5_000; i += 1) queue.send(String(i));
    for (let i = 0; i < 4_999; i += 1) queue.delete(receiveOne(queue).receiptHandle);
    expect(queue.bodies()).toEqual(['4999']);
  });
});

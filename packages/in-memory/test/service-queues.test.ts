import { InMemoryServiceQueues } from '@flaghoist/in-memory/service-queues';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { describeServiceQueues } from './conformance/service-queues.ts';

const create = (maxReceiveCount = 2) => {
  const scheduler = new VirtualScheduler();
  const services = ['payments', 'billing'];
  const queues = new InMemoryServiceQueues({ region: 'eu-west-1', scheduler, services, maxReceiveCount });
  return { scheduler, queues };
};

describeServiceQueues('InMemoryServiceQueues', async () => {
  const { scheduler, queues } = create();
  return {
    queues,
    send: async (service, body) => queues.queue(service).send(body),
    receive: async (service) => {
      const queue = queues.queue(service);
      return queue.receive(10).map(({ body, receiptHandle }) => ({ body, receiptHandle, eventSourceArn: queue.arn }));
    },
    delete: async (service, receiptHandle) => void queues.queue(service).delete(receiptHandle),
    pass: (seconds) => scheduler.advance(seconds * 1000),
  };
});

describe('InMemoryServiceQueues', () => {
  it('keeps what is given up in the dead-letter queue, and sends it again when told to', async () => {
    const { queues, scheduler } = create(1);
    queues.queue('payments').send('a');
    queues.queue('payments').receive(10);
    await scheduler.advance(30_000);
    expect(queues.queue('payments').receive(10)).toEqual([]);
    expect(queues.queue('payments').deadLetterQueue?.waiting).toBe(1);
    expect(queues.redriveAll()).toBe(1);
    expect(
      queues
        .queue('payments')
        .receive(10)
        .map(({ body }) => body),
    ).toEqual(['a']);
  });

  it('knows whose queue an ARN names', () => {
    const { queues } = create();
    expect(queues.serviceOf(queues.queue('billing').arn)).toBe('billing');
    expect(() => queues.serviceOf('arn:aws:sqs:eu-west-1:000000000000:other')).toThrow(RangeError);
    expect(() => queues.queue('other')).toThrow(RangeError);
  });

  it('gives a joining service its queues once', () => {
    const { queues } = create();
    const queue = queues.add('search');
    queue.send('a');
    expect(queues.add('search')).toBe(queue);
    expect(queues.queue('search').waiting).toBe(1);
  });

  it('keeps the newest of the retries that were asked for', async () => {
    const { queues } = create();
    const { arn } = queues.queue('payments');
    for (let i = 0; i < 3_000; i += 1) await queues.retryAfter(arn, `receipt-${i}`, 1);
    expect(queues.retries.at(-1)).toEqual({ service: 'payments', receiptHandle: 'receipt-2999', seconds: 1 });
    expect(queues.retries.length).toBeLessThanOrEqual(2_000);
  });
});

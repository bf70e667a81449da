import type { ServiceQueues } from '@flaghoist/core/ports/service-queues';

/** The port shows only what handlers may do; a harness also sends, receives and lets time pass. */
export interface ServiceQueuesHarness {
  readonly queues: ServiceQueues;
  send(service: string, body: string): Promise<void>;
  /** What the queue hands out now, at most ten messages. */
  receive(service: string): Promise<readonly { eventSourceArn: string; receiptHandle: string; body: string }[]>;
  delete(service: string, receiptHandle: string): Promise<void>;
  pass(seconds: number): Promise<void>;
}

/** @param create queues of the services `payments` and `billing`, all empty */
export const describeServiceQueues = (name: string, create: () => Promise<ServiceQueuesHarness>): void => {
  describe(`${name} as service queues`, () => {
    it('count what waits and what is in flight, for each service alone', async () => {
      const { queues, ...harness } = await create();
      expect(await queues.pending('payments')).toBe(0);
      await harness.send('payments', 'a');
      await harness.send('payments', 'b');
      expect(await queues.pending('payments')).toBe(2);
      const received = await harness.receive('payments');
      expect(await queues.pending('payments')).toBe(2);
      for (const { receiptHandle } of received) await harness.delete('payments', receiptHandle);
      expect(await queues.pending('payments')).toBe(2 - received.length);
      expect(await queues.pending('billing')).toBe(0);
    });

    it('bring a message back after the seconds that were asked for, and not before', async () => {
      const { queues, ...harness } = await create();
      await harness.send('payments', 'a');
      const [message] = await harness.receive('payments');
      if (message === undefined) throw new Error('the message was not received');
      await queues.retryAfter(message.eventSourceArn, message.receiptHandle, 2);
      expect(await harness.receive('payments')).toEqual([]);
      await harness.pass(2);
      expect((await harness.receive('payments')).map(({ body }) => body)).toEqual(['a']);
    });

    it('do nothing for a message that is no longer in flight', async () => {
      const { queues, ...harness } = await create();
      await harness.send('payments', 'a');
      const [message] = await harness.receive('payments');
      if (message === undefined) throw new Error('the message was not received');
      await harness.delete('payments', message.receiptHandle);
      await queues.retryAfter(message.eventSourceArn, message.receiptHandle, 1);
      expect(await queues.pending('payments')).toBe(0);
    });
  });
};

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

    it('count what was given up, of each service by itself', async () => {
      const { queues } = await create();
      await queues.giveUp('payments', { body: 'not json', reason: 'FH_INVALID_INPUT' });
      expect([await queues.givenUp('payments'), await queues.givenUp('billing')]).toEqual([1, 0]);
    });

    it('do nothing for a message that is no longer in flight', async () => {
      const { queues, ...harness } = await create();
      await harness.send('payments', 'a');
      const [message] = await harness.receive('payments');
      if (message === undefined) throw new Error('the message was not received');
      await harness.delete('payments', message.receiptHandle);
      await queues.retryAfter(message.eventSourceArn, message.receiptHandle, 1);
      await harness.pass(60);
      expect(await harness.receive('payments')).toEqual([]);
    });
  });
};

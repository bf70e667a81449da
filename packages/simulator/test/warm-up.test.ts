import type { QueueHandler } from '@flaghoist/in-memory/queue-event-source';
import { startWorld } from './support/world.ts';

const MINUTE_MS = 60_000;

it('a schedule keeps the updaters of all services warm, and no cache or log is any the wiser', async () => {
  const reached = new Set<string>();
  const t = await startWorld({
    regions: 2,
    services: 5,
    instrument: (name, handler) => {
      if (name !== 'cache-updater.apply') return handler;
      const watched = (...input: never[]): Promise<unknown> => {
        const [{ Records }] = input as unknown as Parameters<QueueHandler>;
        for (const { body, eventSourceARN } of Records) if (body === '{"kind":"warm-up"}') reached.add(eventSourceARN);
        return handler(...input);
      };
      return watched as typeof handler;
    },
  });
  await t.verified();
  const lines = t.lines.length;
  const snapshots = () =>
    [...t.world.regions.values()].flatMap(({ caches }) => t.services.map((service) => caches.snapshot(service)));
  const before = snapshots();

  await t.advance(6 * MINUTE_MS);
  expect(reached.size).toBe(t.regions.length * t.services.length);
  expect(t.lines).toHaveLength(lines);
  expect(snapshots()).toEqual(before);
  for (const { queues } of t.world.regions.values()) {
    for (const service of t.services) {
      expect(queues.queue(service).pending).toBe(0);
      expect(queues.queue(service).deadLetterQueue?.pending).toBe(0);
    }
  }
  expect(t.log.messages('error')).toEqual([]);
});

import type { Service } from '@flaghoist/core/topology';
import type { InMemoryServiceQueues } from '@flaghoist/in-memory/service-queues';
import type { Topic } from '@flaghoist/in-memory/topic';
import type { WakeUps } from '@flaghoist/in-memory/wake-ups';
import { fillPlaceholders } from '@flaghoist/wiring/placeholders';
import { type Platform, putOn } from './platform.ts';
import type { Seats } from './seats.ts';
import { queueSource, takenBy, unseated } from './wire.ts';

interface ServiceSite {
  readonly region: string;
  readonly queues: InMemoryServiceQueues;
  readonly topic: Topic;
  readonly wakeUps: WakeUps;
}

/**
 * How a service comes into a region: its queue is subscribed as the plan says, and feeds the functions of its cell.
 *
 * @throws RangeError for a function of a cell that nobody seats
 */
export const createServiceWiring = (
  platform: Platform,
  site: ServiceSite,
  seats: Seats,
): ((service: Service) => void) => {
  const { region, queues, topic, wakeUps } = site;
  const { functions, topics } = platform.wiring;
  const made = new Map<string, ReturnType<typeof takenBy<'onQueue'>>>();
  const subscriptions = Object.values(topics).flatMap((each) => each.subscriptions);
  const readers = Object.entries(functions).flatMap(([name, { scope, triggers }]) => {
    if (scope !== 'cell') return [];
    const seat = new Map(Object.entries(seats)).get(name) ?? unseated(name, scope);
    return triggers.flatMap((trigger) => (trigger.kind === 'queue' ? [{ name, seat, trigger }] : []));
  });

  return ({ name: service, cell }) => {
    const queue = queues.add(service);
    for (const { filterPolicy } of subscriptions) topic.subscribe(queue, fillPlaceholders(filterPolicy, { service }));
    for (const { name, seat, trigger } of readers) {
      const key = `${name} ${cell}`;
      const handler = made.get(key) ?? takenBy(name, seat(putOn(platform, { name, region })), 'onQueue');
      made.set(key, handler);
      queueSource(platform, { queue, wakeUps }, trigger, handler);
    }
  };
};

import type { Wiring } from '@flaghoist/wiring/shape';
import { triggersOf } from '@flaghoist/wiring/triggers';

/** What a plan may say and the machines of this world do not do. */
const unmodelled = (wiring: Wiring): string[] => {
  const { buses, functions, queues, schedules, topics } = wiring;
  const serviceQueues = Object.keys(queues).filter((name) => queues[name]?.scope === 'service');
  const subscribed = Object.values(topics).flatMap(({ subscriptions }) => subscriptions.map(({ queue }) => queue));
  const triggers = triggersOf(wiring);
  return [
    ...triggers.flatMap(({ name, trigger }) =>
      'windowSeconds' in trigger && trigger.windowSeconds > 0
        ? [`collects no batches: ${name} has a windowSeconds of ${trigger.windowSeconds}`]
        : [],
    ),
    ...Object.entries(schedules).flatMap(([name, { retryAttempts }]) =>
      retryAttempts > 0 ? [`does not try a schedule again: ${name}`] : [],
    ),
    ...Object.entries(queues).flatMap(([name, { delaySeconds = 0, scope }]) => [
      ...(delaySeconds > 0 ? [`does not delay messages: ${name} has a delaySeconds of ${delaySeconds}`] : []),
      ...(scope === 'cell' ? [`has no queues of cells: ${name}`] : []),
    ]),
    ...triggers.flatMap(({ name, trigger }) => {
      const fromService = trigger.kind === 'queue' && serviceQueues.includes(trigger.queue);
      return functions[name]?.scope === 'cell' && !fromService
        ? [`feeds the functions of cells by the queues of services only: ${name} has a ${trigger.kind} trigger`]
        : [];
    }),
    ...(serviceQueues.length === 1 ? [] : [`gives each service one queue; the plan has ${serviceQueues.length}`]),
    ...subscribed
      .filter((name) => !serviceQueues.includes(name))
      .map((name) => `subscribes the queues of services only: ${name}`),
    ...Object.entries({ topic: topics, bus: buses }).flatMap(([what, entries]) => {
      const names = Object.keys(entries);
      return names.length === 1 ? [] : [`has one ${what} in a region; the plan has ${names.join(', ')}`];
    }),
  ];
};

/** @throws RangeError for a plan that would run differently here than in AWS, without anybody noticing */
export const refuseUnmodelled = (wiring: Wiring): void => {
  const places = unmodelled(wiring);
  if (places.length > 0) throw new RangeError(`this world ${places.join('; ')}`);
};

import type { Scope, Wiring } from './shape.ts';
import { type Section, sourceOf, triggersOf } from './triggers.ts';

/** A place where an entry names another one. */
export interface Reference {
  readonly path: (string | number)[];
  readonly to: Section;
  readonly name: string;
  /**
   * The scope of what names it, where it must find one in its own place. Left out where there may be many, as a topic has
   * queues and a function sources.
   */
  readonly from?: Scope | undefined;
}

export const referencesOf = (wiring: Wiring): Reference[] => [
  ...Object.entries(wiring.topics).flatMap(([topic, { scope, subscriptions }]) =>
    subscriptions.flatMap(({ queue, deadLetter }, index): Reference[] => [
      { path: ['topics', topic, 'subscriptions', index, 'queue'], to: 'queues', name: queue },
      {
        path: ['topics', topic, 'subscriptions', index, 'deadLetter'],
        to: 'deadLetters',
        name: deadLetter,
        from: scope,
      },
    ]),
  ),
  ...Object.entries(wiring.queues).map(
    ([name, { deadLetter }]): Reference => ({
      path: ['queues', name, 'deadLetter'],
      to: 'deadLetters',
      name: deadLetter,
    }),
  ),
  ...Object.entries(wiring.schedules).flatMap(([name, { scope, deadLetter, target }]): Reference[] => {
    const path = ['schedules', name];
    const failures: Reference = { path: [...path, 'deadLetter'], to: 'deadLetters', name: deadLetter, from: scope };
    if (target === undefined) return [failures];
    return [failures, { path: [...path, 'target', 'topic'], to: 'topics', name: target.topic, from: scope }];
  }),
  ...Object.entries(wiring.metrics.limits).map(
    ([name, measured]): Reference => ({
      path: ['metrics', 'limits', name, 'function'],
      to: 'functions',
      name: measured.function,
    }),
  ),
  ...Object.entries(wiring.metrics.counts).flatMap(([name, { functions }]) =>
    functions.map(
      (measuring, index): Reference => ({
        path: ['metrics', 'counts', name, 'functions', index],
        to: 'functions',
        name: measuring,
      }),
    ),
  ),
  ...Object.entries(wiring.buses).map(
    ([name, { scope, deadLetter }]): Reference => ({
      path: ['buses', name, 'deadLetter'],
      to: 'deadLetters',
      name: deadLetter,
      from: scope,
    }),
  ),
  ...Object.entries(wiring.forwards).flatMap(([name, { from, bus, deadLetter }]): Reference[] => [
    { path: ['forwards', name, 'deadLetter'], to: 'deadLetters', name: deadLetter, from },
    // A bus of the same name is at the other end.
    { path: ['forwards', name, 'bus'], to: 'buses', name: bus, from: 'region' },
  ]),
  ...Object.entries(wiring.rules).flatMap(([name, { scope, bus, deadLetter, target }]): Reference[] => {
    const path = ['rules', name];
    const named: Reference[] = [
      { path: [...path, 'deadLetter'], to: 'deadLetters', name: deadLetter, from: scope },
      { path: [...path, 'bus'], to: 'buses', name: bus, from: scope },
    ];
    if (target === undefined) return named;
    return [
      ...named,
      'queue' in target
        ? { path: [...path, 'target', 'queue'], to: 'queues', name: target.queue, from: scope }
        : { path: [...path, 'target', 'workflow'], to: 'workflows', name: target.workflow, from: scope },
    ];
  }),
  ...triggersOf(wiring).flatMap(({ path, name, trigger }): Reference[] => {
    const { field, to, name: source } = sourceOf(trigger);
    const reference: Reference = { path: [...path, field], to, name: source };
    if (trigger.kind !== 'stream') return [reference];
    const from = wiring.functions[name]?.scope;
    const failures = [...path, 'failureDestination'];
    return [reference, { path: failures, to: 'deadLetters', name: trigger.failureDestination, from }];
  }),
];

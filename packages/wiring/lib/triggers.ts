import type { Trigger, Wiring } from './shape.ts';

/** A place in the plan, and what is wrong with it. */
export interface Problem {
  readonly path: (string | number)[];
  readonly message: string;
}

export type Section = Exclude<keyof Wiring, '$schema' | 'limits' | 'metrics'>;

/** A trigger, and where it stands. */
export interface PlacedTrigger {
  readonly path: (string | number)[];
  readonly name: string;
  readonly trigger: Trigger;
}

export const triggersOf = ({ functions }: Wiring): PlacedTrigger[] =>
  Object.entries(functions).flatMap(([name, { triggers }]) =>
    triggers.map((trigger, index) => ({ path: ['functions', name, 'triggers', index], name, trigger })),
  );

/** What a trigger names, as a reference into the plan. */
export const sourceOf = (trigger: Trigger): { readonly field: string; readonly to: Section; readonly name: string } => {
  switch (trigger.kind) {
    case 'stream':
      return { field: 'table', to: 'tables', name: trigger.table };
    case 'queue':
      return { field: 'queue', to: 'queues', name: trigger.queue };
    case 'schedule':
      return { field: 'schedule', to: 'schedules', name: trigger.schedule };
    case 'workflow':
      return { field: 'workflow', to: 'workflows', name: trigger.workflow };
    case 'rule':
      return { field: 'rule', to: 'rules', name: trigger.rule };
  }
};

/**
 * Where a function itself puts what no repetition heals, `DEAD_LETTER_ARN` in its environment: where its stream's or its
 * queue's own go. `undefined` for one that is called in another way.
 */
export const deadLettersOf = (wiring: Wiring, name: string): string | undefined => {
  for (const trigger of wiring.functions[name]?.triggers ?? []) {
    if (trigger.kind === 'stream') return trigger.failureDestination;
    if (trigger.kind === 'queue') return wiring.queues[trigger.queue]?.deadLetter;
  }
  return undefined;
};

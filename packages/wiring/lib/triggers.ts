import type { Trigger, Wiring } from './shape.ts';

/** A place in the plan, and what is wrong with it. */
export interface Problem {
  readonly path: (string | number)[];
  readonly message: string;
}

export type Section = Exclude<keyof Wiring, '$schema'>;

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

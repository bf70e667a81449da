import type { Wiring } from './shape.ts';
import { deadLettersOf, type Problem, triggersOf } from './triggers.ts';

/** What lambda.json says of an entry point, as far as the wiring depends on it. */
export interface FunctionFacts {
  readonly timeoutSeconds: number;
  /** The names of its variables. */
  readonly environment: readonly string[];
}

/** By `<package>.<entry point>`. */
export type Functions = Readonly<Record<string, FunctionFacts>>;

/** AWS: a batch that is throttled must come back within the visibility time that its first attempt began. */
const VISIBILITY_TIMES = 6;

const unwired = (wiring: Wiring, functions: Functions): Problem[] => [
  ...Object.keys(functions)
    .filter((name) => !Object.hasOwn(wiring.functions, name))
    .map((name) => ({
      path: ['functions', name],
      message: 'is missing; lambda.json has this entry point and nothing calls it. Write its scope and triggers',
    })),
  ...Object.keys(wiring.functions)
    .filter((name) => !Object.hasOwn(functions, name))
    .map((name) => ({
      path: ['functions', name],
      message: `is no entry point of a lambda.json; there are: ${Object.keys(functions).join(', ')}`,
    })),
];

const visibility = (wiring: Wiring, functions: Functions): Problem[] =>
  triggersOf(wiring).flatMap(({ name, trigger }) => {
    const timeout = functions[name]?.timeoutSeconds;
    const queue = trigger.kind === 'queue' ? wiring.queues[trigger.queue] : undefined;
    if (trigger.kind !== 'queue' || timeout === undefined || queue === undefined) return [];

    const path = ['queues', trigger.queue, 'visibilitySeconds'];
    const { visibilitySeconds } = queue;
    const advised = VISIBILITY_TIMES * timeout + trigger.windowSeconds;
    if (visibilitySeconds < timeout) {
      return [
        {
          path,
          message: `is ${visibilitySeconds}, below the ${timeout} s that ${name} may run; AWS refuses it. Write ${advised}, or shorten the timeout in lambda.json`,
        },
      ];
    }
    if (visibilitySeconds < advised && queue.reasons?.['visibilitySeconds'] === undefined) {
      return [
        {
          path,
          message: `is ${visibilitySeconds}; AWS advises ${advised}, six times the ${timeout} s of ${name} and its window of ${trigger.windowSeconds} s. Write that, or reasons.visibilitySeconds`,
        },
      ];
    }
    return [];
  });

const overlap = (wiring: Wiring, functions: Functions): Problem[] =>
  triggersOf(wiring).flatMap(({ name, trigger }) => {
    const timeout = functions[name]?.timeoutSeconds;
    const schedule = trigger.kind === 'schedule' ? wiring.schedules[trigger.schedule] : undefined;
    if (trigger.kind !== 'schedule' || timeout === undefined || schedule === undefined) return [];
    return timeout <= schedule.everyMinutes * 60 || schedule.reasons?.['everyMinutes'] !== undefined
      ? []
      : [
          {
            path: ['schedules', trigger.schedule, 'everyMinutes'],
            message: `is ${schedule.everyMinutes}, and ${name} may run for ${timeout} s; two runs would overlap. Run it less often, or shorten the timeout in lambda.json`,
          },
        ];
  });

/** What is fed again and again must be able to give up what no repetition heals. */
const giving = (wiring: Wiring, functions: Functions): Problem[] =>
  Object.entries(functions).flatMap(([name, { environment }]) => {
    const deadLetters = deadLettersOf(wiring, name);
    if (deadLetters === undefined) return [];
    const scope = wiring.deadLetters[deadLetters]?.scope;
    const variable = scope === 'service' ? 'DEAD_LETTER_ARN_TEMPLATE' : 'DEAD_LETTER_ARN';
    return environment.includes(variable)
      ? []
      : [
          {
            path: ['functions', name],
            message: `cannot give up what no repetition heals: its environment in lambda.json lacks ${variable}, which names ${deadLetters}. Add it, and hand the function its DeadLetters`,
          },
        ];
  });

/** What is wrong between the plan and what each lambda.json says. */
export const functionProblems = (wiring: Wiring, functions: Functions): Problem[] => [
  ...unwired(wiring, functions),
  ...visibility(wiring, functions),
  ...overlap(wiring, functions),
  ...giving(wiring, functions),
];

import { placeholderIn } from './placeholders.ts';
import type { Wiring } from './shape.ts';
import type { Problem } from './triggers.ts';

interface Place {
  readonly path: (string | number)[];
  readonly value: unknown;
  /** The placeholders that are filled here. */
  readonly filled: readonly string[];
}

const placesOf = ({ rules, forwards, topics, queues, schedules }: Wiring): Place[] => [
  ...Object.entries(rules).map(([name, { pattern }]) => ({
    path: ['rules', name, 'pattern'],
    value: pattern,
    filled: ['region'],
  })),
  ...Object.entries(forwards).map(([name, { pattern }]) => ({
    path: ['forwards', name, 'pattern'],
    value: pattern,
    filled: ['region', 'to'],
  })),
  ...Object.entries(topics).flatMap(([name, { subscriptions }]) =>
    subscriptions.map(({ queue, filterPolicy }, index) => ({
      path: ['topics', name, 'subscriptions', index, 'filterPolicy'],
      value: filterPolicy,
      filled: queues[queue]?.scope === 'service' ? ['service'] : [],
    })),
  ),
  ...Object.entries(schedules).map(([name, { scope, input }]) => ({
    path: ['schedules', name, 'input'],
    value: input,
    filled: scope === 'cell' ? ['cell'] : [],
  })),
];

const textsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

/** What would reach AWS with its braces, or has no value in the place where it stands. */
export const placeholderProblems = (wiring: Wiring): Problem[] =>
  placesOf(wiring).flatMap(({ path, value, filled }) =>
    textsIn(value)
      .filter((text) => text.includes('{') && !filled.includes(placeholderIn(text) ?? ''))
      .map((text) => ({
        path,
        message: `"${text}" is not filled here; ${
          filled.length === 0
            ? 'write the value itself'
            : `write ${filled.map((name) => `{${name}}`).join(' or ')}, alone`
        }`,
      })),
  );

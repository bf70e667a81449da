import { placeholderIn } from './placeholders.ts';
import type { Wiring } from './shape.ts';
import type { Problem } from './triggers.ts';

interface Place {
  readonly path: (string | number)[];
  readonly value: unknown;
  /** The placeholders that are filled here. */
  readonly filled: readonly string[];
  /** The one that tells apart what is made of the same entry. */
  readonly wanted?: string | undefined;
}

const only = (wanted: string | undefined) => ({ filled: wanted === undefined ? [] : [wanted], wanted });

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
      ...only(queues[queue]?.scope === 'service' ? 'service' : undefined),
    })),
  ),
  ...Object.entries(schedules).map(([name, { scope, input }]) => ({
    path: ['schedules', name, 'input'],
    value: input,
    ...only(scope === 'cell' ? 'cell' : undefined),
  })),
];

const textsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

/** What would reach AWS with its braces, or has no value in the place where it stands. */
const unfilled = (place: Place): Problem[] =>
  textsIn(place.value)
    .filter((text) => text.includes('{') && !place.filled.includes(placeholderIn(text) ?? ''))
    .map((text) => ({
      path: place.path,
      message: `"${text}" is not filled here; ${
        place.filled.length === 0
          ? 'write the value itself'
          : `write ${place.filled.map((name) => `{${name}}`).join(' or ')}, alone`
      }`,
    }));

/** What exists once per service or cell, and says the same in all of them. */
const untold = ({ path, value, wanted }: Place): Problem[] =>
  wanted === undefined || textsIn(value).includes(`{${wanted}}`)
    ? []
    : [
        {
          path,
          message: `does not say {${wanted}}; every ${wanted} would get what is meant for one. Write where it is named`,
        },
      ];

export const placeholderProblems = (wiring: Wiring): Problem[] =>
  placesOf(wiring).flatMap((place) => [...unfilled(place), ...untold(place)]);
